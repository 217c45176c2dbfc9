"""Why a picture does not come: the stage that failed, in words that tell the person who waits what to try."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oversite.common.clock import to_us
from oversite.common.errors import OversiteError


class Stage(StrEnum):
    """Where starting a stream ended; the names are those of the doors."""

    DEVICE_OFFLINE = "device_offline"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    NO_RECEIVER = "no_receiver"
    NO_PACKET = "no_packet"
    NO_KEY_FRAME = "no_key_frame"
    CODEC_UNKNOWN = "codec_unknown"
    SERVICE_DOWN = "service_down"


@dataclass(frozen=True, slots=True)
class StageText:
    """What happened, the usual cause, and what to try."""

    message: str | Promise
    cause: str | Promise
    advice: str | Promise


TEXTS: dict[Stage, StageText] = {
    Stage.DEVICE_OFFLINE: StageText(
        _("The device is offline."),
        _("It has not registered or its keepalives have stopped."),
        _("Check its power, network and the server address set in it; then report a fault."),
    ),
    Stage.NO_ANSWER: StageText(
        _("The device does not answer the request for its picture."),
        _("It is registered, but its signalling does not get through or it hangs."),
        _("Try again in a minute; if it stays so, restart the device."),
    ),
    Stage.REFUSED: StageText(
        _("The device refused to send its picture."),
        _("The device gave a reason of its own."),
        _("Check the channel number and how many pictures the device may send at once."),
    ),
    Stage.NO_RECEIVER: StageText(
        _("The platform has no free place to receive this picture."),
        _("All receiving ports are in use, or no media service runs."),
        _("Close panes that nobody needs, or ask the administrator for more ports."),
    ),
    Stage.NO_PACKET: StageText(
        _("The device agreed, but no picture data arrives."),
        _("A firewall, an address translation or a wrong media address is in the way."),
        _("Try the other media transport of the device, or have the network checked."),
    ),
    Stage.NO_KEY_FRAME: StageText(
        _("Picture data arrives, but no complete picture."),
        _("The device sends key frames too rarely, or packets are lost."),
        _("Shorten the key frame interval of the device, or check the line."),
    ),
    Stage.CODEC_UNKNOWN: StageText(
        _("The coding of this picture is not known."),
        _("The device sends something other than H.264, H.265, SVAC or MPEG-4."),
        _("Set the device to H.264 or H.265."),
    ),
    Stage.SERVICE_DOWN: StageText(
        _("A video service of the platform does not answer."),
        _("It is being restarted, or it is overloaded."),
        _("Wait a few seconds and try again; tell the administrator if it lasts."),
    ),
}

STATUS: dict[Stage, int] = {Stage.DEVICE_OFFLINE: 409, Stage.REFUSED: 409, Stage.NO_RECEIVER: 503}


@dataclass
class StageFailure(OversiteError):
    """A stream did not start, or a device did not obey; not a refusal by us, so nothing for the audit.

    `reason` is what the device or service said, word for word; `since_at` is when this camera began to fail so.
    """

    stage: Stage
    reason: str = ""
    sip_status: int | None = None
    since_at: datetime | None = None
    data: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.stage}: {self.reason}" if self.reason else str(self.stage)

    @property
    def status(self) -> int:
        """The HTTP status for it."""
        return STATUS.get(self.stage, 504)

    def payload(self) -> dict[str, Any]:
        """What a pane shows: stage, cause, since when, what to try; `detail` is for technicians, word for word."""
        text = TEXTS[self.stage]
        cause = str(text.cause)
        if self.sip_status is not None:
            told = f"{self.sip_status} {self.reason}".strip()
            cause = str(_("The device says: %(reason)s") % {"reason": told})
        return {
            "code": f"video.{self.stage}",
            "stage": str(self.stage),
            "message": str(text.message),
            "cause": cause,
            "advice": str(text.advice),
            "detail": self.reason,
            "since_ms": None if self.since_at is None else to_us(self.since_at) // 1000,
        }
