"""The door: secret, bounds, wrong requests, figures."""

import asyncio
import json

import pytest

from services.signalling.stage import CAMERA_UID, DEVICE_ID, Stage, in_loop


@in_loop
async def test_without_the_secret_the_door_stays_shut() -> None:
    async with Stage() as stage:
        for path in ("/door/devices", "/door/nothing"):
            assert (await stage.ask("GET", path, secret="wrong")).status == 403
        assert (await stage.ask("GET", "/healthz", secret="")).status == 200
        assert b"oversite_signalling_devices_online" in (await stage.ask("GET", "/metrics", secret="")).body


@in_loop
async def test_who_is_there() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        (row,) = (await stage.ask("GET", "/door/devices")).json()["devices"]
        assert (row["gb_id"], row["online"]) == (DEVICE_ID, True)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/door/nothing", None, 404),
        ("GET", "/elsewhere", None, 404),
        ("POST", "/door/play", {"camera_uid": "no uuid"}, 400),
        ("POST", "/door/play", {"camera_uid": CAMERA_UID, "stream": 7}, 400),
        ("POST", "/door/play", ["no object"], 400),
        ("POST", "/door/play", {"camera_uid": "00000000-0000-4000-8000-000000000000"}, 404),
        ("POST", "/door/playback", {"camera_uid": CAMERA_UID, "start_at": "2026-11-20T01:00", "end_at": ""}, 400),
        (
            "POST",
            "/door/playback",
            {"camera_uid": CAMERA_UID, "start_at": "2026-11-20T01:00Z", "end_at": "2026-11-20T01:00Z"},
            400,
        ),
        ("PUT", "/door/leases/x", {"camera_uid": CAMERA_UID, "expires_at": "2020-01-01T00:00:00Z"}, 400),
        ("DELETE", "/door/leases/x", None, 404),
        ("DELETE", "/door/sessions/x", None, 404),
        ("POST", "/door/sessions/x/control", {"action": "pause"}, 404),
        ("POST", "/door/query", {"device_gb_id": DEVICE_ID, "kind": "info"}, 409),
        ("POST", "/door/wanted", {}, 202),
        ("POST", "/door/register-changed", {}, 202),
        ("POST", "/door/notices", {"event": "silent", "stream_key": "x"}, 202),
    ],
)
@in_loop
async def test_what_is_asked_wrongly_is_told_so(method: str, path: str, body: object, status: int) -> None:
    async with Stage() as stage:
        response = await stage.ask(method, path, body)
        assert response.status == status
        if status >= 400:
            assert response.json()["reason"]


@pytest.mark.parametrize(
    "data",
    [
        b"garbage\r\n\r\n",
        b"POST /door/play HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /door/play HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 60_000 + b"\r\n\r\n",
        b"POST /door/play HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{",
    ],
)
@in_loop
async def test_broken_http_costs_only_its_own_connection(data: bytes) -> None:
    async with Stage() as stage:
        _, writer = await asyncio.open_connection("127.0.0.1", stage.service.door.port)
        writer.write(data)
        await writer.drain()
        assert (await stage.ask("GET", "/healthz")).status == 200
        writer.close()


@in_loop
async def test_a_body_that_is_too_long_is_refused() -> None:
    async with Stage() as stage:
        response = await stage.ask("POST", "/door/play", {"camera_uid": "x" * 2_000_000})
        assert response.status == 413


@in_loop
async def test_a_stream_that_media_calls_silent_is_called_again() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        played = await stage.ask("POST", "/door/play", {"camera_uid": CAMERA_UID, "stream": 0})
        assert json.loads(played.body)["stage"] == "playing"
        await stage.ask("POST", "/door/notices", {"event": "silent", "stream_key": f"{CAMERA_UID}-0"})
        await device.received("BYE")
        assert stage.service.sessions.running == {}
