"""Footage that only the device has is fetched into the recordings (req: V5.1, V14.log)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from oversite.base.audit.models import Entry
from oversite.base.jobs.actions import JobCancelled
from oversite.base.jobs.models import Job
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.video.gateway.stages import StageFailure
from oversite.video.recording import queries as recordings
from oversite.video.viewing import actions, fetching
from oversite.video.viewing.actions import Why
from oversite.video.viewing.models import Viewing

pytestmark = [pytest.mark.django_db, pytest.mark.req("V5.1", "V14.log")]

START = clock.from_us(1_795_300_000_000_000)
END = START + timedelta(minutes=30)
WHY = Why("routine")


class Reported:
    """A job that only remembers, and is cancelled when told so."""

    def __init__(self) -> None:
        self.reports: list[tuple[int, int | None]] = []
        self.is_cancelled = False

    def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        self.reports.append((done, total))
        if self.is_cancelled:
            raise JobCancelled


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LOOK_EVERY_S", 0.0)


@pytest.fixture
def viewing(world: Any, doors: Any) -> Viewing:
    """A fetch that was ordered, of a period in which the device has two stretches, twelve and one minutes long."""
    user = world.person("li", world.branch, "video.playback")
    actions.order_fetch(user, world.camera, START, END, WHY)
    told = [(5, 17), (20, 21)]
    items = [{"start_at": iso(first), "end_at": iso(last)} for first, last in told]
    doors.answer("/door/query", 200, {"items": items, "complete": True, "received": 2, "total": 2})
    doors.answer("/door/playback", 200, {"session": "p1", "stream_key": "p1", "node": 0})
    doors.answer("/door/receivers/p1", 200, {"recorded_ms": 600_000, "bytes": 4000})
    return Viewing.objects.get()


def iso(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat()


def test_the_order_is_in_the_usage_log_and_the_audit_and_has_a_page_of_its_own(
    world: Any, doors: Any, sign_in: Any
) -> None:
    user = world.person("li", world.branch, "video.playback")
    order = {
        "camera": str(world.camera.uid),
        "start_ms": clock.to_us(START) // 1000,
        "end_ms": clock.to_us(END) // 1000,
    }
    client = sign_in(user)
    url = reverse("viewing:fetch")
    assert client.post(url, order, content_type="application/json").status_code == 422, "no purpose"
    answer = client.post(url, {**order, "purpose": "routine"}, content_type="application/json")
    assert answer.status_code == 202
    job = Job.objects.get()
    assert answer.json() == {"job": str(job.pk), "url": reverse("jobs:job", args=[job.pk])}
    row = Viewing.objects.get()
    assert (row.kind, row.purpose, row.from_at, row.until_at) == (Viewing.Kind.DEVICE, "routine", START, END)
    assert Entry.objects.filter(act="video.footage.ordered").count() == 1


def test_what_the_device_has_and_we_lack_comes_in_pieces(viewing: Viewing, doors: Any) -> None:
    job = Reported()
    assert fetching.fetch(viewing, job) == (10 + 2 + 1) * 60_000  # type: ignore[arg-type]
    asked = [(one["start_at"], one["end_at"], one["kind"], one["record"]) for one in doors.asked("/door/playback")]
    assert asked == [(iso(a), iso(b), "download", True) for a, b in ((5, 15), (15, 17), (20, 21))]
    assert job.reports[-1] == (780, 780)
    assert len([call for call in doors.calls if call[:2] == ("DELETE", "/door/sessions/p1")]) == 3
    viewing.refresh_from_db()
    assert viewing.bytes == 12_000
    assert viewing.ended_at is not None
    came = (START + timedelta(minutes=5), START + timedelta(minutes=21))
    assert (viewing.seen_from_at, viewing.seen_until_at) == came, "the log names what came, not the half hour ordered"


def test_what_is_recorded_already_is_not_fetched_again(
    viewing: Viewing, doors: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    gap = recordings.Gap(clock.to_us(START + timedelta(minutes=16)), clock.to_us(END))
    monkeypatch.setattr(recordings, "gaps", lambda *_: [gap])
    assert fetching.fetch(viewing, Reported()) == 120_000  # type: ignore[arg-type]
    assert [one["start_at"] for one in doors.asked("/door/playback")] == [iso(16), iso(20)]


def test_a_cancelled_fetch_hangs_up(viewing: Viewing, doors: Any) -> None:
    job = Reported()
    job.is_cancelled = True
    with pytest.raises(JobCancelled):
        fetching.fetch(viewing, job)  # type: ignore[arg-type]
    assert [call[1] for call in doors.calls if call[0] == "DELETE"] == ["/door/sessions/p1"]
    viewing.refresh_from_db()
    assert viewing.ended_at is not None


def test_nothing_to_fetch_and_a_device_that_gives_nothing_are_told(viewing: Viewing, doors: Any) -> None:
    doors.answer("/door/playback", 409, {"stage": "refused", "reason": "Busy Here", "sip_status": 486})
    with pytest.raises(StageFailure):
        fetching.fetch(viewing, Reported())  # type: ignore[arg-type]
    doors.answer("/door/query", 200, {"items": [], "complete": True, "received": 0, "total": 0})
    with pytest.raises(Refused, match="没有本平台缺失的录像"):
        fetching.fetch(viewing, Reported())  # type: ignore[arg-type]


def test_a_right_that_was_withdrawn_ends_it(viewing: Viewing) -> None:
    Viewing.objects.update(ended_at=clock.now())
    with pytest.raises(Refused, match="权限已被收回"):
        fetching.fetch(viewing, Reported())  # type: ignore[arg-type]
