"""A draw follows from what was published before it, and from nothing else."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversite.domains.quarantine.reporting.draws import Pools, commitment, draw, is_proved

pytestmark = pytest.mark.req("Q3")
OBJECTS = tuple((f"O{number:03d}", f"场{number}") for number in range(40))
OFFICERS = tuple((f"P{number}", f"员{number}") for number in range(6))
POOLS = Pools(OBJECTS, OFFICERS, 8, 2)
SEED = hashlib.sha256(b"seed").hexdigest()


def test_a_draw_is_proved_and_any_change_is_not():
    result = draw(POOLS, SEED, "七")
    facts = (POOLS.digest, commitment(SEED))
    assert is_proved(POOLS, *facts, SEED, "七", result)
    assert not is_proved(POOLS, *facts, SEED, "八", result)
    assert not is_proved(POOLS, *facts, SEED, "七", result[::-1])
    other = hashlib.sha256(b"other").hexdigest()
    assert not is_proved(POOLS, *facts, other, "七", draw(POOLS, other, "七"))
    fewer = Pools(OBJECTS[1:], OFFICERS, 8, 2)
    assert not is_proved(fewer, *facts, SEED, "七", draw(fewer, SEED, "七"))


@settings(max_examples=60, deadline=None)
@given(st.permutations(OBJECTS), st.permutations(OFFICERS), st.text(max_size=8))
def test_the_order_of_the_pools_says_nothing(objects, officers, word):
    assert draw(Pools(tuple(objects), tuple(officers), 8, 2), SEED, word) == draw(POOLS, SEED, word)


@given(st.integers(1, 40), st.integers(1, 6), st.text(max_size=8))
def test_nobody_is_drawn_twice(count, each, word):
    result = draw(Pools(OBJECTS, OFFICERS, count, each), SEED, word)
    assert len({key for key, _officers in result}) == count
    assert all(len(set(officers)) == each for _key, officers in result)


def test_everybody_has_the_same_chance():
    drawn = Counter(key for word in range(2000) for key, _officers in draw(POOLS, SEED, str(word)))
    assert len(drawn) == 40
    assert 300 < min(drawn.values()) <= max(drawn.values()) < 500


def test_more_than_there_are_cannot_be_drawn():
    with pytest.raises(ValueError, match="fewer"):
        draw(Pools(OBJECTS, OFFICERS, 41, 2), SEED, "")
