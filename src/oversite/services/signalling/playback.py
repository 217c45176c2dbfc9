"""Control of a device-side playback: pause, resume, seek, scale, stop by MANSRTSP in INFO (app. B; quirk 27)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import structlog

from oversite.protocol.errors import PeerError, UsageError
from oversite.protocol.gb28181.mansrtsp import CONTENT_TYPE, PlaybackRequest, PlaybackResponse
from oversite.services.signalling.agent import Agent, NoAnswer
from oversite.services.signalling.directory import Directory
from oversite.services.signalling.media_door import MediaDoor, MediaFailed
from oversite.services.signalling.metrics import Metrics
from oversite.services.signalling.session import Session

log = structlog.get_logger("oversite.signalling")

ANSWER_S: Final = 4.0
MIN_SCALE: Final = 0.125
MAX_SCALE: Final = 16.0
FOLLOWED: Final = {"scale": "scale", "seek": "position_s"}
"""What media must know of a control, and how its door calls it."""


@dataclass(frozen=True, slots=True)
class Controlled:
    """What the device made of it. `state` is acknowledged, unsupported (do it at the viewer's side) or no_answer."""

    state: str
    sip_status: int | None = None
    reason: str = ""
    rtp_time: int | None = None


class PlaybackControl:
    """Sends the INFO requests of playback sessions, and has media follow speed and position."""

    def __init__(self, agent: Agent, directory: Directory, media: MediaDoor, metrics: Metrics) -> None:
        self._agent = agent
        self._media = media
        self._directory = directory
        self._metrics = metrics

    async def control(self, session: Session, action: str, value: float | None) -> Controlled:
        """One of pause, resume, seek (seconds), scale, stop. Raises ValueError for anything else."""
        session.control_sequence += 1
        body = bytes(request_for(session.control_sequence, action, value))
        device = self._directory.devices.get(session.device_gb_id)
        try:
            if device is None:
                raise LookupError("device is not in the register")
            request = session.dialog.request("INFO", body, CONTENT_TYPE)
            answer = await self._agent.ask(request, device.address, within_s=ANSWER_S)
        except UsageError as error:
            return Controlled("no_answer", None, error.reason)
        except (LookupError, NoAnswer) as error:
            return Controlled("no_answer", None, str(error))
        response = answer.response
        if not response.is_success:
            self._metrics.count("control_unsupported")
            log.info("control_unsupported", device=device.gb_id, action=action, sip_status=response.status)
            return Controlled("unsupported", response.status, response.reason[:200])
        session.is_paused = action == "pause" or (session.is_paused and action == "scale")
        controlled = _told(response.status, response.body)
        if value is not None and controlled.state == "acknowledged" and action in FOLLOWED:
            await self._follow(session, **{FOLLOWED[action]: value})
        return controlled

    async def _follow(self, session: Session, **what: float) -> None:
        """Time stamps tell neither the speed nor the position: what we commanded does (quirk 26)."""
        try:
            await self._media.change(session.node, session.stream_key, **what)
        except MediaFailed as error:
            log.warning("control_not_followed", stream=session.stream_key, why=str(error))


def request_for(sequence: int, action: str, value: float | None) -> PlaybackRequest:
    """The MANSRTSP request of an action. Raises ValueError."""
    if action == "pause":
        return PlaybackRequest.pause(sequence)
    if action == "resume":
        return PlaybackRequest.resume(sequence)
    if action == "stop":
        return PlaybackRequest.stop(sequence)
    if action not in {"seek", "scale"} or value is None:
        raise ValueError(f"no such control: {action!r} with {value!r}")
    if action == "seek" and value >= 0:
        return PlaybackRequest.seek(sequence, value)
    if action == "scale" and MIN_SCALE <= abs(value) <= MAX_SCALE:
        return PlaybackRequest.speed(sequence, value)
    raise ValueError(f"{action} cannot be {value}")


def _told(status: int, body: bytes) -> Controlled:
    """A 200 whose MANSRTSP body says 400 is a refusal all the same (quirk 27)."""
    try:
        told = PlaybackResponse.parse(body) if body.strip() else None
    except PeerError:
        told = None
    if told is not None and told.status >= 400:
        return Controlled("unsupported", told.status, told.reason)
    return Controlled("acknowledged", status, "", told.rtp_time if told else None)
