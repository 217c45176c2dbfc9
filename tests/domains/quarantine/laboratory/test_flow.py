"""The way of a sample, cell by cell: every state with every step."""

import itertools

import pytest

from oversite.common.errors import Refused
from oversite.domains.quarantine.laboratory.flow import TRANSITIONS, State, Step, after, can

TABLE = """
            seal    discard    send  receive   reject    test     submit  pass      return   release   invalidate
taken       sealed  discarded  .     .         .         .        .       .         .        .         .
sealed      .       discarded  sent  .         .         .        .       .         .        .         .
sent        .       .          .     received  rejected  .        .       .         .        .         .
received    .       .          .     .         .         testing  .       .         .        .         .
rejected    .       .          .     .         .         .        .       .         .        .         .
testing     .       .          .     .         .         testing  review  .         .        .         .
review      .       .          .     .         .         .        .       approval  testing  .         .
approval    .       .          .     .         .         .        .       .         testing  released  .
released    .       .          .     .         .         .        .       .         .        .         invalid
invalid     .       .          .     .         .         .        .       .         .        .         .
discarded   .       .          .     .         .         .        .       .         .        .         .
"""
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [(row[0], step, to) for row in ROWS for step, to in zip(HEAD, row[1:], strict=True)]


def test_the_table_has_every_state_and_every_step():
    assert [row[0] for row in ROWS] == State.values
    assert Step.values == HEAD
    assert len(CELLS) == len(list(itertools.product(State, Step)))
    assert sum(to != "." for _state, _step, to in CELLS) == len(TRANSITIONS)


@pytest.mark.req("Q8")
@pytest.mark.parametrize(("state", "step", "to"), CELLS)
def test_each_step_leads_where_the_table_says(state, step, to):
    assert can(state, Step(step)) is (to != ".")
    if to == ".":
        with pytest.raises(Refused) as refused:
            after(state, Step(step))
        assert refused.value.status == 409
    else:
        assert after(state, Step(step)) == to
