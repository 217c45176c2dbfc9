"""Fragmented MP4 made by another muxer than ours, so that the player is tested against what the standard says."""

import struct
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO

import av
import numpy as np

FPS = 15
MIME = 'video/mp4; codecs="avc1.42c01f"'


@dataclass(frozen=True, slots=True)
class Footage:
    """The init segment and the fragments `(bytes, start_90k, duration_90k, is_key)`, 200 ms each."""

    init: bytes
    fragments: list[tuple[bytes, int, int, bool]]


def footage(seconds: int, shade: int = 40) -> Footage:
    """A square that wanders over a ground of one shade; a key frame each second."""
    stream = BytesIO()
    flags = {"movflags": "empty_moov+default_base_moof", "frag_duration": "200000"}
    with av.open(stream, "w", format="mp4", options=flags) as container:
        video = container.add_stream("libx264", rate=FPS)
        video.width, video.height, video.pix_fmt = 320, 176, "yuv420p"
        video.time_base = Fraction(1, 90_000)
        video.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "profile": "baseline",
            "g": str(FPS),
            "level": "3.1",
        }
        for number in range(seconds * FPS):
            picture = np.full((176, 320, 3), shade, np.uint8)
            x = number * 4 % 280
            picture[60:100, x : x + 40] = (230, 200, 40)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return split(stream.getvalue())


def split(data: bytes) -> Footage:
    """Cut a file at its `moof` boxes."""
    init, fragments, offset = b"", [], 0
    pending = b""
    while offset + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, offset)
        box = data[offset : offset + size]
        if kind in {b"ftyp", b"moov"}:
            init += box
        elif kind == b"moof":
            pending = box
        elif kind == b"mdat":
            fragments.append((pending + box, *times(pending)))
        offset += size
    scale = struct.unpack_from(">I", init, init.index(b"mdhd") + 4 + 12)[0]
    return Footage(
        init, [(b, start * 90_000 // scale, length * 90_000 // scale, key) for b, start, length, key in fragments]
    )


def times(moof: bytes) -> tuple[int, int, bool]:
    """Decode time, duration and whether the first sample is a key frame, in the track's own scale."""
    tfdt = moof.index(b"tfdt") + 4
    start = struct.unpack_from(">Q" if moof[tfdt] else ">I", moof, tfdt + 4)[0]
    tfhd = moof.index(b"tfhd") + 4
    flags = int.from_bytes(moof[tfhd + 1 : tfhd + 4], "big")
    place = tfhd + 8 + sum(size for bit, size in ((0x1, 8), (0x2, 4)) if flags & bit)
    default = struct.unpack_from(">I", moof, place)[0] if flags & 0x8 else 0
    trun = moof.index(b"trun") + 4
    flags = int.from_bytes(moof[trun + 1 : trun + 4], "big")
    count = struct.unpack_from(">I", moof, trun + 4)[0]
    place = trun + 8 + sum(4 for bit in (0x1, 0x4) if flags & bit)
    step = sum(4 for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit)
    first = struct.unpack_from(">I", moof, trun + 12)[0] if flags & 0x4 else 0
    if flags & 0x100:
        length = sum(struct.unpack_from(">I", moof, place + step * n)[0] for n in range(count))
    else:
        length = default * count
    is_key = bool(flags & 0x4) and not first & 0x10000
    return start, length, is_key
