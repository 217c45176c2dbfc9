"""Wall time of media time: jitter does not bend it, drift is followed gently, jumps are noticed."""

import pytest

from oversite.services.media.walltime import WallTime

START_US = 1_800_000_000_000_000
SECOND_90K = 90_000


def run(wall: WallTime, seconds: int, arrival_us_of: object, first: int = 0) -> None:
    for number in range(first * 5, (first + seconds) * 5):
        media_90k = number * SECOND_90K // 5
        wall.observe(media_90k, arrival_us_of(media_90k))  # type: ignore[operator]


def test_jitter_of_the_network_changes_nothing() -> None:
    wall = WallTime(0, START_US)
    run(wall, 600, lambda media: START_US + media * 100 // 9 + media * 7919 % 400_000)
    assert abs(wall.at(600 * SECOND_90K) - (START_US + 600_000_000)) < 15_000
    assert not wall.has_slipped


@pytest.mark.parametrize("ppm", [-300, 300])
def test_a_camera_whose_clock_drifts_is_followed(ppm: int) -> None:
    wall = WallTime(0, START_US)
    run(wall, 3600, lambda media: START_US + (media * 100 // 9) * (1_000_000 + ppm) // 1_000_000)
    truth_us = START_US + 3_600_000_000 * (1_000_000 + ppm) // 1_000_000
    assert abs(wall.at(3600 * SECOND_90K) - truth_us) < 10_000
    assert not wall.has_slipped


def test_the_correction_never_exceeds_500_ppm() -> None:
    wall = WallTime(0, START_US)
    run(wall, 60, lambda media: START_US + media * 100 // 9 + 900_000)
    assert wall.at(60 * SECOND_90K) - (START_US + 60_000_000) <= 60_000_000 * 500 // 1_000_000


@pytest.mark.parametrize(
    ("arrival", "slips"),
    [
        (lambda media: START_US + media * 100 // 9 - 1_200_000, True),  # ahead of its own arrival
        (lambda media: START_US + media * 100 // 9 + 3_000_000, False),  # a stall; TCP brings it all later
    ],
)
def test_a_jump_ahead_is_noticed_at_once_and_a_stall_is_none(arrival: object, slips: bool) -> None:
    wall = WallTime(0, START_US)
    run(wall, 5, lambda media: START_US + media * 100 // 9)
    run(wall, 1, arrival, first=5)
    run(wall, 20, lambda media: START_US + media * 100 // 9, first=6)
    assert wall.has_slipped is slips


def test_pictures_that_stay_late_are_missing_ones() -> None:
    wall = WallTime(0, START_US)
    run(wall, 30, lambda media: START_US + media * 100 // 9 + (20_000_000 if media > SECOND_90K else 0))
    assert wall.has_slipped
