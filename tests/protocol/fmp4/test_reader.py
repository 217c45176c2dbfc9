"""Reading recordings back, whole or cut off."""

import random
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oversite.protocol.fmp4.index import build_index, read_index
from oversite.protocol.fmp4.reader import byte_plan, scan
from oversite.protocol.media import Codec
from protocol.fmp4.recordings import closed, decoded, fragmented, recorded
from protocol.rtp.clips import aac_units, g711_units, video_units

DONE = fragmented([*video_units(), *g711_units(packets=50)])
OPEN_FILE, ENTRIES = recorded(DONE, origin=b'{"camera": "A"}')


def test_an_open_file_is_found_fragment_by_fragment() -> None:
    found = scan(OPEN_FILE)
    assert found.fragments == ENTRIES
    assert (found.good_bytes, found.torn_bytes, found.is_closed) == (len(OPEN_FILE), 0, False)
    assert found.uuid_payload == b'{"camera": "A"}'
    assert found.init_range == (0, ENTRIES[0].offset)
    assert found.duration_90k == 50 * 3600


def test_a_closed_file_is_found_by_its_index() -> None:
    whole = OPEN_FILE + build_index(ENTRIES)
    found = scan(whole)
    assert found.fragments == ENTRIES
    assert (found.good_bytes, found.torn_bytes, found.is_closed) == (len(whole), 0, True)
    # Blank out every fragment: with an index none of them is looked at.
    blank = whole[: ENTRIES[0].offset] + bytes(len(OPEN_FILE) - ENTRIES[0].offset) + build_index(ENTRIES)
    assert scan(blank).fragments == ENTRIES


def test_other_players_find_key_frames_in_the_index() -> None:
    index = build_index(ENTRIES)
    at = index.index(b"tfra")
    count = int.from_bytes(index[at + 16 : at + 20], "big")
    assert count == sum(entry.is_key for entry in ENTRIES) == 5
    assert int.from_bytes(index[-4:], "big") == len(index)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(OPEN_FILE)))
@example(0)
@example(ENTRIES[0].offset)
@example(ENTRIES[0].offset + ENTRIES[0].size)
@example(ENTRIES[-1].offset + ENTRIES[-1].size - 1)
def test_a_file_cut_anywhere_keeps_its_whole_fragments(cut: int) -> None:
    torn = OPEN_FILE[:cut]
    found = scan(torn)
    expected = [entry for entry in ENTRIES if entry.offset + entry.size <= cut]
    assert found.fragments == expected
    assert found.good_bytes + found.torn_bytes == cut
    assert found.good_bytes <= cut
    if expected:
        assert found.good_bytes == expected[-1].offset + expected[-1].size


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
@pytest.mark.parametrize("share", [0.4, 0.51, 0.83, 0.999])
def test_what_is_left_decodes_completely(codec: Codec, share: float) -> None:
    data, _ = recorded(fragmented([*video_units(codec, b_frames=2), *aac_units()]))
    found = scan(data[: int(len(data) * share)])
    times = decoded(data[: found.good_bytes])
    assert len(times) == found.duration_90k // 3600
    assert len(times) > 0


def test_blank_pages_at_the_end_are_torn() -> None:
    keep = ENTRIES[7]
    blanked = OPEN_FILE[: keep.offset] + bytes(5000)
    assert scan(blanked).good_bytes == keep.offset
    head_only = OPEN_FILE[: keep.offset + 200] + bytes(keep.size - 200)
    assert scan(head_only + OPEN_FILE[:0]).good_bytes in (keep.offset, keep.offset + keep.size)
    moof_bytes = int.from_bytes(OPEN_FILE[keep.offset : keep.offset + 4], "big")
    no_payload = OPEN_FILE[: keep.offset + moof_bytes + 8] + bytes(keep.size - moof_bytes - 8)
    assert scan(no_payload).good_bytes == keep.offset


def test_an_index_that_does_not_fit_the_file_is_not_believed() -> None:
    moved = build_index([entry for entry in ENTRIES if entry.offset != ENTRIES[4].offset])
    found = scan(OPEN_FILE + moved)
    assert not found.is_closed
    assert found.fragments == ENTRIES
    assert found.torn_bytes == len(moved)
    assert read_index(OPEN_FILE + build_index(ENTRIES)[:-1]) is None


def test_a_file_without_pictures_yet() -> None:
    assert scan(b"").good_bytes == 0
    init_only = OPEN_FILE[: ENTRIES[0].offset]
    found = scan(init_only)
    assert (found.fragments, found.good_bytes) == ([], len(init_only))
    assert scan(init_only + build_index([])).is_closed


@pytest.mark.parametrize(("start", "end"), [(0, 3600), (40_000, 100_000), (89_999, 90_001), (170_000, 10**9)])
def test_any_range_plays_from_the_key_frame_before_it_without_remuxing(start: int, end: int) -> None:
    data = OPEN_FILE + build_index(ENTRIES)
    plan = byte_plan(scan(data), start, end)
    assert plan is not None
    part = b"".join(data[offset : offset + size] for offset, size in plan.ranges)
    assert len(part) == plan.size_bytes
    times = decoded(part)
    assert times[0] == plan.start_90k <= start
    assert start - plan.start_90k < 10 * 3600
    assert times == list(range(plan.start_90k, plan.start_90k + plan.duration_90k, 3600))
    assert times[-1] + 3600 >= min(end, 180_000)


def test_a_range_outside_the_file_has_no_plan() -> None:
    assert byte_plan(scan(OPEN_FILE), 180_000, 200_000) is None
    assert byte_plan(scan(b""), 0, 1) is None


def test_neighbouring_fragments_are_one_range() -> None:
    plan = byte_plan(scan(OPEN_FILE), 0, 10**9)
    assert plan is not None
    assert plan.ranges == [(0, len(OPEN_FILE))]
    later = byte_plan(scan(OPEN_FILE), 90_000, 10**9)
    assert later is not None
    assert len(later.ranges) == 2


@settings(max_examples=80, deadline=None)
@given(st.integers(), st.booleans())
def test_no_damage_raises_and_what_is_found_lies_in_the_file(seed: int, is_closed: bool) -> None:
    chance = random.Random(seed)
    data = bytearray(closed(DONE, origin=b"x") if is_closed else OPEN_FILE)
    for _ in range(chance.randrange(1, 40)):
        start = chance.choice([0, len(data) - 900, chance.choice(ENTRIES).offset, 0])
        data[min(start + chance.randrange(400), len(data) - 1)] = chance.randrange(256)
    found = scan(bytes(data))
    assert found.good_bytes + found.torn_bytes == len(data)
    for entry in found.fragments:
        assert 0 <= entry.offset < entry.offset + entry.size <= len(data)
    assert all(before.offset + before.size == after.offset for before, after in pairwise(found.fragments))
    byte_plan(found, 0, 90_000)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_noise_raises_nothing(noise: bytes) -> None:
    scan(noise)
    scan(OPEN_FILE[: ENTRIES[0].offset] + noise)
    scan(OPEN_FILE[: ENTRIES[0].offset] + len(noise).to_bytes(4, "big") + b"moof" + noise)
    scan(OPEN_FILE + noise + b"\x00\x00\x00\x10mfro\x00\x00\x00\x00" + len(noise).to_bytes(4, "big"))
