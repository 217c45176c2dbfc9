"""Reading the usage log, the calendar and the 24-hour bar."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext as _

from oversite.base.accounts.queries import is_narrowed, restrict
from oversite.common import clock
from oversite.video.cameras import queries as register
from oversite.video.gateway import actions as gateway
from oversite.video.recording import queries as recordings
from oversite.video.recording.slots import KEPT
from oversite.video.viewing.models import Viewing
from oversite.video.viewing.slots import MARKS, PURPOSES

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from oversite.base.accounts.models import User
    from oversite.base.sites.models import Site
    from oversite.video.cameras.models import Camera


def viewings(user: "User | AnonymousUser") -> QuerySet[Viewing]:
    """The usage log of the cameras of the user's subtree (req: V14.log)."""
    found = Viewing.objects.select_related("camera", "camera__site")
    seen = restrict(found, user, "viewing.read", "camera__site__agency")
    if is_narrowed(user, "viewing.read", "cameras.camera"):
        return seen.filter(camera__in=register.registered_cameras(user, "viewing.read").values("pk"))
    return seen


def seen_period(user: "User", site: "Site", since: datetime) -> tuple[datetime, datetime] | None:
    """From when until when the recordings of a site are that `user` has seen since an instant; none where none are."""
    found = Viewing.objects.filter(user=user, camera__site=site, kind=Viewing.Kind.RECORDING, opened_at__gte=since)
    seen = found.aggregate(first=Min("seen_from_at"), last=Max("seen_until_at"))
    return (seen["first"], seen["last"]) if seen["first"] and seen["last"] else None


def open_viewings() -> QuerySet[Viewing]:
    """What goes on now, as far as is known."""
    return Viewing.objects.filter(ended_at=None)


def purposes() -> list[dict[str, Any]]:
    """The purposes as the dialog offers them."""
    return [
        {"key": item.key, "label": item.label, "needs_text": item.needs_text, "text_label": item.text_label}
        for item in PURPOSES
    ]


def purpose_label(key: str) -> str:
    """The words of a purpose; the key itself where it is no longer offered."""
    found = PURPOSES.get(key)
    return key if found is None else found.label


def watermark(user: "User") -> dict[str, str]:
    """What lies over every picture that a viewer sees; the page adds the running time (req: V14.use)."""
    return {"text": f"{user.name} {user.agency.name}", "name": user.name, "agency": user.agency.name}


def day_of(day: date) -> tuple[datetime, datetime]:
    """Midnight to midnight of a Beijing day."""
    start = datetime.combine(day, time(), clock.BEIJING)
    return start, start + timedelta(days=1)


def days(camera: "Camera", year: int, month: int) -> dict[str, dict[str, int]]:
    """The days of a month with footage, and how much of each is there."""
    first = date(year, month, 1)
    last = date(year + month // 12, month % 12 + 1, 1)
    start_us, end_us = clock.to_us(day_of(first)[0]), clock.to_us(day_of(last)[0])
    found: dict[str, dict[str, int]] = {}
    for text in recordings.recorded_days(camera.pk, start_us, end_us):
        start, end = day_of(date.fromisoformat(text))
        found[text] = {"recorded_ms": recordings.covered_ms(camera.pk, clock.to_us(start), clock.to_us(end))}
    return found


def recorded_on(user: "User", day: date) -> list[str]:
    """The uids of the cameras that `user` may play back and that have footage of a Beijing day."""
    start, end = day_of(day)
    uids = dict(register.cameras(user, "video.playback").values_list("pk", "uid"))
    found = recordings.recorded_cameras(uids, clock.to_us(start), clock.to_us(end))
    return [str(uids[pk]) for pk in sorted(found)]


def timeline(user: "User", camera: "Camera", day: date, *, ask_device: bool) -> dict[str, Any]:
    """The lanes of one camera's day: recorded, gaps with their cause, held, marks, and what the device kept."""
    start, end = day_of(day)
    until = min(end, clock.now())
    start_us, until_us = clock.to_us(start), max(clock.to_us(until), clock.to_us(start))
    spans = recordings.timeline(camera.pk, start_us, until_us)
    cause = _("No picture was received.") if camera.records else _("Recording is not switched on for this camera.")
    device, state = _device_lane(camera, start, until) if ask_device else ([], None)
    return {
        "start_ms": clock.to_us(start) // 1000,
        "end_ms": clock.to_us(end) // 1000,
        "lanes": {
            "recorded": [_stretch(span.start_us, span.end_us) for span in spans],
            "gaps": [
                _stretch(gap.start_us, gap.end_us) | {"cause": cause}
                for gap in recordings.gaps_between(spans, start_us, recordings.known_until_us(spans, until_us))
            ],
            "held": list(_held(camera.pk, start_us, clock.to_us(end))),
            "marks": list(_marks(user, camera, start, end)),
            "device": device,
        },
        "device_state": state,
    }


def gaps(camera: "Camera", start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Where a period has no footage."""
    start_us, end_us = clock.to_us(start), max(clock.to_us(end), clock.to_us(start))
    return [_stretch(gap.start_us, gap.end_us) for gap in recordings.gaps(camera.pk, start_us, end_us)]


def _held(camera_id: int, start_us: int, end_us: int) -> Iterable[dict[str, Any]]:
    """The minutes that somebody keeps, not the whole files in which they lie."""
    for kept in KEPT:
        for first, last in kept(camera_id, start_us, end_us):
            yield _stretch(max(first, start_us), min(last, end_us))


def _marks(user: "User", camera: "Camera", start: datetime, end: datetime) -> Iterable[dict[str, Any]]:
    for marks in MARKS:
        for mark in marks(user, camera, start, end):
            lane = _stretch(clock.to_us(mark.start_at), clock.to_us(mark.end_at))
            yield lane | {"kind": mark.kind, "title": mark.title, "url": mark.url}


def device_spans(camera: "Camera", start: datetime, end: datetime) -> list[tuple[int, int]]:
    """What the device says it recorded of a period, in UTC microseconds; nothing where it does not say."""
    lane, _state = _device_lane(camera, start, end)
    return [(each["start_ms"] * 1000, each["end_ms"] * 1000) for each in lane]


def _device_lane(camera: "Camera", start: datetime, end: datetime) -> tuple[list[dict[str, int]], dict[str, Any]]:
    """What the device says it recorded, and how complete its answer is."""
    if camera.device is None or start >= end:
        return [], {"complete": True, "received": 0, "total": 0, "message": ""}
    try:
        answer = gateway.ask_device(
            camera.device.gb_id,
            "records",
            camera_gb_id=camera.gb_id,
            start_at=start.isoformat(),
            end_at=end.isoformat(),
        )
    except gateway.StageFailure as failure:
        told = failure.payload()
        return [], {"complete": False, "received": 0, "total": 0, "message": f"{told['message']} {told['advice']}"}
    lane = []
    for item in answer.get("items", []):
        try:
            first, last = (clock.to_us(datetime.fromisoformat(item[key])) for key in ("start_at", "end_at"))
        except (KeyError, TypeError, ValueError):
            continue
        lane.append(_stretch(first, last))
    received, total = int(answer.get("received") or len(lane)), int(answer.get("total") or len(lane))
    complete = bool(answer.get("complete", True))
    message = (
        ""
        if complete
        else _("The device announced %(total)s recordings and sent %(received)s.")
        % {
            "total": total,
            "received": received,
        }
    )
    return lane, {"complete": complete, "received": received, "total": total, "message": message}


def _stretch(start_us: int, end_us: int) -> dict[str, Any]:
    return {"start_ms": start_us // 1000, "end_ms": end_us // 1000}
