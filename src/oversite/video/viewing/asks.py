"""What the islands ask for, in JSON: live pictures, snapshots, calendar, bar, recordings, and the end of a viewing."""

import functools
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oversite.common import clock
from oversite.video.cameras import queries as register
from oversite.video.gateway import actions as gateway
from oversite.video.viewing import actions, queries
from oversite.video.viewing.actions import OpenedLive, OpenedRecording, Why
from oversite.video.viewing.models import Viewing

BODY_BYTES_MAX = 20_000
MS_MAX = 4_102_444_800_000
"""The year 2100."""

View = Callable[..., HttpResponse]


class BadQuestion(ValueError):
    """The question cannot be read; the text says what it must be."""


def answers(view: View) -> View:
    """A failed start and an unreadable question become JSON that a pane can show."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"code": "accounts.session.none", "message": _("Sign in first.")}, status=401)
        try:
            return view(request, *args, **kwargs)
        except gateway.StageFailure as failure:
            return JsonResponse(failure.payload(), status=failure.status)
        except BadQuestion as error:
            return JsonResponse({"code": "http.400", "message": str(error)}, status=400)

    return wrapped


@require_POST
@answers
def live(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Open a live picture: `{"stream": 0|1}`."""
    camera = _camera(request, uid, "video.live")
    stream = _body(request).get("stream", 0)
    if stream not in (0, 1) or isinstance(stream, bool):
        raise BadQuestion(_("A stream is 0 (main) or 1 (sub)."))
    return JsonResponse(_live_answer(_user(request), actions.open_live(_user(request), camera, stream)))


@require_POST
@answers
def snapshot(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The picture of this moment as JPEG."""
    jpeg, taken_at = actions.take_snapshot(_user(request), _camera(request, uid, "video.live"))
    headers = {"X-Taken-At": taken_at.isoformat(), "Cache-Control": "private, no-store"}
    return HttpResponse(jpeg, content_type="image/jpeg", headers=headers)


@require_POST
@answers
def end(request: HttpRequest, viewing: int) -> HttpResponse:
    """The pane was closed."""
    found = Viewing.objects.select_related("camera").filter(pk=viewing, user=_user(request)).first()
    if found is None:
        raise Http404
    actions.end_viewing(_user(request), found)
    return HttpResponse(status=204)


@require_GET
@answers
def days(request: HttpRequest) -> HttpResponse:
    """The days of a month with footage: `?camera=&month=2026-11`."""
    camera = _camera(request, _uid(request.GET.get("camera")), "video.playback")
    try:
        first = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError as error:
        raise BadQuestion(_("A month is written like 2026-11.")) from error
    if not 2000 <= first.year <= 2100:
        raise BadQuestion(_("A month is written like 2026-11."))
    return JsonResponse({"days": queries.days(camera, first.year, first.month)})


@require_GET
@answers
def recorded(request: HttpRequest) -> HttpResponse:
    """The cameras with footage of one day: `?day=2026-11-21`."""
    _user(request).require("video.playback", "V14.log")
    return JsonResponse({"cameras": queries.recorded_on(_user(request), _day(request))})


@require_GET
@answers
def timeline(request: HttpRequest) -> HttpResponse:
    """The lanes of one day: `?camera=&day=2026-11-21&device=0|1`."""
    camera = _camera(request, _uid(request.GET.get("camera")), "video.playback")
    ask = request.GET.get("device") == "1"
    return JsonResponse(queries.timeline(_user(request), camera, _day(request), ask_device=ask))


@require_POST
@answers
def open_recordings(request: HttpRequest) -> HttpResponse:
    """Open recorded footage of up to four cameras for a purpose."""
    told = _body(request)
    uids = told.get("cameras")
    if not isinstance(uids, list) or not 1 <= len(uids) <= actions.PANES_MAX:
        raise BadQuestion(_("Play back one to four cameras at a time."))
    cameras = [_camera(request, _uid(uid), "video.playback") for uid in uids]
    start, finish = _instant(told, "start_ms"), _instant(told, "end_ms")
    opened = actions.open_recordings(_user(request), cameras, start, finish, _why(told))
    return JsonResponse({"panes": [_recording_answer(_user(request), item, start, finish) for item in opened]})


@require_POST
@answers
def open_device(request: HttpRequest) -> HttpResponse:
    """Play what the device itself recorded."""
    told = _body(request)
    camera = _camera(request, _uid(told.get("camera")), "video.playback")
    start, finish = _instant(told, "start_ms"), _instant(told, "end_ms")
    opened = actions.open_device_recording(_user(request), camera, start, finish, _why(told))
    answer = _live_answer(_user(request), opened)
    control = reverse("viewing:control", args=[opened.viewing.pk])
    return JsonResponse(answer | {"session": opened.viewing.session, "control_url": control})


@require_POST
@answers
def fetch(request: HttpRequest) -> HttpResponse:
    """Have what the device recorded fetched into our recordings; answers with the page of the work."""
    told = _body(request)
    camera = _camera(request, _uid(told.get("camera")), "video.playback")
    start, finish = _instant(told, "start_ms"), _instant(told, "end_ms")
    job = actions.order_fetch(_user(request), camera, start, finish, _why(told))
    return JsonResponse({"job": str(job.pk), "url": reverse("jobs:job", args=[job.pk])}, status=202)


@require_POST
@answers
def control(request: HttpRequest, viewing: int) -> HttpResponse:
    """Pause, resume, seek (seconds), scale or stop a playback of the device."""
    found = Viewing.objects.select_related("camera").filter(pk=viewing, user=_user(request)).first()
    if found is None:
        raise Http404
    told = _body(request)
    value = told.get("value")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 100_000):
        raise BadQuestion(_("The value is a number."))
    state = actions.control_device_recording(_user(request), found, str(told.get("action", "")), value)
    return JsonResponse({"state": state})


def _live_answer(user: Any, opened: OpenedLive) -> dict[str, Any]:
    camera = opened.viewing.camera
    can_steer = register.is_steerable(camera) and register.camera(user, camera.uid, "video.steer") is not None
    return {
        "viewing": opened.viewing.pk,
        "url": opened.ticket.live_url,
        "mime": opened.stream.get("mime", ""),
        "codec": opened.stream.get("codec", ""),
        "stream": opened.viewing.stream,
        "stream_key": opened.viewing.stream_key,
        "title": register.title(camera),
        "watermark": queries.watermark(user),
        "can_steer": can_steer,
    }


def _recording_answer(user: Any, opened: OpenedRecording, start: datetime, finish: datetime) -> dict[str, Any]:
    camera = opened.viewing.camera
    until = min(finish, clock.now())
    return {
        "camera": str(camera.uid),
        "title": register.title(camera),
        "viewing": opened.viewing.pk,
        "watermark": queries.watermark(user),
        "index_url": opened.ticket.index_url,
        "segments": [
            {
                "id": piece.segment_id,
                "url": opened.ticket.segment_url(piece.segment_id),
                "start_ms": piece.start_us // 1000,
                "end_ms": piece.end_us // 1000,
                "codec": piece.codec,
                "mime": "",
            }
            for piece in opened.pieces
        ],
        "gaps": queries.gaps(camera, start, until),
    }


def _user(request: HttpRequest) -> Any:
    return cast("Any", request.user)


def _camera(request: HttpRequest, uid: UUID, permission: str) -> Any:
    camera = register.camera(_user(request), uid, permission)
    if camera is None:
        raise Http404
    return camera


def _uid(text: object) -> UUID:
    try:
        return UUID(str(text))
    except ValueError as error:
        raise Http404 from error


def _body(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > BODY_BYTES_MAX:
        raise BadQuestion(_("The request is too large."))
    try:
        told = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise BadQuestion(_("The request is not JSON.")) from error
    if not isinstance(told, dict):
        raise BadQuestion(_("The request is not a JSON object."))
    return told


def _day(request: HttpRequest) -> date:
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError as error:
        raise BadQuestion(_("A day is written like 2026-11-21.")) from error
    if not 2000 <= day.year <= 2100:
        raise BadQuestion(_("A day is written like 2026-11-21."))
    return day


def _instant(told: dict[str, Any], name: str) -> datetime:
    value = told.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MS_MAX:
        raise BadQuestion(_("A time is given in milliseconds since 1970."))
    return clock.from_us(0) + timedelta(milliseconds=value)


def _why(told: dict[str, Any]) -> Why:
    return Why(str(told.get("purpose") or ""), str(told.get("purpose_text") or ""))
