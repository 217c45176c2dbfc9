"""One stream that runs: the call, the receiver, and what is known of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from oversite.protocol.sip.dialog import Dialog
from oversite.services.signalling.records import CameraRecord, DialogRecord

ADOPTED_CSEQ_STEP: Final = 1_000
"""The row holds the CSeq of the INVITE; requests sent since then must not be repeated by number."""


@dataclass(slots=True, eq=False)
class Session:
    """A call that was answered. Instants end in `_at`, monotonic seconds in `_s`."""

    stream_key: str
    camera: CameraRecord
    device_gb_id: str
    stream: int
    kind: str
    record: bool
    dialog: Dialog
    node: int
    media_port: int
    transport: str
    ssrc: str
    """The number we reserved, whatever the device sends."""
    started_at: datetime
    codec: str = ""
    mime: str = ""
    is_playing: bool = False
    is_paused: bool = False
    has_ended: bool = False
    """The device has sent all of a recording (MediaStatus 121)."""
    hold_until_s: float = 0.0
    """Not closed before, though nobody is known to want it: the wish may be on its way."""
    packets: int = -1
    still_since_s: float = float("inf")
    control_sequence: int = 0

    def to_record(self) -> DialogRecord:
        return DialogRecord(
            stream_key=self.stream_key,
            camera_uid=self.camera.uid,
            stream=self.stream,
            kind=self.kind,
            call_id=self.dialog.call_id,
            state={"dialog": self.dialog.to_dict(), "device": self.device_gb_id},
            node=self.node,
            media_port=self.media_port,
            transport=self.transport,
            ssrc=self.ssrc,
            record=self.record,
            started_at=self.started_at,
        )

    @classmethod
    def from_record(cls, record: DialogRecord, camera: CameraRecord) -> Session:
        """What a restart adopts; raises KeyError, TypeError or ValueError for a row that is not ours."""
        dialog = Dialog.from_dict(record.state["dialog"])
        dialog.local_cseq += ADOPTED_CSEQ_STEP
        return cls(
            stream_key=record.stream_key,
            camera=camera,
            device_gb_id=str(record.state["device"]),
            stream=record.stream,
            kind=record.kind,
            record=record.record,
            dialog=dialog,
            node=record.node,
            media_port=record.media_port,
            transport=record.transport,
            ssrc=record.ssrc,
            started_at=record.started_at,
            is_playing=True,
        )


def live_key(camera_uid: str, stream: int) -> str:
    """The key of a camera's live stream."""
    return f"{camera_uid}-{stream}"


def receiver_order(
    camera: CameraRecord, about: Session | Start, clock_offset_ms: int, *, port: int | None, ssrc: str | None
) -> dict[str, object]:
    """The body of POST /door/receivers."""
    return {
        "stream_key": about.stream_key,
        "camera_uid": camera.uid,
        "gb_id": camera.gb_id,
        "site_code": camera.site_code,
        "stream": about.stream,
        "kind": about.kind,
        "transport": about.transport,
        "ssrc": ssrc,
        "record": about.record,
        "clock_offset_ms": clock_offset_ms,
        "port": port,
        "from_at": about.start_at.isoformat() if isinstance(about, Start) and about.start_at else None,
    }


@dataclass(frozen=True, slots=True)
class Start:
    """What shall be started."""

    stream_key: str
    camera: CameraRecord
    stream: int
    kind: str
    transport: str
    record: bool = False
    start_at: datetime | None = None
    end_at: datetime | None = None
