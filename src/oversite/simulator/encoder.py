"""Pictures and sound into access units: H.264 and H.265 by PyAV, G.711 A-law by a table."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Final

import av
import av.video.frame
import numpy as np
from numpy.typing import NDArray

from oversite.protocol.media import CLOCK_90K, AccessUnit, Codec
from oversite.simulator.picture import Size

Plane = NDArray[np.uint8]

FRAMES_PER_S: Final = 15
GROUP_S: Final = 2
AUDIO_RATE: Final = 8000
AUDIO_CHUNK: Final = 320
AUDIO_CHUNK_90K: Final = AUDIO_CHUNK * CLOCK_90K // AUDIO_RATE


class VideoEncoder:
    """One encoder; units come out as pictures go in, without delay and without B pictures."""

    def __init__(self, codec: Codec, size: Size, *, frames_per_s: int = FRAMES_PER_S, kbps: int = 0) -> None:
        self._codec = codec
        group = GROUP_S * frames_per_s
        kbps = kbps or (600 if size.width >= 640 else 160)
        context = av.CodecContext.create("libx265" if codec is Codec.H265 else "libx264", "w")
        assert isinstance(context, av.VideoCodecContext)
        context.width, context.height, context.pix_fmt = size.width, size.height, "yuv420p"
        context.time_base = Fraction(1, CLOCK_90K)
        context.framerate = Fraction(frames_per_s)
        context.gop_size = group
        context.thread_count = 1
        limits = f"vbv-maxrate={2 * kbps}:vbv-bufsize={4 * kbps}:keyint={group}:min-keyint={group}:scenecut=0"
        context.options = {"preset": "ultrafast", "tune": "zerolatency", "forced-idr": "1"}
        if codec is Codec.H265:
            more = "log-level=none:pools=none:frame-threads=1:repeat-headers=1:wpp=0"
            context.options |= {"x265-params": f"{limits}:{more}"}
        else:
            context.options |= {"x264-params": limits, "profile": "baseline"}
        context.bit_rate = kbps * 1000
        self._context = context

    def encode(self, picture: Plane, pts_90k: int, *, is_key: bool = False) -> list[AccessUnit]:
        """Encode one picture; `is_key` asks for a key frame now."""
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts = pts_90k
        frame.time_base = Fraction(1, CLOCK_90K)
        frame.pict_type = av.video.frame.PictureType.I if is_key else av.video.frame.PictureType.NONE
        return [self._unit(packet) for packet in self._context.encode(frame)]

    def _unit(self, packet: av.Packet[av.VideoStream]) -> AccessUnit:
        pts_90k, dts_90k = packet.pts or 0, packet.dts or 0
        return AccessUnit("video", self._codec, pts_90k, dts_90k, packet.is_keyframe, bytes(packet))


class Sound:
    """A hum with a beep at every full second, in G.711 A-law."""

    def __init__(self) -> None:
        self._second = _second_of_sound()

    def chunk(self, number: int, pts_90k: int) -> AccessUnit:
        """The `number`-th 40 ms of sound as one unit."""
        begin = number * AUDIO_CHUNK % AUDIO_RATE
        data = self._second[begin : begin + AUDIO_CHUNK]
        return AccessUnit("audio", Codec.G711A, pts_90k, pts_90k, True, data)


@lru_cache(maxsize=1)
def _second_of_sound() -> bytes:
    """8,000 samples; 40 ms chunks divide them evenly."""
    time_s = np.arange(AUDIO_RATE) / AUDIO_RATE
    wave = 600 * np.sin(2 * np.pi * 100 * time_s)
    wave[: AUDIO_RATE // 10] += 8000 * np.sin(2 * np.pi * 1000 * time_s[: AUDIO_RATE // 10])
    return a_law(wave.astype(np.int16))


def a_law(samples: NDArray[np.int16]) -> bytes:
    """16-bit samples in G.711 A-law (ITU-T G.711, table 1a with even bits inverted)."""
    wide = samples.astype(np.int32) >> 3
    sign = np.where(wide >= 0, 0x80, 0x00)
    magnitude = np.where(wide >= 0, wide, -wide - 1)
    exponent = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int32) - 4, 0)
    mantissa = magnitude >> np.maximum(exponent, 1) & 0x0F
    return bytes(((sign | exponent << 4 | mantissa) ^ 0x55).astype(np.uint8))
