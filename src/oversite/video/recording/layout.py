"""How recordings lie on a volume, and what a file says of itself; pure, shared with the media process.

```
<root>/volume.json                          names the volume; a root without it is not mounted
<root>/<camera uid>/<YYYYMMDD>/<HHMMSS>-<stream>.mp4     UTC start
<root>/.open/<name>                         an empty marker per file whose closing row is not yet durable
<root>/quarantine/…                         files that nobody knows; kept, never deleted
```
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

VOLUME_FILE = "volume.json"
MARKERS = ".open"
QUARANTINE = "quarantine"
PATH = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/\d{8}/\d{6}-\d(?:\.\d+)?\.mp4")
PAYLOAD_BYTES_MAX = 4096
SPACE_RATIO = 0.02
SPACE_BYTES_MAX = 10 << 30
"""Two percent of a very large volume would be more than an hour of anything."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def reserve_bytes(total_bytes: int) -> int:
    """What is always left free on a file system of this size."""
    return min(int(total_bytes * SPACE_RATIO), SPACE_BYTES_MAX)


@dataclass(frozen=True, slots=True)
class RecordingIdentity:
    """What the `uuid` box of a file repeats, so that a lost database can be rebuilt from the files alone.

    `camera_uid` never changes; `started_at_us` is UTC in microseconds; `clock_offset_ms` is how far the device's
    own clock was ahead, or none where it was not measured; `mime` is for browsers; the size is in pixels.
    """

    camera_uid: str
    gb_id: str
    site_code: str
    stream: int
    started_at_us: int
    clock_offset_ms: int | None
    codec: str
    mime: str
    width: int
    height: int

    def to_payload(self) -> bytes:
        """The payload of the `uuid` box."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_payload(cls, payload: bytes) -> "RecordingIdentity":
        """Read a payload; raises `ValueError` where it is none of ours."""
        if len(payload) > PAYLOAD_BYTES_MAX:
            raise ValueError("the identity of the file is too long")
        try:
            facts = json.loads(payload)
            offset = facts["clock_offset_ms"]
            return cls(
                camera_uid=str(UUID(facts["camera_uid"])),
                gb_id=str(facts["gb_id"])[:20],
                site_code=str(facts["site_code"])[:40],
                stream=int(facts["stream"]) & 0x0F,
                started_at_us=int(facts["started_at_us"]),
                clock_offset_ms=None if offset is None else int(offset),
                codec=str(facts["codec"])[:10],
                mime=str(facts["mime"])[:100],
                width=int(facts["width"]),
                height=int(facts["height"]),
            )
        except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
            raise ValueError(f"the identity of the file is incomplete: {error}") from error


@dataclass(frozen=True, slots=True)
class SegmentFact:
    """What is known for sure of one file; the row of the index says nothing else.

    `durable_bytes` are synced; `media_90k`, `wall_ms` and `bytes` describe no more than these bytes hold.
    `state` is open, closed or damaged; `sha256` (hex) is there once the file is complete.
    """

    volume: str
    path: str
    camera_uid: str
    gb_id: str
    stream: int
    started_at_us: int
    media_90k: int
    wall_ms: int
    bytes: int
    durable_bytes: int
    state: str
    codec: str
    clock_offset_ms: int | None
    sha256: str = ""


def relative_path(identity: RecordingIdentity, attempt: int = 0) -> str:
    """Where a new file goes below the root; `attempt` tells apart files that start in the same second."""
    started = _EPOCH + timedelta(microseconds=identity.started_at_us)
    again = f".{attempt}" if attempt else ""
    return f"{identity.camera_uid}/{started:%Y%m%d}/{started:%H%M%S}-{identity.stream}{again}.mp4"


def is_recording_path(path: str) -> bool:
    """Whether a relative path is one that `relative_path` makes: nothing else is ever opened on request."""
    return PATH.fullmatch(path) is not None


def marker_name(path: str) -> str:
    """The name under `.open` that stands for a file."""
    return path.replace("/", "~")


def marked_path(name: str) -> str | None:
    """The file that a marker stands for, or none where the name is not a marker."""
    path = name.replace("~", "/")
    return path if is_recording_path(path) else None
