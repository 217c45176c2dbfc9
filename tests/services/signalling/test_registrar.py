"""Registration over real sockets: digest, unknown devices, expiry, time, versions."""

import asyncio

import pytest

from oversite.protocol.gb28181.catalog import CatalogQuery
from oversite.protocol.gb28181.clock import parse_time
from oversite.protocol.sip.digest import Challenge, answer
from oversite.protocol.sip.message import Response
from services.signalling.stage import (
    DEVICE_ID,
    DOMAIN_PASSWORD,
    NOW_AT,
    PASSWORD,
    MemoryStore,
    Stage,
    in_loop,
    known_device,
)

STRANGER = "34020000001320000099"


def presence(stage: Stage, gb_id: str = DEVICE_ID) -> bool:
    device = stage.service.directory.devices.get(gb_id)
    return device is not None and device.is_online


@pytest.mark.req("V5.1")
@pytest.mark.parametrize("transport", ["UDP", "TCP"])
@in_loop
async def test_a_device_registers_with_its_password_and_gets_the_time(transport: str) -> None:
    async with Stage() as stage, stage.device(transport=transport) as device:  # type: ignore[arg-type]
        response = await device.register(version="3.0")
        assert response.status == 200
        assert parse_time(response.headers.get("Date")) == NOW_AT
        assert response.headers.get("Date") == "2026-11-21T14:05:09.123"
        assert response.headers.get("Expires") == "3600"
        assert response.headers.get("X-GB-Ver") == "3.0"
        assert presence(stage)
        await device.received_message(CatalogQuery)
        await stage.until(lambda: any(batch.presence for batch in stage.store.batches))
        record = next(batch.presence[0] for batch in stage.store.batches if batch.presence)
        assert (record.is_online, record.has_changed, record.transport, record.dialect) == (
            True,
            True,
            transport,
            "3.0",
        )
        assert record.source == f"127.0.0.1:{device.local.port}"


@pytest.mark.req("V5.1")
@in_loop
async def test_a_device_may_sign_with_sm3_where_it_is_offered() -> None:
    async with Stage() as stage, stage.device() as device:
        response = await device.ask(device._register_request(3600, "3.0"))
        offered = [Challenge.parse(value).algorithm for value in response.headers.get_all("WWW-Authenticate")]
        assert offered == ["MD5", "SM3"]
        old = await device.ask(device._register_request(3600, ""))
        assert len(old.headers.get_all("WWW-Authenticate")) == 1


@in_loop
async def test_a_wrong_password_is_refused_and_told_to_the_audit_once() -> None:
    async with Stage() as stage, stage.device() as device:
        for _ in range(3):
            response = await device.register(password="wrong")
            assert response.status == 403
            assert "password is wrong" in response.reason
        assert not presence(stage)
        await stage.until(lambda: any(batch.refusals for batch in stage.store.batches))
        refusals = [refusal for batch in stage.store.batches for refusal in batch.refusals]
        assert [(refusal.gb_id, refusal.code) for refusal in refusals] == [(DEVICE_ID, "password")]


@in_loop
async def test_an_unknown_device_with_the_domain_password_comes_in_as_unclaimed() -> None:
    async with Stage() as stage, stage.device(STRANGER, DOMAIN_PASSWORD) as device:
        assert (await device.register()).status == 200
        assert presence(stage, STRANGER)
        await stage.until(lambda: any(batch.presence for batch in stage.store.batches))
        assert (await device.register(password="guess")).status == 403


@in_loop
async def test_an_unknown_device_with_another_password_is_refused() -> None:
    async with Stage() as stage, stage.device(STRANGER, "guess") as device:
        response = await device.register()
        assert (response.status, "unknown" in response.reason) == (403, True)
        assert STRANGER not in stage.service.directory.devices


@in_loop
async def test_a_device_with_a_password_of_its_own_cannot_use_the_domains() -> None:
    async with Stage() as stage, stage.device(password=DOMAIN_PASSWORD) as device:
        assert (await device.register()).status == 403


@in_loop
async def test_a_device_that_is_switched_off_in_the_register_is_refused() -> None:
    async with Stage(MemoryStore(known_device(is_active=False))) as stage, stage.device() as device:
        assert (await device.register()).status == 403


@in_loop
async def test_an_identity_of_19_digits_is_refused_with_the_reason() -> None:
    async with Stage() as stage, stage.device(DEVICE_ID[:-1], DOMAIN_PASSWORD) as device:
        response = await device.register()
        assert (response.status, "20 digits" in response.reason) == (403, True)


@in_loop
async def test_expires_0_takes_the_device_off() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        assert (await device.register(expires=0)).status == 200
        assert not presence(stage)


@in_loop
async def test_a_digest_that_was_overheard_opens_nothing_a_second_time() -> None:
    async with Stage() as stage, stage.device() as device:
        first = await device.ask(device._register_request(3600, ""))
        challenge = Challenge.parse(first.headers.get("WWW-Authenticate"))
        statuses = []
        for _ in range(2):
            request = device._register_request(3600, "")
            request.headers.add("Authorization", _signed(challenge, request.uri))
            response = await device.ask(request)
            statuses.append(response.status)
        assert statuses == [200, 401]
        assert _is_stale(response)


def _signed(challenge: Challenge, uri: str) -> str:
    return str(answer(challenge, username=DEVICE_ID, password=PASSWORD, method="REGISTER", uri=uri))


def _is_stale(response: Response) -> bool:
    return Challenge.parse(response.headers.get("WWW-Authenticate")).stale


@pytest.mark.quirk(17)
@in_loop
async def test_a_storm_of_registrations_is_served_and_questions_are_put_a_few_at_a_time() -> None:
    gb_ids = [f"3402000000132{number:07d}" for number in range(1, 201)]
    store = MemoryStore(*(known_device(gb_id=gb_id) for gb_id in gb_ids))
    async with Stage(store) as stage:
        devices = [stage.device(gb_id) for gb_id in gb_ids]
        for device in devices:
            await device.__aenter__()
            device.answers["MESSAGE"] = lambda _: None
        responses = await asyncio.gather(*(device.register() for device in devices))
        assert {response.status for response in responses} == {200}
        assert sum(device.is_online for device in stage.service.directory.devices.values()) == 200
        await stage.until(lambda: sum(bool(device.requests) for device in devices) >= 24)
        assert sum(bool(device.requests) for device in devices) == 24
        for device in devices:
            await device.__aexit__()
