"""Fragments for live and file."""

import dataclasses
import io
import json
import random
import shutil
import subprocess
from itertools import pairwise

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversite.protocol.fmp4.fragmenter import Fragmenter
from oversite.protocol.media import AccessUnit, Codec
from oversite.protocol.nal import joined_annex_b, nal_spans
from protocol.fmp4.recordings import closed, decoded, fragmented, fragments_of, inits_of, recorded
from protocol.rtp.clips import aac_units, g711_units, video_units

AUDIO = {None: (), Codec.G711A: g711_units(packets=50), Codec.G711U: g711_units(Codec.G711U), Codec.AAC: aac_units()}


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265, Codec.MPEG4])
@pytest.mark.parametrize("b_frames", [0, 2])
@pytest.mark.parametrize("audio", AUDIO)
@pytest.mark.req("V5.2")
def test_ffmpeg_decodes_every_picture_at_its_time(codec: Codec, b_frames: int, audio: Codec | None) -> None:
    units = video_units(codec, b_frames=b_frames)
    data = closed(fragmented([*units, *AUDIO[audio]]))
    assert decoded(data) == sorted(unit.pts_90k for unit in units)


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
@pytest.mark.parametrize(
    ("codec", "audio", "names"),
    [
        (Codec.H264, Codec.G711A, ["h264", "pcm_alaw"]),
        (Codec.H264, Codec.G711U, ["h264", "pcm_mulaw"]),
        (Codec.H265, Codec.AAC, ["hevc", "aac"]),
        (Codec.H265, None, ["hevc"]),
    ],
)
def test_ffprobe_reads_files_without_a_word_of_complaint(codec: Codec, audio: Codec | None, names: list[str]) -> None:
    data = closed(fragmented([*video_units(codec), *AUDIO[audio]]), origin=b"camera")
    command = ["ffprobe", "-v", "warning", "-count_frames", "-of", "json", "-show_streams", "-"]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    assert done.stderr == b""
    streams = json.loads(done.stdout)["streams"]
    assert [stream["codec_name"] for stream in streams] == names
    assert (streams[0]["width"], streams[0]["height"], streams[0]["nb_read_frames"]) == (320, 240, "50")


@pytest.mark.parametrize("audio", [Codec.G711A, Codec.AAC])
def test_audio_in_a_file_is_the_audio_that_came(audio: Codec) -> None:
    units = AUDIO[audio]
    data = closed(fragmented([*video_units(), *units]))
    with av.open(io.BytesIO(data), format="mp4") as container:
        packets = [packet for packet in container.demux(audio=0) if packet.size]
        head = 7 if audio is Codec.AAC else 0
        # Audio before the first picture belongs to no file.
        sounds = [unit.data[head:] for unit in units]
        assert [bytes(packet) for packet in packets] == sounds[len(sounds) - len(packets) :]
        assert len(packets) >= len(sounds) - 1
        starts = [round(packet.pts * packet.time_base * 1000) for packet in packets]
    assert all(0 < after - before < 130 for before, after in pairwise(starts))


def test_nothing_comes_before_the_first_key_frame() -> None:
    units = video_units()[5:]
    fragments = fragments_of(fragmented(units))
    assert fragments[0].is_key
    assert fragments[0].start_90k == units[5].dts_90k


def test_fragments_follow_each_other_and_are_cut_by_time_and_before_key_frames() -> None:
    fragments = fragments_of(fragmented(video_units(gop=12)))
    assert all(before.start_90k + before.duration_90k == after.start_90k for before, after in pairwise(fragments))
    assert max(fragment.duration_90k for fragment in fragments) <= 18_000
    assert [fragment.start_90k // 3600 for fragment in fragments if fragment.is_key] == [0, 12, 24, 36, 48]
    assert [fragment.pictures for fragment in fragments][:4] == [5, 5, 2, 5]


@pytest.mark.quirk(21)
def test_quirk_21_a_key_frame_without_known_parameter_sets_is_not_begun_with() -> None:
    units = [dataclasses.replace(unit) for unit in video_units()]
    cut = units[0].data.index(b"\x00\x00\x01\x65")
    sets, units[0].data = units[0].data[:cut], units[0].data[cut:]
    # The sets come late, before a delta picture; the next key frame, without any of its own, begins.
    units[3].data = sets + units[3].data
    units[10].data = units[10].data[units[10].data.index(b"\x00\x00\x01\x65") :]
    fragmenter = Fragmenter()
    done = fragmented(units, fragmenter)
    assert fragments_of(done)[0].start_90k == units[10].dts_90k
    assert fragmenter.dropped_units == 10
    assert len(decoded(closed(done))) == 40


@pytest.mark.quirk(22)
def test_quirk_22_the_init_segment_waits_for_no_audio() -> None:
    fragmenter = Fragmenter()
    counts = [len(fragmenter.add(unit)) for unit in video_units()[:11]]
    assert counts == [0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1]


def test_audio_that_begins_late_is_taken_in_at_the_next_key_frame() -> None:
    late = [dataclasses.replace(unit, dts_90k=unit.dts_90k + 50_000) for unit in g711_units()]
    done = fragmented([*video_units(), *late])
    assert [init.audio is not None for init in inits_of(done)] == [False, True]
    assert bytes(inits_of(done)[0]) == bytes(inits_of(done)[1])
    position = done.index(inits_of(done)[1])
    assert fragments_of(done[position:])[0].is_key
    assert len(decoded(recorded(done[position:])[0])) == 50 - fragments_of(done[position:])[0].start_90k // 3600


def test_changed_parameter_sets_begin_anew_with_the_next_key_frame() -> None:
    first = video_units(Codec.H264)
    shift = first[-1].dts_90k + 3600
    second = [
        dataclasses.replace(unit, dts_90k=unit.dts_90k + shift, pts_90k=unit.pts_90k + shift)
        for unit in video_units(Codec.H264, width=640, height=480)
    ]
    third = [
        dataclasses.replace(unit, dts_90k=unit.dts_90k + 2 * shift, pts_90k=unit.pts_90k + 2 * shift)
        for unit in video_units(Codec.H265)
    ]
    done = fragmented([*first, *second, *third])
    assert [(init.codec, init.width, init.height) for init in inits_of(done)] == [
        (Codec.H264, 320, 240),
        (Codec.H264, 640, 480),
        (Codec.H265, 320, 240),
    ]
    places = [done.index(init) for init in inits_of(done)] + [len(done)]
    assert [len(decoded(recorded(done[start:end])[0])) for start, end in pairwise(places)] == [50, 50, 50]


def test_repeated_parameter_sets_change_nothing() -> None:
    assert len(inits_of(fragmented(video_units()))) == 1


def test_live_and_file_share_their_payload() -> None:
    done = fragmented([*video_units(), *g711_units(packets=50)])
    fragment = fragments_of(done)[3]
    for_file, for_browser = fragment.parts(0, 4), fragment.parts(900, 9, is_for_browser=True)
    assert for_file[1] is for_browser[1]
    assert len(for_file) == 3
    assert len(for_browser) == 2
    for base, sequence, is_for_browser, parts in ((0, 4, False, for_file), (900, 9, True, for_browser)):
        moof = fragment.moof(base, sequence, is_for_browser=is_for_browser)
        mdat = fragment.mdat(is_for_browser=is_for_browser)
        assert b"".join(parts) == moof + mdat
        assert fragment.size_bytes(is_for_browser=is_for_browser) == len(moof + mdat)


@pytest.mark.parametrize(("audio", "mime_end"), [(Codec.G711A, '"'), (Codec.AAC, ',mp4a.40.2"')])
def test_browsers_get_only_audio_they_can_play(audio: Codec, mime_end: str) -> None:
    done = fragmented([*video_units(), *AUDIO[audio]])
    (init,) = inits_of(done)
    assert init.mime.startswith('video/mp4; codecs="avc1.64')
    assert init.mime.endswith(mime_end)
    live, _ = recorded(done, is_for_browser=True)
    with av.open(io.BytesIO(live), format="mp4") as container:
        assert len(container.streams.audio) == (1 if audio is Codec.AAC else 0)
    assert len(decoded(live)) == 50
    assert bytes(init) == init.build(is_for_browser=True)


def test_samples_hold_no_parameter_sets_and_no_start_codes_but_keep_messages() -> None:
    unit = video_units(slices=4)[0]
    nals = [unit.data[start:end] for start, end in nal_spans(unit.data)]
    assert len(nals) >= 5
    fragment = fragments_of(fragmented([unit]))[0]
    payload = fragment.mdat()[8:]
    inside = [nal for nal in nals if nal[0] & 0x1F not in (7, 8, 9)]
    assert any(nal[0] & 0x1F == 6 for nal in inside)
    assert payload == b"".join(len(nal).to_bytes(4, "big") + nal for nal in inside)


def test_pictures_of_several_slices_decode() -> None:
    assert len(decoded(closed(fragmented(video_units(slices=4))))) == 50


def test_svac_is_kept_whole() -> None:
    units = [
        AccessUnit("video", Codec.SVAC, at, at, at % 9000 == 0, b"\x00\x00\x00\x01\x1c" + bytes([at % 251] * 50))
        for at in range(0, 36_000, 3_000)
    ]
    done = fragmented(units)
    assert inits_of(done)[0].codec is Codec.SVAC
    assert b"".join(fragment.mdat()[8:] for fragment in fragments_of(done)) == b"".join(unit.data for unit in units)


def test_a_gap_in_the_stream_is_a_gap_between_fragments_after_a_flush() -> None:
    units = video_units()
    fragmenter = Fragmenter()
    done = [item for unit in units[:15] for item in fragmenter.add(unit)] + fragmenter.flush()
    before = fragments_of(done)[-1]
    assert before.start_90k + before.duration_90k == units[15].dts_90k
    later = [dataclasses.replace(unit, dts_90k=unit.dts_90k + 900_000) for unit in units[20:]]
    after = fragments_of([item for unit in later for item in fragmenter.add(unit)])[0]
    assert after.start_90k == units[20].dts_90k + 900_000


@settings(max_examples=60, deadline=None)
@given(st.integers())
def test_mutated_units_raise_nothing_and_fragments_still_follow_each_other(seed: int) -> None:
    chance = random.Random(seed)
    fragmenter = Fragmenter()
    done = []
    for unit in sorted([*video_units(), *aac_units()], key=lambda unit: unit.dts_90k):
        data = bytearray(unit.data)
        for _ in range(chance.choice([0, 0, 1, 5, 200])):
            data[chance.randrange(len(data))] = chance.choice([0, 0, 1, chance.randrange(256)])
        codec = chance.choice([unit.codec] * 20 + [Codec.H265, Codec.UNKNOWN, Codec.G711A])
        dts_90k = unit.dts_90k + chance.choice([0] * 9 + [chance.randrange(-9000, 90_000)])
        if unit.kind == "video" and codec is Codec.G711A:
            codec = Codec.H265
        is_key = unit.is_key if chance.random() < 0.9 else not unit.is_key
        done += fragmenter.add(AccessUnit(unit.kind, codec, unit.pts_90k, dts_90k, is_key, bytes(data)))
    done += fragmenter.flush()
    fragments = fragments_of(done)
    assert all(before.start_90k + before.duration_90k <= after.start_90k for before, after in pairwise(fragments))
    for fragment in fragments:
        assert sum(map(len, fragment.parts(0, 1))) == fragment.size_bytes()
    if fragments:
        assert inits_of(done)
        assert done[0] is inits_of(done)[0]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(Codec)), st.booleans(), st.binary(max_size=60)), max_size=12))
def test_noise_raises_nothing(units: list[tuple[Codec, bool, bytes]]) -> None:
    fragmenter = Fragmenter()
    for index, (codec, is_key, data) in enumerate(units):
        kind = "audio" if codec in (Codec.AAC, Codec.G711A) else "video"
        fragmenter.add(AccessUnit(kind, codec, index * 10_000, index * 10_000, is_key, data))
        fragmenter.add(AccessUnit(kind, codec, index, index, is_key, joined_annex_b([b"\x67" + data, b"\x68" + data])))
    fragmenter.flush()
