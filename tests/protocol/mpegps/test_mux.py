"""Program streams written for devices' roles, checked by FFmpeg."""

import io
import json
import shutil
import subprocess
from collections.abc import Sequence

import av
import pytest

from oversite.protocol.media import AccessUnit, Codec
from oversite.protocol.mpegps.mux import PsMuxer
from protocol.rtp.clips import aac_units, g711_units, video_units

FFMPEG_NAMES = {
    Codec.H264: "h264",
    Codec.H265: "hevc",
    Codec.MPEG4: "mpeg4",
    Codec.G711A: "pcm_alaw",
    Codec.AAC: "aac",
}


def program_stream(units: Sequence[AccessUnit], *, video: Codec, audio: Codec | None) -> bytes:
    muxer = PsMuxer(video=video, audio=audio)
    return b"".join(muxer.mux(unit) for unit in sorted(units, key=lambda unit: unit.dts_90k))


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265, Codec.MPEG4])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_ffmpeg_decodes_every_picture_at_its_time(codec: Codec, b_frames: int) -> None:
    units = video_units(codec, b_frames=b_frames)
    stream = program_stream(units, video=codec, audio=None)
    with av.open(io.BytesIO(stream), format="mpeg") as container:
        assert container.streams.video[0].codec_context.name == FFMPEG_NAMES[codec]
        pictures = [frame.pts for frame in container.decode(video=0)]
    assert [at - pictures[0] for at in pictures] == [3600 * index for index in range(50)]


@pytest.mark.parametrize(("audio", "units"), [(Codec.G711A, g711_units()), (Codec.AAC, aac_units())])
def test_ffmpeg_finds_the_declared_audio(audio: Codec, units: tuple[AccessUnit, ...]) -> None:
    stream = program_stream([*video_units(), *units], video=Codec.H264, audio=audio)
    with av.open(io.BytesIO(stream), format="mpeg") as container:
        assert container.streams.audio[0].codec_context.name == FFMPEG_NAMES[audio]
        payload = b"".join(bytes(packet) for packet in container.demux(audio=0))
    assert payload == b"".join(unit.data for unit in units)


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
def test_ffprobe_reads_it_without_a_word_of_complaint() -> None:
    stream = program_stream([*video_units(), *aac_units()], video=Codec.H264, audio=Codec.AAC)
    command = ["ffprobe", "-v", "warning", "-f", "mpeg", "-count_frames", "-of", "json"]
    command += ["-show_entries", "stream=codec_name,nb_read_frames", "-"]
    done = subprocess.run(command, input=stream, capture_output=True, check=True)
    assert done.stderr == b""
    counts = {entry["codec_name"]: int(entry["nb_read_frames"]) for entry in json.loads(done.stdout)["streams"]}
    assert counts == {"h264": 50, "aac": len(aac_units())}


def test_system_header_and_map_stand_before_key_frames_only() -> None:
    muxer = PsMuxer(video=Codec.H264, audio=Codec.G711A)
    for unit in video_units():
        stream = muxer.mux(unit)
        assert stream.startswith(b"\x00\x00\x01\xba")
        assert (b"\x00\x00\x01\xbb" in stream[:40]) == unit.is_key
        assert (b"\x00\x00\x01\xbc" in stream[:60]) == unit.is_key


def test_a_long_picture_is_split_over_packets_of_which_the_first_has_the_time() -> None:
    unit = AccessUnit("video", Codec.H264, 3600, 0, False, b"\x00\x00\x00\x01\x41" + b"\x55" * 200_000)
    stream = PsMuxer().mux(unit)
    position, lengths, flags = 14, [], []
    while position < len(stream):
        assert stream[position : position + 4] == b"\x00\x00\x01\xe0"
        lengths.append(int.from_bytes(stream[position + 4 : position + 6], "big"))
        flags.append(stream[position + 7])
        position += 6 + lengths[-1]
    assert position == len(stream)
    assert lengths[:3] == [65_535] * 3
    assert flags == [0xC0, 0, 0, 0]


def test_times_wrap_at_33_bits() -> None:
    muxer = PsMuxer()
    low, high = (
        muxer.mux(AccessUnit("video", Codec.H264, time, time, False, b"\x00\x00\x01\x41a")) for time in (5, 5 + 2**33)
    )
    assert low[14:] == high[14:]
