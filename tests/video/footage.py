"""Real recordings for tests: H.264 made by an encoder, written and indexed as the recorder does it."""

import hashlib
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np

from oversite.common import config
from oversite.protocol.fmp4.fragment import Fragment
from oversite.protocol.fmp4.fragmenter import Fragmenter
from oversite.protocol.fmp4.index import FragmentEntry, build_index
from oversite.protocol.fmp4.init_segment import InitSegment
from oversite.protocol.media import AccessUnit, Codec
from oversite.video.recording.layout import RecordingIdentity, relative_path
from oversite.video.recording.models import Segment, Volume

FPS = 10
STEP_90K = 90_000 // FPS


@cache
def recording_bytes(seconds: int, payload: bytes) -> tuple[bytes, int]:
    """A closed recording of so many seconds with a key frame each second, and its media time."""
    fragmenter = Fragmenter()
    init: InitSegment | None = None
    data, entries = b"", []
    for unit in _units(seconds * FPS + 1):
        for made in fragmenter.add(unit):
            if isinstance(made, InitSegment):
                init = init or made
                data = data or made.build(payload)
            else:
                data += _append(made, data, entries)
    last = entries[-1]
    return data + build_index(entries), last.start_90k + last.duration_90k


def _append(fragment: Fragment, data: bytes, entries: list[FragmentEntry]) -> bytes:
    body = b"".join(fragment.parts(0, len(entries) + 1))
    entries.append(FragmentEntry(len(data), len(body), fragment.start_90k, fragment.duration_90k, fragment.is_key))
    return body


@cache
def _units(count: int) -> list[AccessUnit]:
    encoder: Any = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 64, 64, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, FPS), Fraction(FPS)
    encoder.gop_size = FPS
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency", "annexb": "1"}
    units = []
    for number in range(count):
        picture = np.full((64, 64, 3), (number * 7) % 255, dtype=np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts = number
        for packet in encoder.encode(frame):
            time_90k = int(packet.pts) * STEP_90K
            units.append(AccessUnit("video", Codec.H264, time_90k, time_90k, packet.is_keyframe, bytes(packet)))
    return units


def record(camera: Any, started: datetime, seconds: int, state: str = "closed") -> Segment:
    """Put a recording of a camera on the volume and into the index."""
    volume, _made = Volume.objects.get_or_create(name="main", defaults={"root": config.current().recordings_dir.name})
    started_us = round(started.astimezone(UTC).timestamp() * 1_000_000)
    identity = RecordingIdentity(
        camera_uid=str(camera.uid),
        gb_id=camera.gb_id,
        site_code=camera.site.code,
        stream=0,
        started_at_us=started_us,
        clock_offset_ms=120,
        codec="h264",
        mime='video/mp4; codecs="avc1.42c00a"',
        width=64,
        height=64,
    )
    data, media_90k = recording_bytes(seconds, identity.to_payload())
    path = relative_path(identity)
    target: Path = config.current().recordings_dir / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return Segment.objects.create(
        camera=camera,
        volume=volume,
        path=path,
        started_at_us=started_us,
        media_90k=media_90k,
        wall_ms=media_90k // 90,
        bytes=len(data),
        durable_bytes=len(data),
        state=state,
        codec="h264",
        clock_offset_ms=120,
        sha256=hashlib.sha256(data).hexdigest(),
    )
