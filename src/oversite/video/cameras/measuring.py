"""What a stream measures: counters as the media node gives them, and what two looks at them say. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

MAIN_SUFFIX = "-0"
LEAST_S = 5.0
PER_MS = 90
JITTER_MAX = 90_000 * 60
"""A minute: more is no measurement."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Bit rate in kbit/s and packet loss in parts per million between two looks."""

    kbps: int
    loss_ppm: int


@dataclass(frozen=True, slots=True)
class StreamCounters:
    """The counters of one received live main stream at an instant."""

    stream_key: str
    camera_uid: str
    codec: str
    at: datetime
    packets: int
    lost: int
    bytes: int
    jitter_ms: int | None = None

    @classmethod
    def parse(cls, row: Mapping[str, object], at: datetime) -> "StreamCounters | None":
        """Read a row of the media door; none for what is not a playing live main stream."""
        key, uid = str(row.get("stream_key") or ""), str(row.get("camera_uid") or "")
        if row.get("kind") != "live" or row.get("stage") != "playing" or not key.endswith(MAIN_SUFFIX) or not uid:
            return None
        counts = [row.get(name) for name in ("packets", "lost", "bytes")]
        if not all(isinstance(count, int) for count in counts):
            return None
        packets, lost, size = (int(str(count)) for count in counts)
        jitter = row.get("jitter_90k")
        jitter_ms = round(jitter / PER_MS) if isinstance(jitter, int | float) and 0 <= jitter < JITTER_MAX else None
        return cls(key, uid, str(row.get("codec") or ""), at, packets, lost, size, jitter_ms)

    @property
    def cache_key(self) -> str:
        """Under which the last look is kept."""
        return f"video:counters:{self.stream_key}"

    def since(self, before: "StreamCounters | None") -> Measured | None:
        """What was measured since the look before; none for the first look or a stream that began anew."""
        if before is None or before.camera_uid != self.camera_uid:
            return None
        seconds = (self.at - before.at).total_seconds()
        packets, lost = self.packets - before.packets, self.lost - before.lost
        size = self.bytes - before.bytes
        if seconds < LEAST_S or packets <= 0 or size < 0 or lost < 0:
            return None
        return Measured(round(size * 8 / 1000 / seconds), round(lost * 1_000_000 / (packets + lost)))
