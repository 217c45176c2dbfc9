"""The usage log and the tickets: the row first, then the picture (req: A3.1, A9, V14.log, V14.use, A4.1)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from oversite.base.accounts.models import RoleGrant
from oversite.base.audit.models import Entry
from oversite.common import clock
from oversite.video.evidence.actions import keep_footage
from oversite.video.gateway.models import Dialog, WantedStream
from oversite.video.viewing import actions, queries
from oversite.video.viewing.actions import ViewingProgress
from oversite.video.viewing.models import Viewing
from oversite.video.viewing.slots import MARKS, TimelineMark
from video.conftest import downloaded
from video.footage import record

RIGHTS = ("cameras.read", "video.live", "video.playback")
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
NOON_MS = round(NOON.timestamp() * 1000)


def post(client: Any, name: str, *args: Any, **body: Any) -> Any:
    return client.post(reverse(f"viewing:{name}", args=args), body, content_type="application/json")


@pytest.fixture
def user(world: Any) -> Any:
    cache.clear()
    return world.person("officer", world.branch, *RIGHTS)


@pytest.fixture
def client(user: Any, sign_in: Any) -> Any:
    return sign_in(user)


@pytest.mark.req("A3.1", "V14.log", "V14.use")
def test_a_live_picture_is_a_row_an_audit_row_and_a_ticket(world: Any, client: Any, doors: Any) -> None:
    answer = post(client, "live", world.camera.uid, stream=1).json()
    viewing = Viewing.objects.get()
    assert (viewing.kind, viewing.stream, viewing.viewer_name) == ("live", 1, "Officer")
    entry = Entry.objects.get(act="video.viewing.opened")
    assert (entry.clause, entry.data["kind"], entry.subject_text) == ("A3.1", "live", "东池云台")
    (ticket,) = doors.asked("/door/tickets")
    assert (ticket["viewing_id"], ticket["stream_key"]) == (viewing.pk, "live-1-0")
    assert answer["url"].startswith("ws://127.0.0.1:")
    assert answer["url"].endswith(f"/live/{ticket['ticket']}")
    assert answer["watermark"]["text"] == "Officer 分支局"
    assert answer["title"] == "东海养殖场 · 东池云台"
    assert answer["can_steer"] is False
    assert WantedStream.objects.get().reason == f"view:{viewing.pk}"


@pytest.mark.req("A3.1")
def test_a_picture_that_does_not_come_says_why_and_since_when(world: Any, client: Any, doors: Any) -> None:
    doors.answer("/door/play", 504, {"stage": "no_packet", "reason": "nothing on port 30010"})
    first = post(client, "live", world.camera.uid)
    assert first.status_code == 504
    told = first.json()
    assert told["stage"] == "no_packet"
    assert told["message"]
    assert told["advice"]
    assert told["detail"] == "nothing on port 30010"
    again = post(client, "live", world.camera.uid).json()
    assert again["since_ms"] == told["since_ms"]
    assert not doors.asked("/door/tickets")
    assert not WantedStream.objects.exists()
    assert set(Viewing.objects.values_list("end_cause", flat=True)) == {"expired"}
    doors.answer("/door/play", 200, {"stream_key": "live-1-0", "node": 0})
    assert post(client, "live", world.camera.uid).status_code == 200
    doors.answer("/door/play", 504, {"stage": "no_packet", "reason": ""})
    assert post(client, "live", world.camera.uid).json()["since_ms"] > told["since_ms"]


def test_an_offline_device_is_offline_since_it_was_last_seen(world: Any, client: Any, doors: Any) -> None:
    world.device.seen_at = NOON
    world.device.save()
    doors.answer("/door/play", 409, {"stage": "device_offline", "reason": ""})
    assert post(client, "live", world.camera.uid).json()["since_ms"] == NOON_MS


@pytest.mark.req("A4.1")
def test_nobody_watches_what_is_not_theirs(world: Any, client: Any, sign_in: Any, doors: Any) -> None:
    assert post(client, "live", world.customs_camera.uid).status_code == 404
    reader = sign_in(world.person("reader", world.branch, "cameras.read"))
    assert post(reader, "live", world.camera.uid).status_code == 404
    assert post(reader, "snapshot", world.camera.uid).status_code == 404
    days = reverse("viewing:days") + f"?camera={world.camera.uid}&month=2026-11"
    assert reader.get(days).status_code == 404
    assert not Viewing.objects.exists()
    assert not doors.calls


@pytest.mark.parametrize("body", ["", "[]", "{", '{"stream": 2}', '{"stream": true}', '{"stream": "0"}'])
def test_a_question_that_cannot_be_read_is_told(world: Any, client: Any, doors: Any, body: str) -> None:
    url = reverse("viewing:live", args=[world.camera.uid])
    response = client.post(url, body, content_type="application/json")
    assert response.status_code == (200 if body == "" else 400)


@pytest.mark.req("V14.log")
def test_recorded_footage_is_opened_for_a_purpose_only(world: Any, client: Any, doors: Any) -> None:
    segment = record(world.camera, NOON, 10)
    period = {"start_ms": NOON_MS, "end_ms": NOON_MS + 20_000}
    cameras = [str(world.camera.uid)]
    assert post(client, "open", cameras=cameras, **period).status_code == 422
    assert (
        post(client, "open", cameras=cameras, purpose="case", **period).json()["clause"].endswith("第十四条第（七）项")
    )
    answer = post(client, "open", cameras=cameras, purpose="case", purpose_text="2026-17", **period).json()
    (pane,) = answer["panes"]
    (ticket,) = doors.asked("/door/tickets")
    assert ticket["segments"][0]["segment_id"] == segment.pk
    assert ticket["segments"][0]["path"].endswith(segment.path)
    assert pane["segments"][0]["url"].endswith(f"/recordings/{ticket['ticket']}/{segment.pk}.mp4")
    assert (pane["segments"][0]["start_ms"], pane["segments"][0]["end_ms"]) == (NOON_MS, NOON_MS + 10_000)
    assert pane["gaps"] == [{"start_ms": NOON_MS + 10_000, "end_ms": NOON_MS + 20_000}]
    viewing = Viewing.objects.get()
    assert (viewing.purpose, viewing.purpose_text, viewing.kind) == ("case", "2026-17", "recording")
    entry = Entry.objects.get(act="video.viewing.opened")
    assert (entry.clause, entry.data["purpose"], entry.data["purpose_text"]) == ("V14.log", "case", "2026-17")


@pytest.mark.parametrize(
    "change",
    [
        {"cameras": []},
        {"cameras": ["x"] * 5},
        {"cameras": "all"},
        {"start_ms": "0"},
        {"start_ms": True},
        {"start_ms": 1e300},
        {"end_ms": NOON_MS},
        {"end_ms": NOON_MS + 90_000_000},
    ],
)
def test_too_much_and_nonsense_are_refused(world: Any, client: Any, doors: Any, change: dict[str, Any]) -> None:
    asked = {"cameras": [str(world.camera.uid)], "purpose": "routine", "start_ms": NOON_MS, "end_ms": NOON_MS + 1000}
    assert post(client, "open", **(asked | change)).status_code in {400, 404, 422}
    assert not Viewing.objects.exists()


def test_four_panes_are_four_viewings(world: Any, client: Any, doors: Any) -> None:
    body = {"purpose": "routine", "start_ms": NOON_MS, "end_ms": NOON_MS + 1000}
    assert len(post(client, "open", cameras=[str(world.camera.uid)] * 4, **body).json()["panes"]) == 4
    assert Viewing.objects.count() == 4


@pytest.mark.req("A3.1")
def test_the_device_side_is_played_and_controlled(world: Any, client: Any, doors: Any, committed: Any) -> None:
    doors.answer("/door/playback", 200, {"stream_key": "pb-1", "node": 0, "session": "s/1", "mime": "m"})
    body = {"camera": str(world.camera.uid), "purpose": "routine", "start_ms": NOON_MS, "end_ms": NOON_MS + 60_000}
    answer = post(client, "device", **body).json()
    assert doors.asked("/door/playback")[0]["start_at"] == NOON.isoformat()
    control = answer["control_url"]
    doors.answer("/door/sessions/s%2F1/control", 200, {"state": "unsupported", "sip_status": 400})
    told = client.post(control, {"action": "scale", "value": 2}, content_type="application/json")
    assert (told.status_code, told.json()) == (200, {"state": "unsupported"})
    assert doors.asked("/door/sessions/s%2F1/control") == [{"action": "scale", "value": 2}]
    assert client.post(control, {"action": "explode"}, content_type="application/json").status_code == 422
    with committed():
        assert post(client, "end", answer["viewing"]).status_code == 204
    assert ("DELETE", "/door/sessions/s%2F1") in [call[:2] for call in doors.calls]
    again = client.post(control, {"action": "stop"}, content_type="application/json")
    assert (again.status_code, again.json()) == (200, {"state": "acknowledged"})
    assert client.post(control, {"action": "pause"}, content_type="application/json").status_code == 409


def test_a_viewing_is_ended_by_its_viewer_only(world: Any, client: Any, sign_in: Any, doors: Any) -> None:
    viewing = post(client, "live", world.camera.uid).json()["viewing"]
    other = sign_in(world.person("other", world.branch, *RIGHTS))
    assert post(other, "end", viewing).status_code == 404
    assert post(client, "end", viewing).status_code == 204
    row = Viewing.objects.get()
    assert (row.end_cause, bool(row.ended_at)) == ("closed", True)
    assert not WantedStream.objects.exists()


def test_media_reports_start_bytes_and_end(world: Any, user: Any, doors: Any) -> None:
    viewing = actions.open_live(user, world.camera).viewing
    started = clock.now()
    assert actions.note_progress([ViewingProgress(viewing.pk, started, None, 10)]) == 1
    assert WantedStream.objects.exists()
    ended = started + timedelta(seconds=9)
    actions.note_progress(
        [ViewingProgress(viewing.pk, started, ended, 5000, "closed"), ViewingProgress(999, started, ended, 1)]
    )
    viewing.refresh_from_db()
    assert (viewing.started_at, viewing.ended_at, viewing.bytes, viewing.end_cause) == (started, ended, 5000, "closed")
    assert not WantedStream.objects.exists()


@pytest.mark.req("V14.log")
def test_the_log_names_the_footage_that_was_seen_of_the_day_that_was_opened(
    world: Any, user: Any, sign_in: Any, doors: Any
) -> None:
    record(world.camera, NOON, 600)
    why = actions.Why("routine")
    (opened,) = actions.open_recordings(user, [world.camera], NOON, NOON + timedelta(hours=20), why)
    began_us = clock.to_us(NOON)
    for first_s, last_s in ((120, 180), (60, 90)):
        seen_us = (began_us + first_s * 1_000_000, began_us + last_s * 1_000_000)
        actions.note_progress([ViewingProgress(opened.viewing.pk, NOON, None, 10, seen_us=seen_us)])
    reader = sign_in(world.person("reader", world.branch, "viewing.read"))
    row = reader.get(reverse("viewing:log")).content.decode()
    assert "2026-11-20 12:01:00" in row
    assert "2026-11-20 12:03:00" in row
    assert "2026-11-21 08:00:00" not in row


@pytest.mark.req("V14.log")
def test_the_log_names_what_a_device_has_played_of_the_hours_that_were_asked_for(
    world: Any, user: Any, sign_in: Any, doors: Any
) -> None:
    doors.answer("/door/playback", 200, {"stream_key": "pb-1", "node": 0, "session": "s1"})
    opened = actions.open_device_recording(
        user, world.camera, NOON, NOON + timedelta(hours=20), actions.Why("routine")
    ).viewing
    reader = sign_in(world.person("reader", world.branch, "viewing.read"))
    actions.note_progress([ViewingProgress(opened.pk, NOON, None, 10)])
    assert "2026-11-20 12:00:00" not in reader.get(reverse("viewing:log")).content.decode(), "nothing was seen yet"
    began_us = clock.to_us(NOON)
    seen_us = (began_us - 5_000_000, began_us + 90_000_000)
    actions.note_progress([ViewingProgress(opened.pk, NOON, None, 20, seen_us=seen_us)])
    row = reader.get(reverse("viewing:log")).content.decode()
    assert "2026-11-20 12:00:00" in row, "a picture before what was asked for is reckoned wrongly"
    assert "2026-11-20 12:01:30" in row
    assert "2026-11-21 08:00:00" not in row


@pytest.mark.req("V14.log", "A4.1")
def test_a_viewing_whose_right_has_ended_is_closed(world: Any, user: Any, doors: Any, committed: Any) -> None:
    kept = actions.open_live(world.person("other", world.branch, *RIGHTS), world.camera).viewing
    lost = actions.open_live(user, world.camera).viewing
    Viewing.objects.update(started_at=clock.now())
    RoleGrant.objects.filter(user=user).delete()
    with committed():
        assert actions.refresh_allowed() == 1
    lost.refresh_from_db()
    assert lost.end_cause == "right-ended"
    assert ("DELETE", f"/door/viewings/{lost.pk}") in [call[:2] for call in doors.calls]
    assert doors.asked("/door/allowed") == [{"viewings": [kept.pk]}]
    assert WantedStream.objects.get().reason == f"view:{kept.pk}"


def test_a_ticket_that_was_never_used_ends(world: Any, user: Any, doors: Any) -> None:
    viewing = actions.open_live(user, world.camera).viewing
    assert actions.refresh_allowed() == 0
    Viewing.objects.update(opened_at=clock.now() - timedelta(minutes=2))
    assert actions.refresh_allowed() == 1
    viewing.refresh_from_db()
    assert viewing.end_cause == "expired"


def test_a_snapshot_is_a_viewing_too(world: Any, client: Any, doors: Any) -> None:
    doors.answer("/door/snapshots", 200, b"\xff\xd8jpeg")
    Dialog.objects.create(
        stream_key="live-9-0", camera=world.camera, kind="live", call_id="c", state={}, node=0, media_port=1,
        transport="udp", ssrc="0100000001", started_at=clock.now(),
    )  # fmt: skip
    response = post(client, "snapshot", world.camera.uid)
    assert response.content == b"\xff\xd8jpeg"
    assert response["X-Taken-At"] == "2026-11-21T06:05:09+00:00"
    assert doors.asked("/door/snapshots") == [{"stream_key": "live-9-0"}]
    assert not doors.asked("/door/play")
    assert Viewing.objects.get().bytes == 6
    assert Entry.objects.get(act="video.viewing.opened").data["kind"] == "snapshot"


def test_the_calendar_and_the_bar(world: Any, user: Any, client: Any, doors: Any) -> None:
    record(world.camera, NOON, 10)
    record(world.camera, NOON + timedelta(seconds=30), 10)
    keeper = world.person("keeper", world.branch, "cameras.read", "video.hold")
    kept = [NOON + timedelta(seconds=seconds) for seconds in (33, 36)]
    keep_footage(keeper, world.camera, *kept, reason="异常")
    days = client.get(reverse("viewing:days") + f"?camera={world.camera.uid}&month=2026-11").json()
    assert days == {"days": {"2026-11-20": {"recorded_ms": 20_000}}}
    doors.answer(
        "/door/query",
        200,
        {
            "items": [
                {"start_at": NOON.isoformat(), "end_at": (NOON + timedelta(hours=1)).isoformat()},
                {"start_at": "nonsense", "end_at": None},
            ],
            "complete": False,
            "received": 2,
            "total": 5,
        },
    )
    url = reverse("viewing:timeline") + f"?camera={world.camera.uid}&day=2026-11-20&device=1"
    bar = client.get(url).json()
    assert bar["end_ms"] - bar["start_ms"] == 86_400_000
    assert bar["lanes"]["recorded"][0] == {"start_ms": NOON_MS, "end_ms": NOON_MS + 10_000}
    assert bar["lanes"]["held"] == [{"start_ms": NOON_MS + 33_000, "end_ms": NOON_MS + 36_000}]
    assert [gap["end_ms"] - gap["start_ms"] for gap in bar["lanes"]["gaps"]][1] == 20_000
    assert bar["lanes"]["gaps"][0]["cause"]
    assert bar["lanes"]["device"] == [{"start_ms": NOON_MS, "end_ms": NOON_MS + 3_600_000}]
    assert (bar["device_state"]["received"], bar["device_state"]["total"]) == (2, 5)
    assert bar["device_state"]["message"]
    doors.answer("/door/query", 504, {"stage": "no_answer", "reason": "timeout"})
    assert client.get(url).json()["device_state"]["complete"] is False


@pytest.mark.req("A3.1", "A4.1")
def test_of_each_day_it_is_told_which_of_ones_own_cameras_have_footage(
    world: Any, client: Any, user: Any, sign_in: Any
) -> None:
    record(world.camera, NOON, 10)
    record(world.customs_camera, NOON, 10)

    def told(day: str) -> Any:
        return client.get(reverse("viewing:recorded") + f"?day={day}")

    assert told("2026-11-20").json() == {"cameras": [str(world.camera.uid)]}, "not those of others"
    assert told("2026-11-19").json() == {"cameras": []}
    for nonsense in ("", "yesterday", "1026-11-20"):
        assert told(nonsense).status_code == 400
    reader = sign_in(world.person("reader", world.branch, "cameras.read"))
    assert reader.get(reverse("viewing:recorded") + "?day=2026-11-20").status_code == 403


def test_other_apps_mark_the_bar(world: Any, user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def one(_user: Any, _camera: Any, start: Any, _end: Any) -> list[TimelineMark]:
        return [TimelineMark(start, start, "anomaly", "异常", "/x")]

    monkeypatch.setitem(MARKS._values, "test-marks", one)
    (mark,) = queries.timeline(user, world.camera, NOON.date(), ask_device=False)["lanes"]["marks"]
    assert (mark["kind"], mark["title"]) == ("anomaly", "异常")


@pytest.mark.parametrize(
    "query", ["month=2026-13", "month=", "month=0001-01", "day=x", "day=0001-01-01", "month=9999-12"]
)
def test_days_that_are_none_are_told(world: Any, client: Any, query: str) -> None:
    name = "days" if "month" in query else "timeline"
    assert client.get(reverse(f"viewing:{name}") + f"?camera={world.camera.uid}&{query}").status_code == 400


@pytest.mark.req("V14.log")
def test_the_auditor_reads_the_usage_log_and_takes_it_as_excel(world: Any, user: Any, sign_in: Any, doors: Any) -> None:
    actions.open_live(user, world.camera)
    auditor = sign_in(world.person("auditor", world.national, "viewing.read"))
    page = auditor.get(reverse("viewing:log"))
    assert "Officer" in page.content.decode()
    sheet = auditor.get(reverse("viewing:log") + "?export=xlsx")
    assert downloaded(sheet).startswith(b"PK")
    neighbour = sign_in(world.person("beside", world.neighbour, "viewing.read"))
    assert "Officer" not in neighbour.get(reverse("viewing:log")).content.decode()


@pytest.mark.req("V14.log")
@pytest.mark.parametrize("field", ["name", "gb_id"])
def test_the_usage_log_finds_by_viewer_agency_and_camera(
    world: Any, user: Any, sign_in: Any, doors: Any, field: str
) -> None:
    actions.open_live(user, world.camera)
    auditor = sign_in(world.person("auditor", world.national, "viewing.read"))

    def has_row(words: str) -> bool:
        return "<td" in auditor.get(reverse("viewing:log"), {"q": words}).content.decode()

    camera = getattr(world.camera, field)
    assert has_row(camera)
    assert has_row(user.agency.name)
    assert has_row(f"{user.name} {camera}")
    assert not has_row(f"{user.name} nobody")


@pytest.mark.req("A3.1")
def test_the_wall_and_playback_give_the_islands_all_addresses(world: Any, client: Any) -> None:
    page = client.get(
        reverse("viewing:wall") + f"?camera={world.camera.uid}&camera={world.customs_camera.uid}&camera=x"
    )
    props = page.context["props"]
    assert props["cameras"] == [str(world.camera.uid)]
    assert props["live_url"] == "/video/live/{camera}"
    assert props["end_url"] == "/video/viewings/{viewing}/end"
    assert props["steer_url"] == "/ws/steer/{camera}"
    assert 'data-island="wall"' in page.content.decode()
    page = client.get(reverse("viewing:playback") + f"?camera={world.camera.uid}&at={NOON_MS}")
    props = page.context["props"]
    assert (props["chosen"], props["at_ms"]) == ([str(world.camera.uid)], NOON_MS)
    assert props["cameras"] == [{"uid": str(world.camera.uid), "title": "东海养殖场 · 东池云台"}]
    assert "selection_page" not in props
    assert next(item["key"] for item in props["purposes"]) == "routine"


def test_purposes_speak_the_readers_language() -> None:
    with translation.override("en"):
        assert queries.purpose_label("case") == "Investigation of a case"
    with translation.override("zh-hans"):
        assert queries.purpose_label("case") == "案件调查取证"
        assert queries.purpose_label("gone") == "gone"


def test_nobody_without_a_session_gets_an_answer(world: Any, client: Any) -> None:
    client.logout()
    assert post(client, "live", world.camera.uid).status_code in {401, 302}
