"""A part of a recording begins at 0 and lasts as long as its footage; the time put back gives the recording's bytes."""

import io
import struct
from collections.abc import Iterable

import av
import pytest

from oversite.protocol.fmp4.boxes import box, full_box
from oversite.protocol.fmp4.decode_time import DecodeTime, decode_times
from oversite.protocol.fmp4.index import FragmentEntry
from oversite.protocol.fmp4.reader import byte_plan, scan
from oversite.protocol.media import AccessUnit
from protocol.fmp4.recordings import fragmented, recorded
from protocol.rtp.clips import aac_units, g711_units, video_units

START_90K, END_90K = 30 * 3600, 50 * 3600


def patched(data: bytes, times: Iterable[DecodeTime], by_90k: int) -> bytes:
    found = bytearray(data)
    for time in times:
        found[time.at : time.at + time.size] = time.moved(by_90k)
    return bytes(found)


@pytest.mark.req("A18.1")
@pytest.mark.parametrize("sound", [g711_units(packets=50), aac_units()], ids=["g711", "aac"])
def test_a_part_begins_at_zero_lasts_as_long_as_its_footage_and_goes_back(sound: list[AccessUnit]) -> None:
    heard = [unit for unit in sound if unit.dts_90k < END_90K]
    data, _entries = recorded(fragmented([*video_units(), *heard]), origin=b"{}")
    plan = byte_plan(scan(data), START_90K, END_90K)
    assert plan is not None
    cut = b"".join(data[at : at + size] for at, size in plan.ranges)
    init_bytes = plan.ranges[0][1]
    times = decode_times(cut, init_bytes, scan(cut).fragments)
    assert {time.timescale for time in times} > {90_000}, "sound has a clock of its own"
    first_90k = min(time.time_90k for time in times)
    assert 0 <= plan.start_90k - first_90k < 9000
    part = patched(cut, times, -first_90k)
    assert part[:init_bytes] == cut[:init_bytes]
    with av.open(io.BytesIO(part)) as container:
        assert container.start_time == 0
        assert container.duration == pytest.approx(plan.duration_90k / 0.09, abs=200_000)
        seen = [frame.time for frame in container.decode(video=0)]
    assert seen[-1] - seen[0] == pytest.approx((plan.duration_90k - 3600) / 90_000)  # type: ignore[operator]
    again = decode_times(part, init_bytes, scan(part).fragments)
    assert patched(part, again, first_90k) == cut


@pytest.mark.parametrize(("version", "size"), [(0, 4), (1, 8)])
def test_both_forms_are_moved_in_ticks_of_the_track(version: int, size: int) -> None:
    track = full_box(b"tkhd", 0, 0, bytes(8), struct.pack(">I", 7), bytes(68))
    media = box(b"mdia", full_box(b"mdhd", 0, 0, bytes(8), struct.pack(">I", 8000), bytes(8)))
    init = box(b"moov", box(b"trak", track, media))
    header = full_box(b"tfhd", 0, 0, struct.pack(">I", 7))
    time = full_box(b"tfdt", version, 0, (80_003).to_bytes(size, "big"))
    moof = box(b"moof", box(b"traf", header, time))
    (found,) = decode_times(init + moof, len(init), [FragmentEntry(len(init), len(moof), 0, 0, is_key=True)])
    assert (found.size, found.ticks, found.timescale) == (size, 80_003, 8000)
    assert found.at + size == len(init + moof)
    assert found.moved(-90_000 * 10) == (3).to_bytes(size, "big")
    assert found.moved(-900_001) == (3).to_bytes(size, "big"), "less than a tick stays"


def test_damage_is_passed_over() -> None:
    data, entries = recorded(fragmented(video_units()))
    init_bytes = entries[0].offset
    assert len(decode_times(data, init_bytes, entries)) == len(entries)
    for cut in range(init_bytes + 200):
        blank = bytearray(data)
        blank[cut : cut + 9] = b"\xff" * 9
        assert len(decode_times(bytes(blank), init_bytes, entries)) <= len(entries)
        assert decode_times(data[:cut], init_bytes, entries[:1]) == [] or cut >= init_bytes
