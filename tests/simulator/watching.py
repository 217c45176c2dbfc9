"""Looking at what devices send, with FFmpeg (through PyAV): a stranger to our own muxer and packetiser."""

from __future__ import annotations

import io
from typing import cast

import av
import numpy as np
from numpy.typing import NDArray

from oversite.simulator.picture import read_stamp

Plane = NDArray[np.uint8]


def payload(packet: bytes) -> bytes:
    """The payload of an RTP packet without extensions."""
    return packet[12:]


def payload_type(packet: bytes) -> int:
    return packet[1] & 0x7F


def sequence(packet: bytes) -> int:
    return int.from_bytes(packet[2:4], "big")


def timestamp(packet: bytes) -> int:
    return int.from_bytes(packet[4:8], "big")


def ssrc(packet: bytes) -> int:
    return int.from_bytes(packet[8:12], "big")


def program_stream(packets: list[bytes]) -> bytes:
    """The program stream that packets carry, cut before the last frame, which may not be whole."""
    last = timestamp(packets[-1])
    return b"".join(payload(packet) for packet in packets if timestamp(packet) != last)


def pictures(stream: bytes, codec: str | None = None) -> list[tuple[int, Plane]]:
    """PTS (90 kHz) and brightness of each picture of a program stream."""
    found: list[tuple[int, Plane]] = []
    with av.open(io.BytesIO(stream), format="mpeg") as container:
        video = container.streams.video[0]
        if codec is not None:
            assert video.codec_context.name == codec
        for frame in container.decode(video):
            luma = frame.to_ndarray(format="yuv420p")[: frame.height]
            found.append((frame.pts or 0, cast("Plane", luma)))
    return found


def stamps(stream: bytes) -> list[int]:
    """The device's time in milliseconds that is stamped into each picture."""
    return [read_stamp(luma) for _, luma in pictures(stream)]
