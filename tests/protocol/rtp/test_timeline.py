"""Repair of senders' clocks."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.media import AccessUnit, Codec
from oversite.protocol.rtp.timeline import Timeline, signed32


def stamped(times: list[int], arrivals: list[float] | None = None, rtp: list[int] | None = None) -> list[int]:
    timeline = Timeline()
    out = []
    for index, time in enumerate(times):
        unit = AccessUnit("video", Codec.H264, time, time, False, b"")
        timeline.stamp_video(unit, rtp[index] if rtp else 0, arrivals[index] if arrivals else index / 25)
        out.append(unit.dts_90k)
    return out


STEADY = [3600 * index for index in range(20)]


@pytest.mark.parametrize("first", [0, 5, 2**31 - 9_000, 2**32 - 9_000, 2**33 - 9_000])
@pytest.mark.parametrize("modulus", [2**32, 2**33])
def test_times_begin_at_zero_and_wraps_do_not_show(first: int, modulus: int) -> None:
    assert stamped([(first + at) % modulus for at in STEADY]) == STEADY


def test_irregular_but_plausible_steps_are_kept() -> None:
    times = [0, 3600, 3601, 9000, 60_000, 149_000, 149_003]
    assert stamped([time + 77 for time in times]) == times


@pytest.mark.parametrize("jump", [10**9, -(10**9), 20 * 90_000, -20 * 90_000, 2**31 - 1])
def test_a_clock_that_jumps_while_no_time_passes_leaves_no_hole(jump: int) -> None:
    assert stamped([at if at < 36_000 else (at + jump) % 2**33 for at in STEADY]) == STEADY


def test_a_pause_that_really_lasted_is_kept() -> None:
    arrivals = [index / 25 + (30 if index >= 10 else 0) for index in range(20)]
    times = [at + (30 * 90_000 if at >= 36_000 else 0) for at in STEADY]
    assert stamped(times, arrivals) == times


def test_a_clock_restarted_during_a_pause_keeps_the_length_of_the_pause() -> None:
    arrivals = [index / 25 + (30 if index >= 10 else 0) for index in range(20)]
    out = stamped([at if at < 36_000 else at - 36_000 + 10**9 for at in STEADY], arrivals)
    assert out[10] - out[9] == pytest.approx(30 * 90_000 + 3600, abs=2)
    assert [after - before for before, after in itertools.pairwise(out[10:])] == [3600] * 9


def test_a_clock_that_stands_still_and_catches_up_keeps_the_duration() -> None:
    times = STEADY[:5] + [STEADY[4]] * 5 + STEADY[10:]
    assert stamped(times) == STEADY


def test_a_clock_that_never_moves_is_replaced_by_the_rtp_time() -> None:
    assert stamped([1234] * 20, rtp=[7 + at for at in STEADY]) == STEADY


def test_without_any_clock_the_arrival_counts() -> None:
    out = stamped([0] * 100, [index / 20 for index in range(100)])
    assert out[-1] == pytest.approx(99 * 4500, rel=0.05)


def test_small_steps_back_do_not_lengthen_the_stream() -> None:
    times = [at - (900 if at % 7200 else 0) + 50_000 for at in STEADY]
    out = stamped(times)
    assert all(before < after for before, after in itertools.pairwise(out))
    assert out[-1] == pytest.approx(STEADY[-1], abs=3600)


def test_presentation_times_keep_their_distance() -> None:
    timeline = Timeline()
    shifts = []
    for dts, pts in [(2**33 - 3600, 3600), (0, 3600), (3600, 3500), (7200, 10**7)]:
        unit = AccessUnit("video", Codec.H264, pts, dts, False, b"")
        timeline.stamp_video(unit, 0, 0.0)
        shifts.append(unit.pts_90k - unit.dts_90k)
    assert shifts == [7200, 3600, 0, 0]


def sound(time: int) -> AccessUnit:
    return AccessUnit("audio", Codec.G711A, time, time, True, bytes(320))


def test_audio_on_the_same_clock_stays_beside_its_picture() -> None:
    timeline = Timeline()
    out = []
    for at in STEADY:
        jump = 10**8 if at > 36_000 else 0
        timeline.stamp_video(AccessUnit("video", Codec.H264, at + jump, at + jump, False, b""), 0, at / 90_000)
        unit = sound(at + jump + 100)
        timeline.stamp_audio(unit, 3600, is_clock_shared=True)
        out.append(unit.dts_90k)
    assert out == [at + 100 for at in STEADY]


def test_audio_on_a_clock_of_its_own_runs_end_to_end_near_the_picture() -> None:
    timeline = Timeline()
    out = []
    for index, at in enumerate(STEADY):
        timeline.stamp_video(AccessUnit("video", Codec.H264, at + 500, at + 500, False, b""), 0, at / 90_000)
        unit = sound(320 * index)
        timeline.stamp_audio(unit, 3600, is_clock_shared=False)
        out.append(unit.dts_90k)
    assert out == STEADY


@given(
    st.lists(
        st.tuples(st.integers(0, 2**33), st.integers(0, 2**32), st.floats(0, 50), st.booleans()),
        min_size=1,
        max_size=30,
    )
)
def test_whatever_comes_times_begin_at_zero_and_strictly_increase(
    steps: list[tuple[int, int, float, bool]],
) -> None:
    timeline = Timeline()
    seen: dict[str, list[int]] = {"video": [], "audio": []}
    now = 0.0
    for time, rtp, pause, is_video in steps:
        now += pause
        unit = AccessUnit("video" if is_video else "audio", Codec.H264, time, time, False, b"")
        if is_video:
            timeline.stamp_video(unit, rtp, now)
        else:
            timeline.stamp_audio(unit, 3600, is_clock_shared=time % 2 == 0)
        seen[unit.kind].append(unit.dts_90k)
        assert unit.pts_90k >= unit.dts_90k >= 0
    for out in seen.values():
        assert all(before < after for before, after in itertools.pairwise(out))
    first = "video" if steps[0][3] else "audio"
    assert seen[first][0] == 0


def test_differences_across_a_wrap() -> None:
    assert signed32(5 - (2**32 - 5)) == 10
    assert signed32(2**33 - 5 - 5) == -10
