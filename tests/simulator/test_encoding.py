"""Encoders, muxing and loops, looked at by FFmpeg."""

import itertools
from pathlib import Path

import av
import numpy as np
import pytest

from oversite.protocol.media import AccessUnit, Codec
from oversite.simulator import clips
from oversite.simulator.encoder import AUDIO_CHUNK_90K, Sound, VideoEncoder, a_law
from oversite.simulator.frames import FrameMaker
from oversite.simulator.loop import LoopRun
from oversite.simulator.media_path import MediaPath, UdpPath
from oversite.simulator.misbehaviour import Misbehaviour
from oversite.simulator.picture import MAIN, SUB, Painter, Size
from oversite.simulator.ptz_head import Pose
from oversite.simulator.scene import Scene
from simulator.watching import pictures, stamps

AT = 1_790_000_000.0


def encoded(codec: Codec, size: Size = MAIN, count: int = 40, keys: frozenset[int] = frozenset()) -> list[AccessUnit]:
    painter, encoder = Painter(Scene(3), size, "GATE"), VideoEncoder(codec, size)
    units = []
    for number in range(count):
        units += encoder.encode(painter.paint(Pose(), AT + number / 15), number * 6000, is_key=number in keys)
    return units


def muxed(units: list[AccessUnit], codec: Codec, *faults: Misbehaviour, has_audio: bool = False) -> bytes:
    maker = FrameMaker(codec, has_audio=has_audio, faults=set(faults))
    return b"".join(frame.data for unit in units for frame in maker.frames(unit))


@pytest.mark.parametrize(("codec", "name"), [(Codec.H264, "h264"), (Codec.H265, "hevc")])
@pytest.mark.parametrize("size", [MAIN, SUB])
def test_every_picture_comes_out_at_once_with_its_time(codec: Codec, name: str, size: Size) -> None:
    units = encoded(codec, size)
    assert [unit.pts_90k for unit in units] == [6000 * number for number in range(40)]
    assert [number for number, unit in enumerate(units) if unit.is_key] == [0, 30]
    found = pictures(muxed(units, codec), name)
    assert [pts for pts, _ in found] == [6000 * number for number in range(40)]
    assert found[0][1].shape == (size.height, size.width)


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
def test_a_key_frame_can_be_asked_for(codec: Codec) -> None:
    units = encoded(codec, count=20, keys=frozenset({7}))
    assert [number for number, unit in enumerate(units) if unit.is_key] == [0, 7]


def test_the_time_in_the_picture_survives_encoding() -> None:
    assert stamps(muxed(encoded(Codec.H264, SUB, 16), Codec.H264)) == [
        round((AT + number / 15) * 1000) for number in range(16)
    ]


def test_a_law_is_that_of_others() -> None:
    samples = np.random.default_rng(1).integers(-32768, 32767, 4000).astype(np.int16)
    decoder = av.CodecContext.create("pcm_alaw", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate, decoder.layout = 8000, av.AudioLayout("mono")
    heard = np.concatenate([frame.to_ndarray()[0] for frame in decoder.decode(av.Packet(a_law(samples)))])
    assert np.abs(heard.astype(np.int32) - samples).max() <= 512
    quiet = np.arange(-500, 500, dtype=np.int16)
    frames = decoder.decode(av.Packet(a_law(quiet)))
    assert np.abs(frames[0].to_ndarray()[0].astype(np.int32) - quiet).max() <= 16


def test_sound_beeps_at_the_full_second() -> None:
    sound = Sound()
    assert sound.chunk(0, 0).data == sound.chunk(25, 0).data != sound.chunk(12, 0).data
    assert {len(sound.chunk(number, 0).data) for number in range(50)} == {320}


@pytest.mark.parametrize(
    ("fault", "codec", "mark"),
    [
        (Misbehaviour.NO_STREAM_MAP, Codec.H264, b"\x00\x00\x01\xbc"),
        (Misbehaviour.NO_STREAM_MAP, Codec.H264, b"\x00\x00\x01\xbb"),
        (Misbehaviour.NO_KEY_FRAME, Codec.H264, b"\x00\x00\x00\x01\x67"),
        (Misbehaviour.H265_AS_H264, Codec.H265, b"\x24\xe0"),
        (Misbehaviour.DECLARED_AUDIO_MISSING, Codec.H264, b"\x00\x00\x01\xc0"),
        (Misbehaviour.AUDIO_BESIDE, Codec.H264, b"\x90\xc0"),
    ],
)
def test_a_fault_of_the_stream_leaves_something_out(fault: Misbehaviour, codec: Codec, mark: bytes) -> None:
    units = [*encoded(codec, count=2), Sound().chunk(0, 0)]
    assert mark in muxed(units, codec, has_audio=True)
    assert mark not in muxed(units, codec, fault, has_audio=True)


def test_a_wrong_checksum_changes_one_byte() -> None:
    units = encoded(Codec.H264, count=1)
    sound, wrong = muxed(units, Codec.H264), muxed(units, Codec.H264, Misbehaviour.BAD_STREAM_MAP_CRC)
    assert sum(one != other for one, other in zip(sound, wrong, strict=True)) == 1


class Kept(UdpPath):
    """A path that keeps what is sent."""

    def __init__(self) -> None:
        MediaPath.__init__(self, "127.0.0.1", lambda: None)
        self.packets: list[bytes] = []
        self.socket = self  # type: ignore[assignment]

    def sendmsg(self, pieces: tuple[bytes, bytes]) -> None:
        self.packets.append(b"".join(pieces))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


def test_a_clip_is_made_once(tmp_path: Path) -> None:
    made = clips.clip(tmp_path, Codec.H264, has_audio=True, seconds=2, kbps=500)
    assert [path.suffix for path in tmp_path.iterdir()] == [".frames"]
    assert clips.clip(tmp_path, Codec.H264, has_audio=True, seconds=2, kbps=500) == made
    assert made.length_90k == 180_000


def test_a_loop_runs_on_without_a_seam(cache: Path) -> None:
    clip = clips.clip(cache, Codec.H264, has_audio=False, seconds=2, kbps=500)
    path = Kept()
    run = LoopRun(clip, path, 0x01020304, 50.0, 65_530)
    due = []
    for _ in range(len(clip.frames) * 2 + 10):
        due.append(run.due)
        run.send_next()
    assert due == pytest.approx([50 + number / 25 for number in range(110)])
    found = pictures(b"".join(packet[12:] for packet in path.packets), "h264")
    times = [pts for pts, _ in found]
    assert len(times) == 110
    assert {later - earlier for earlier, later in itertools.pairwise(times)} == {3600}
    sequences = [int.from_bytes(packet[2:4], "big") for packet in path.packets]
    assert sequences == [(65_530 + number) % 65_536 for number in range(len(sequences))]
    assert {packet[8:12] for packet in path.packets} == {b"\x01\x02\x03\x04"}
    assert sum(packet[1] >> 7 for packet in path.packets) == 110
    run.stop()
    assert run.due is None


def test_a_chunk_of_sound_lasts_40_ms() -> None:
    assert AUDIO_CHUNK_90K == 3600
