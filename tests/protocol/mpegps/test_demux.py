"""Program streams as devices and other programs send them."""

import io
import itertools
import random
from fractions import Fraction
from functools import cache

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversite.protocol.media import AccessUnit, Codec
from oversite.protocol.mpegps.demux import PsDemuxer
from oversite.protocol.mpegps.mux import PsMuxer
from oversite.protocol.mpegps.stream_map import build_stream_map
from protocol.rtp.clips import aac_units, decoded_pictures, g711_units, video_units


def frames_of(units: tuple[AccessUnit, ...], *, video: Codec = Codec.H264, audio: Codec | None = None) -> list[bytes]:
    muxer = PsMuxer(video=video, audio=audio)
    return [muxer.mux(unit) for unit in units]


def demuxed(frames: list[bytes], demuxer: PsDemuxer | None = None) -> list[AccessUnit]:
    demuxer = demuxer or PsDemuxer()
    units = []
    for index, frame in enumerate(frames):
        units += demuxer.feed(frame, index * 3600)
    return units + demuxer.flush()


@cache
def ffmpeg_program_stream(container: str) -> bytes:
    """Made by FFmpeg's own muxer: packs of 2,048 bytes, pictures beginning anywhere in them, no map."""
    stream = io.BytesIO()
    output = av.open(stream, "w", format=container)
    video = output.add_stream("libx264", rate=25, options={"preset": "veryfast"})
    video.width, video.height = 320, 240
    video.codec_context.gop_size, video.codec_context.max_b_frames = 10, 2
    noise = np.random.default_rng(3)
    for index in range(50):
        picture = av.VideoFrame.from_ndarray(noise.integers(0, 256, (240, 320, 3), dtype=np.uint8), format="rgb24")
        picture.pts, picture.time_base = index, Fraction(1, 25)
        output.mux(video.encode(picture))
    output.mux(video.encode(None))
    output.close()
    return stream.getvalue()


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265, Codec.MPEG4])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_what_a_device_sends_comes_out_as_it_went_in(codec: Codec, b_frames: int) -> None:
    units = video_units(codec, b_frames=b_frames)
    assert demuxed(frames_of(units, video=codec)) == list(units)


def test_svac_is_carried_as_it_came_and_the_map_marks_its_key_frames() -> None:
    units = tuple(
        AccessUnit("video", Codec.SVAC, at, at, at % 9000 == 0, b"\x00\x00\x00\x01\x1c" + bytes([at % 251] * 50))
        for at in range(0, 36_000, 3_000)
    )
    assert demuxed(frames_of(units, video=Codec.SVAC)) == list(units)


@pytest.mark.parametrize("container", ["vob", "mpeg", "dvd"])
@pytest.mark.parametrize("chunk_bytes", [188, 777, 1388, 2048, 10_000_000])
def test_ffmpeg_streams_lose_no_picture_wherever_they_are_cut(container: str, chunk_bytes: int) -> None:
    stream = ffmpeg_program_stream(container)
    chunks = [stream[at : at + chunk_bytes] for at in range(0, len(stream), chunk_bytes)]
    units = demuxed(chunks)
    assert len(units) == 50
    assert decoded_pictures(units, Codec.H264) == 50
    assert [unit.dts_90k - units[0].dts_90k for unit in units] == [3600 * index for index in range(50)]
    with av.open(io.BytesIO(stream), format="mpeg") as parsed:
        keys = [packet.is_keyframe for packet in parsed.demux(video=0) if packet.size]
    assert [unit.is_key for unit in units] == keys
    assert min(unit.pts_90k - unit.dts_90k for unit in units) >= 0


@pytest.mark.quirk(20)
@pytest.mark.parametrize("declared", [Codec.H264, Codec.MPEG4, Codec.UNKNOWN, None])
def test_quirk_20_h265_declared_as_something_else_is_found_out(declared: Codec | None) -> None:
    units = video_units(Codec.H265)
    right = build_stream_map({0xE0: Codec.H265})
    wrong = b"" if declared is None else bytearray(right)
    if declared is Codec.UNKNOWN:
        wrong[12] = 0x42
    elif declared is not None:
        wrong = build_stream_map({0xE0: declared})
    frames = [frame.replace(right, bytes(wrong)) for frame in frames_of(units, video=Codec.H265)]
    assert demuxed(frames) == list(units)


@pytest.mark.quirk(20)
@pytest.mark.parametrize("damage", ["crc", "length", "inner length"])
def test_quirk_20_a_damaged_map_harms_nothing(damage: str) -> None:
    units = video_units(Codec.H264)
    right = build_stream_map({0xE0: Codec.H264})
    wrong = bytearray(right)
    if damage == "crc":
        wrong[-1] ^= 0xFF
    elif damage == "length":
        wrong[5] += 3
    else:
        wrong[9] = 0xFF
    demuxer = PsDemuxer()
    out = demuxed([frame.replace(right, bytes(wrong)) for frame in frames_of(units)], demuxer)
    assert [unit.data for unit in out][1:] == [unit.data for unit in units][1:]
    assert decoded_pictures(out[10:], Codec.H264) == 40
    if damage != "length":
        assert demuxer.bad_maps == 1


def test_parameter_sets_in_packets_and_frames_of_their_own_precede_the_picture() -> None:
    unit = video_units()[0]
    cuts = [0, unit.data.index(b"\x00\x00\x00\x01\x68"), unit.data.index(b"\x00\x00\x01\x65"), len(unit.data)]
    muxer = PsMuxer()
    pieces = [
        AccessUnit("video", Codec.H264, 0, 0, index == 0, unit.data[start:end])
        for index, (start, end) in enumerate(itertools.pairwise(cuts))
    ]
    frames = [muxer.mux(piece) for piece in pieces] + frames_of(video_units())[1:]
    out = demuxed(frames)
    assert [unit.data for unit in out] == [unit.data for unit in video_units()]
    assert out[0].is_key


def test_audio_and_video_come_out_of_one_frame() -> None:
    video, audio = video_units()[:3], g711_units()[:3]
    muxer = PsMuxer(video=Codec.H264, audio=Codec.G711A)
    frames = [muxer.mux(picture) + muxer.mux(sound) for picture, sound in zip(video, audio, strict=True)]
    out = demuxed(frames)
    assert [unit for unit in out if unit.kind == "video"] == list(video)
    assert [unit for unit in out if unit.kind == "audio"] == list(audio)


def test_aac_frames_cut_by_packets_are_joined() -> None:
    stream = b"".join(unit.data for unit in aac_units())
    muxer = PsMuxer(video=Codec.H264, audio=Codec.AAC)
    frames = frames_of(video_units()[:1], audio=Codec.AAC)
    frames += [
        muxer.mux(AccessUnit("audio", Codec.AAC, at, at, True, stream[at : at + 100]))
        for at in range(0, len(stream), 100)
    ]
    out = [unit for unit in demuxed(frames) if unit.kind == "audio"]
    assert {unit.codec for unit in out} == {Codec.AAC}
    assert b"".join(unit.data for unit in out) == stream


def test_audio_without_a_map_is_g711a_unless_it_shows_that_it_is_aac() -> None:
    muxer = PsMuxer(video=None, audio=Codec.G711A)
    for source, codec in ((g711_units(), Codec.G711A), (aac_units(), Codec.AAC)):
        units = [unit for sound in source for unit in [sound]]
        out = demuxed([muxer.mux(unit) for unit in units])
        assert {unit.codec for unit in out} == {codec}


@pytest.mark.parametrize("length", ["zero", "modulo 65536", "too long"])
def test_wrong_packet_lengths_are_set_right_by_the_next_start_code(length: str) -> None:
    big = video_units(Codec.H264, frames=6, gop=3, width=1280, height=720, bit_rate=40_000_000)
    assert len(big[0].data) > 65_536
    frames = []
    for unit in big:
        head = PsMuxer().mux(AccessUnit("video", Codec.H264, unit.pts_90k, unit.dts_90k, unit.is_key, b""))
        body = head + unit.data
        at = len(head) - 14
        size = {"zero": 0, "modulo 65536": (8 + len(unit.data)) % 65_536, "too long": 65_535}[length]
        if length == "too long" and len(unit.data) > 60_000:
            body, size = head + unit.data[:60_000], 65_535
        frames.append(body[: at + 4] + size.to_bytes(2, "big") + body[at + 6 :])
    out = demuxed(frames)
    if length == "too long":
        # Whether the last one is whole, nothing tells.
        assert [unit.data for unit in out] == [unit.data[:60_000] for unit in big[:5]]
    else:
        assert [unit.data for unit in out] == [unit.data for unit in big]


def test_a_loss_costs_only_the_pictures_it_hit() -> None:
    units = video_units()
    frames = frames_of(units)
    demuxer = PsDemuxer()
    out = demuxer.feed(frames[0], 0) + demuxer.feed(frames[1], 3600)
    out += demuxer.feed(frames[2][:100], 7200)
    demuxer.discard()
    for index, frame in enumerate(frames[3:], 3):
        out += demuxer.feed(frame, index * 3600)
    assert [unit.data for unit in out] == [unit.data for index, unit in enumerate(units) if index != 2]


def test_a_codec_that_changes_in_the_middle_is_followed() -> None:
    first, second = video_units(Codec.H264)[:10], video_units(Codec.H265)[:10]
    frames = frames_of(first) + frames_of(second, video=Codec.H265)
    out = demuxed(frames)
    assert [unit.codec for unit in out] == [Codec.H264] * 10 + [Codec.H265] * 10
    assert [unit.data for unit in out] == [unit.data for unit in (*first, *second)]


@settings(max_examples=60, deadline=None)
@given(st.integers(), st.integers(1, 40), st.sampled_from(["flip", "cut", "insert"]))
def test_no_damage_raises_and_memory_stays_bounded(seed: int, count: int, how: str) -> None:
    chance = random.Random(seed)
    demuxer = PsDemuxer()
    for index, frame in enumerate(frames_of((*video_units()[:20],), audio=Codec.G711A)):
        damaged = bytearray(frame)
        for _ in range(chance.randrange(count)):
            at = chance.randrange(len(damaged))
            if how == "flip":
                damaged[at] = chance.randrange(256)
            elif how == "cut":
                del damaged[at : at + chance.randrange(1, 60)]
                damaged += b"\x00"
            else:
                damaged[at:at] = chance.choice([b"\x00\x00\x01\xe0\xff\xff", b"\x00\x00\x01\xbc\x00\x05", b"\x00" * 9])
        for unit in demuxer.feed(damaged, index * 3600):
            assert unit.data
    assert len(demuxer._rest) <= 65_541
    assert sum(map(len, demuxer._parts)) <= 4_200_000


@pytest.mark.parametrize("flood", [b"\x00\x00\x01\xe0", b"\x00\x00\x01\xc0\x00\x04abcd", b"\x00\x00\x01\xbc\x00\x00"])
def test_a_flood_of_tiny_packets_is_cut_off(flood: bytes) -> None:
    demuxer = PsDemuxer()
    units = demuxer.feed(frames_of(video_units()[:1])[0] + flood * 300_000, 0)
    assert len(units) <= 10_000
    assert demuxer.skipped_bytes > 1_000_000


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=10))
def test_nothing_raises_on_noise(chunks: list[bytes]) -> None:
    demuxer = PsDemuxer()
    for index, chunk in enumerate(chunks):
        demuxer.feed(b"\x00\x00\x01" + chunk, index)
        demuxer.feed(chunk, index)
    demuxer.flush()
