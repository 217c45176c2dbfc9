"""The picture of a recorded moment, decoded from the recording itself."""

import io
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av

from oversite.common import clock, config
from oversite.protocol.errors import PeerError
from oversite.protocol.fmp4.reader import byte_plan, scan
from oversite.video.recording import queries as recordings

if TYPE_CHECKING:
    from oversite.video.cameras.models import Camera

FILE_BYTES_MAX = 2 << 30
JPEG_QUALITY = "3"


def recorded_picture(camera: "Camera", moment: datetime) -> bytes | None:
    """The picture that a camera showed at a moment, as JPEG; none where nothing is recorded or it does not decode."""
    moment_us = clock.to_us(moment)
    pieces = recordings.pieces(camera.pk, moment_us, moment_us + 1)
    if not pieces:
        return None
    piece = pieces[-1]
    roots = {volume.name: recordings.volume_root(config.current(), volume) for volume in recordings.volumes()}
    wanted_90k = recordings.media_of(piece, moment_us)
    try:
        return _decode(roots[piece.volume] / piece.path, wanted_90k)
    except (OSError, PeerError, av.FFmpegError, ValueError, IndexError):
        return None


def _decode(path: Path, wanted_90k: int) -> bytes | None:
    with path.open("rb") as file:
        content = file.read(FILE_BYTES_MAX)
    plan = byte_plan(scan(content), wanted_90k, wanted_90k + 1)
    if plan is None:
        return None
    part = b"".join(content[offset : offset + size] for offset, size in plan.ranges)
    shown: Any = None
    with av.open(io.BytesIO(part), mode="r") as container:
        for frame in container.decode(video=0):
            at_90k = 0 if frame.pts is None or frame.time_base is None else round(frame.pts * frame.time_base * 90_000)
            if shown is not None and at_90k > wanted_90k:
                break
            shown = frame
    return None if shown is None else _jpeg(shown)


def _jpeg(frame: Any) -> bytes:
    encoder: Any = av.CodecContext.create("mjpeg", "w")
    picture = frame.reformat(format="yuvj420p")
    encoder.width, encoder.height, encoder.pix_fmt = picture.width, picture.height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"qscale": JPEG_QUALITY}
    picture.pts = 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(picture), *encoder.encode(None)])
