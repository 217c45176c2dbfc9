"""Real recordings for the tests: written by the recorder and writer of the product, without a network."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from oversite.common.config import Config
from oversite.protocol.fmp4.fragment import Fragment
from oversite.protocol.fmp4.fragmenter import Fragmenter
from oversite.protocol.fmp4.index import FragmentEntry, build_index
from oversite.protocol.fmp4.init_segment import InitSegment
from oversite.protocol.media import AccessUnit, Codec
from oversite.video.recording.layout import RecordingIdentity, relative_path

# An SPS of 64 by 48 pixels and its PPS, as x264 writes them; slices are not decoded here.
SPS = bytes.fromhex("6742c00ad90c5a1000003e90000bb80f183192")
PPS = bytes.fromhex("68cb83cb20")
FRAME_90K = 3600
START_US = 1_795_300_000_000_000


@dataclass(frozen=True)
class Footage:
    """One file and the sizes at which it was whole."""

    path: str
    identity: RecordingIdentity
    whole_at: list[int]
    size: int


def fragments(pictures: int) -> tuple[InitSegment, list[Fragment]]:
    """Fragments of `pictures` small pictures, a key frame each second."""
    fragmenter = Fragmenter()
    made: list[InitSegment | Fragment] = []
    for number in range(pictures):
        is_key = number % 25 == 0
        slice_ = bytes([0x65 if is_key else 0x41, 0x88]) + bytes([1 + number % 250]) * 400
        sets = b"\x00\x00\x00\x01" + SPS + b"\x00\x00\x00\x01" + PPS if is_key else b""
        data = sets + b"\x00\x00\x00\x01" + slice_
        made += fragmenter.add(AccessUnit("video", Codec.H264, number * FRAME_90K, number * FRAME_90K, is_key, data))
    made += fragmenter.flush()
    init = next(item for item in made if isinstance(item, InitSegment))
    return init, [item for item in made if isinstance(item, Fragment)]


def write(
    config: Config,
    camera_uid: UUID,
    gb_id: str,
    *,
    start_us: int = START_US,
    pictures: int = 50,
    closed: bool = True,
    root: Path | None = None,
) -> Footage:
    """Write one recording as the media process does."""
    init, parts = fragments(pictures)
    identity = RecordingIdentity(
        str(camera_uid), gb_id, "F001", 0, start_us, 40, "h264", init.mime, init.width, init.height
    )
    content = bytearray(init.build(identity.to_payload()))
    whole_at, entries = [len(content)], []
    for number, fragment in enumerate(parts):
        data = b"".join(fragment.parts(parts[0].start_90k, number + 1))
        entries.append(
            FragmentEntry(len(content), len(data), fragment.start_90k, fragment.duration_90k, fragment.is_key)
        )
        content += data
        whole_at.append(len(content))
    if closed:
        content += build_index(entries)
    path = relative_path(identity)
    target = (root or config.recordings_dir) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    for attempt in itertools.count(1):
        if not target.exists():
            break
        path = relative_path(identity, attempt)
        target = (root or config.recordings_dir) / path
    target.write_bytes(content)
    return Footage(path, identity, whole_at, len(content))
