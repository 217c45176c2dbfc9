"""Clips for loops, made by code at set-up and kept in a cache folder, never in the repository."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

import numpy as np

from oversite.protocol.media import AccessUnit, Codec
from oversite.simulator.encoder import AUDIO_CHUNK_90K, Sound, VideoEncoder
from oversite.simulator.frames import Frame, FrameMaker
from oversite.simulator.loop import Clip
from oversite.simulator.picture import Painter, Size
from oversite.simulator.ptz_head import Pose
from oversite.simulator.scene import Scene

HD: Final = Size(1280, 720)
FRAMES_PER_S: Final = 25
LENGTH_S: Final = 4
KBPS: Final = 2000
GRAIN: Final = 6
_RECORD = struct.Struct(">QIBB")
_BEGIN = 1_700_000_000.0
_VERSION: Final = 1


def clip(cache: Path, codec: Codec, *, has_audio: bool, seconds: int = LENGTH_S, kbps: int = KBPS) -> Clip:
    """The clip of these properties: 1280x720, 25 pictures a second; made if it is not in the cache yet."""
    sound = "-sound" if has_audio else ""
    path = cache / f"clip-{_VERSION}-{codec}{sound}-{seconds}s-{kbps}k.frames"
    if path.is_file():
        frames = _read(path.read_bytes())
    else:
        frames = _make(codec, has_audio=has_audio, seconds=seconds, kbps=kbps)
        cache.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(_written(frames))
        fresh.replace(path)
    return Clip.of(frames, seconds * 90_000)


def _make(codec: Codec, *, has_audio: bool, seconds: int, kbps: int) -> list[Frame]:
    painter = Painter(Scene(1), HD, "LOOP")
    encoder = VideoEncoder(codec, HD, frames_per_s=FRAMES_PER_S, kbps=kbps)
    maker = FrameMaker(codec, has_audio=has_audio, faults=frozenset())
    sound = Sound()
    tick_90k = 90_000 // FRAMES_PER_S
    frames: list[Frame] = []
    chance = np.random.default_rng(1)
    for number in range(seconds * FRAMES_PER_S):
        picture = painter.paint(Pose(zoom=1.2), _BEGIN + number / FRAMES_PER_S)
        # Grain, as of a real sensor: without it the encoder would not need the bit rate that is asked for.
        picture[: HD.height] += chance.integers(0, GRAIN, (HD.height, HD.width), dtype=np.uint8)
        units: list[AccessUnit] = encoder.encode(picture, number * tick_90k, is_key=number == 0)
        if has_audio and number * tick_90k % AUDIO_CHUNK_90K == 0:
            units.append(sound.chunk(number * tick_90k // AUDIO_CHUNK_90K, number * tick_90k))
        frames += [frame for unit in units for frame in maker.frames(unit)]
    return frames


def _written(frames: list[Frame]) -> bytes:
    return b"".join(
        _RECORD.pack(frame.timestamp_90k, len(frame.data), frame.is_key, frame.payload_type) + frame.data
        for frame in frames
    )


def _read(data: bytes) -> list[Frame]:
    frames, at = [], 0
    while at < len(data):
        timestamp_90k, length, is_key, payload_type = _RECORD.unpack_from(data, at)
        at += _RECORD.size
        frames.append(Frame(data[at : at + length], timestamp_90k, bool(is_key), payload_type))
        at += length
    return frames
