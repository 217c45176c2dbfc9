"""Writing the text into a camera's picture and reading it back, one camera or all of a site (req: C-OSD)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _t

from oversite.base.audit.actions import record
from oversite.base.jobs.actions import current_job, submit_job
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.customs import queries
from oversite.domains.customs.actions.changes import require
from oversite.domains.customs.models import CameraPosition, ScreenCheck, SiteRegistration
from oversite.domains.customs.screentext import Position, ReadScreen, ScreenText, compare, screen_layout
from oversite.video.cameras.queries import is_channel_absent
from oversite.video.gateway import actions as gateway

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.jobs.models import Job

State = ScreenCheck.State
NOT_FOUND = 404
AWAY = frozenset({408, 480, 503, 504})
NO_ANSWER_STAGES = frozenset({gateway.Stage.DEVICE_OFFLINE, gateway.Stage.NO_ANSWER, gateway.Stage.SERVICE_DOWN})


def push_screen(actor: "User | None", position: CameraPosition) -> ScreenCheck:
    """Have the device show the text, then read back what it shows. Raises `Refused` where nothing can be asked.

    No transaction is open while the device is asked.
    """
    text, about = _asked(actor, position)
    if _is_channel_absent(position):
        return _store(actor, position, text, _nothing(State.NO_CHANNEL), is_push=True)
    try:
        is_ok = gateway.put_screen(*about, _settings(text))
    except gateway.StageFailure as failure:
        return _store(actor, position, text, _failed(failure), is_push=True)
    found = _read(about, text)
    if not is_ok and found["state"] == State.MISMATCH:
        found["state"] = State.REFUSED
    return _store(actor, position, text, found, is_push=True)


def check_screen(actor: "User | None", position: CameraPosition) -> ScreenCheck:
    """Read back what the device shows, and change nothing there; raises `Refused` as `push_screen` does."""
    text, about = _asked(actor, position)
    found = _nothing(State.NO_CHANNEL) if _is_channel_absent(position) else _read(about, text)
    return _store(actor, position, text, found, is_push=False)


@transaction.atomic
def order_screens(actor: "User", registration: SiteRegistration, *, is_push: bool) -> "Job":
    """Let the worker write, or only read, the texts of all cameras of a site; its job shows how far it is."""
    from oversite.domains.customs.tasks import do_screens

    require(actor, registration.site.agency, queries.PUSH)
    title = _("Write the texts of %(site)s") if is_push else _("Read the texts of %(site)s")
    arguments = {
        "registration_id": registration.pk,
        "user_id": actor.pk,
        "is_push": is_push,
        "language": translation.get_language() or "zh-hans",
    }
    data = {"is_push": is_push}
    record("customs.screens.ordered", actor=actor, subject=registration.site, data=data, clause="C-OSD")
    return submit_job(do_screens, arguments, title=title % {"site": registration.site.name}, owner=actor)


def run_screens(actor: "User", registration_id: int, *, is_push: bool) -> dict[str, int]:
    """What the worker does: every open position of the site that has a camera; gives how many ended how."""
    found = queries.positions(actor, queries.PUSH).filter(
        registration_id=registration_id, closed_at=None, camera__isnull=False
    )
    todo, ended = list(found.order_by("code")), dict.fromkeys(State.values, 0)
    for done, position in enumerate(todo):
        current_job().progress(done, len(todo), position.code)
        try:
            check = push_screen(actor, position) if is_push else check_screen(actor, position)
        except Refused:
            continue  # such as a camera without a device: it stays unchecked
        ended[check.state] += 1
    current_job().progress(len(todo), len(todo), summary(ended))
    return ended


def summary(ended: Mapping[str, int]) -> str:
    """`12 as it must be, 1 shows something else`."""
    return "，".join(f"{State(state).label} {count}" for state, count in ended.items() if count) or _t("nothing to do")


def _asked(actor: "User | None", position: CameraPosition) -> tuple[ScreenText, tuple[str, str]]:
    require(actor, position.registration.site.agency, queries.PUSH)
    camera = position.camera
    if camera is None or position.closed_at is not None:
        raise Refused("customs.screen.empty", _("No camera hangs at this position."), "C-OSD", 409)
    if camera.device is None:
        raise Refused("customs.screen.device", _("No device answers for this camera."), "C-OSD", 409)
    return queries.text_of(position), (camera.device.gb_id, camera.gb_id)


def _settings(text: ScreenText) -> dict[str, Any]:
    layout = screen_layout(text.lines)
    return {
        "width": layout.width,
        "height": layout.height,
        "time_x": layout.time_x,
        "time_y": layout.time_y,
        "lines": [{"text": line.text, "x": line.x, "y": line.y} for line in layout.lines],
    }


def _read(about: tuple[str, str], text: ScreenText) -> dict[str, Any]:
    """State, lines shown, differences and reason, as the row holds them."""
    device, channel = about
    try:
        told = gateway.ask_device(device, "screen", camera_gb_id=channel).get("screen")
    except gateway.StageFailure as failure:
        return _failed(failure)
    if not isinstance(told, dict):
        return _nothing(State.UNSUPPORTED)
    read = ReadScreen(
        tuple(Position(str(line["text"]), int(line["x"]), int(line["y"])) for line in told.get("lines", ())),
        shows_text=told.get("shows_text") is not False,
        shows_time=told.get("shows_time") is not False,
        time_type=told.get("time_type"),
        time_y=told.get("time_y"),
        height=told.get("height") or None,
    )
    found = compare(text.lines, read)
    return {
        "state": State.MATCH if found.is_match else State.MISMATCH,
        "shown": [line.text for line in read.lines if line.text.strip()],
        "differences": [{"zh": each.zh, "en": each.en} for each in found.differences],
        "reason": "",
    }


def _failed(failure: gateway.StageFailure) -> dict[str, Any]:
    """404: it has no such channel; a status for nobody being there, or none at all: no answer; else it says no."""
    if failure.sip_status == NOT_FOUND:
        return _nothing(State.NO_CHANNEL, failure.reason)
    is_away = failure.sip_status in AWAY if failure.sip_status is not None else failure.stage in NO_ANSWER_STAGES
    reason = "" if failure.stage is gateway.Stage.DEVICE_OFFLINE else failure.reason
    return _nothing(State.NO_ANSWER if is_away else State.UNSUPPORTED, reason)


def _nothing(state: State, reason: str = "") -> dict[str, Any]:
    """A check that saw no text."""
    return {"state": state, "shown": [], "differences": [], "reason": reason[:300]}


def _is_channel_absent(position: CameraPosition) -> bool:
    """Whether a device that is there has no such channel; of one that is away, only silence can be told."""
    camera = position.camera
    is_there = camera is not None and camera.device is not None and camera.device.is_online
    return camera is not None and is_there and is_channel_absent(camera)


@transaction.atomic
def _store(
    actor: "User | None", position: CameraPosition, text: ScreenText, found: dict[str, Any], *, is_push: bool
) -> ScreenCheck:
    now = clock.now()
    values = {**found, "wanted": list(text.lines), "checked_at": now, **({"pushed_at": now} if is_push else {})}
    check, _created = ScreenCheck.objects.update_or_create(position=position, defaults=values)
    act = "customs.screen.pushed" if is_push else "customs.screen.read"
    data = {"code": position.code, "state": check.state, "wanted": check.wanted, "shown": check.shown}
    record(act, actor=actor, subject=position.camera, data=data, clause="C-OSD")
    return check
