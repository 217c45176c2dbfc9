"""Real encoded media for the tests, made by FFmpeg's encoders through PyAV."""

from fractions import Fraction
from functools import cache

import av
import numpy as np

from oversite.protocol.media import AccessUnit, Codec

_ENCODERS = {Codec.H264: "libx264", Codec.H265: "libx265", Codec.MPEG4: "mpeg4"}


def video_units(
    codec: Codec = Codec.H264,
    *,
    frames: int = 50,
    gop: int = 10,
    b_frames: int = 0,
    width: int = 320,
    height: int = 240,
    slices: int = 1,
    bit_rate: int = 400_000,
) -> tuple[AccessUnit, ...]:
    """Annex B pictures of a moving pattern with noise, 25 per second, parameter sets before each key frame."""
    return _encoded(codec, frames, gop, b_frames, width, height, slices, bit_rate)


@cache
def _encoded(
    codec: Codec, frames: int, gop: int, b_frames: int, width: int, height: int, slices: int, bit_rate: int
) -> tuple[AccessUnit, ...]:
    context = av.CodecContext.create(_ENCODERS[codec], "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base, context.framerate = Fraction(1, 25), Fraction(25)
    context.bit_rate, context.gop_size, context.max_b_frames = bit_rate, gop, b_frames
    if codec is Codec.H264:
        context.options = {
            "preset": "veryfast",
            "x264-params": f"scenecut=0:slices={slices}:threads=1:lookahead-threads=1",
        }
    elif codec is Codec.H265:
        parameters = f"log-level=none:scenecut=0:repeat-headers=1:keyint={gop}:bframes={b_frames}"
        context.options = {"preset": "ultrafast", "x265-params": parameters + ":pools=1:frame-threads=1"}
    noise = np.random.default_rng(7)
    packets = []
    for index in range(frames):
        picture = np.zeros((height, width, 3), np.uint8)
        picture[:, :, 1] = (np.arange(width)[None, :] + 5 * index) % 256
        picture[: height // 2] = noise.integers(0, 256, (height // 2, width, 3), dtype=np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = index, Fraction(1, 25)
        packets += context.encode(frame)
    packets += context.encode(None)
    first = packets[0].dts
    return tuple(
        AccessUnit(
            "video",
            codec,
            (packet.pts - first) * 3600,
            (packet.dts - first) * 3600,
            packet.is_keyframe,
            bytes(packet),
        )
        for packet in packets
    )


@cache
def g711_units(codec: Codec = Codec.G711A, *, packets: int = 25, duration_ms: int = 40) -> tuple[AccessUnit, ...]:
    """A tone in G.711, one unit per `duration_ms`."""
    samples = 8 * duration_ms
    name = "pcm_alaw" if codec is Codec.G711A else "pcm_mulaw"
    context = av.CodecContext.create(name, "w")
    assert isinstance(context, av.AudioCodecContext)
    context.sample_rate, context.layout, context.format = 8000, "mono", "s16"
    units = []
    for index in range(packets):
        phase = (np.arange(samples) + index * samples) * (2 * np.pi * 440 / 8000)
        tone = (np.sin(phase) * 12_000).astype(np.int16)[None, :]
        frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
        frame.sample_rate, frame.pts = 8000, index * samples
        (packet,) = context.encode(frame)
        at = index * duration_ms * 90
        units.append(AccessUnit("audio", codec, at, at, True, bytes(packet)))
    return tuple(units)


@cache
def aac_units(*, frames: int = 40, rate: int = 16_000) -> tuple[AccessUnit, ...]:
    """A tone in AAC-LC with ADTS headers, one frame per unit."""
    context = av.CodecContext.create("aac", "w")
    assert isinstance(context, av.AudioCodecContext)
    context.sample_rate, context.layout, context.format = rate, "mono", "fltp"
    units = []
    for index in range(frames):
        phase = (np.arange(1024) + index * 1024) * (2 * np.pi * 440 / rate)
        frame = av.AudioFrame.from_ndarray(np.sin(phase).astype(np.float32)[None, :], format="fltp", layout="mono")
        frame.sample_rate, frame.pts = rate, index * 1024
        for packet in context.encode(frame):
            data = _adts_header(len(bytes(packet)), rate) + bytes(packet)
            at = len(units) * 1024 * 90_000 // rate
            units.append(AccessUnit("audio", Codec.AAC, at, at, True, data))
    return tuple(units)


def _adts_header(payload_bytes: int, rate: int) -> bytes:
    rates = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)
    size = payload_bytes + 7
    return bytes(
        [
            0xFF,
            0xF1,
            1 << 6 | rates.index(rate) << 2,
            1 << 6 | size >> 11,
            size >> 3 & 0xFF,
            (size & 7) << 5 | 0x1F,
            0xFC,
        ]
    )


def decoded_pictures(units: list[AccessUnit] | tuple[AccessUnit, ...], codec: Codec) -> int:
    """How many pictures FFmpeg's decoder makes of the units; raises on damaged ones."""
    context = av.CodecContext.create({Codec.H264: "h264", Codec.H265: "hevc", Codec.MPEG4: "mpeg4"}[codec], "r")
    context.options = {"err_detect": "explode"}
    count = 0
    for unit in units:
        count += len(context.decode(av.Packet(unit.data)))
    return count + len(context.decode(None))
