"""Every cell of the table: what may follow what."""

import pytest

from oversite.common.errors import Refused
from oversite.domains.quarantine.declarations.flow import TRANSITIONS, State, Step, after, can

TABLE = """
             submit      ask-correction accept      refuse      withdraw    assign      inspect     sample      report      unsample    qualify     disqualify  certify     revoke      close       treat       archive
draft        submitted   .              .           .           withdrawn   .           .           .           .           .           .           .           .           .           .           .           .
submitted    .           correcting     accepted    refused     withdrawn   .           .           .           .           .           .           .           .           .           .           .           .
correcting   submitted   .              .           refused     withdrawn   .           .           .           .           .           .           .           .           .           .           .           .
accepted     .           .              .           .           withdrawn   assigned    .           .           .           .           .           .           .           .           .           .           .
refused      .           .              .           .           .           .           .           .           .           .           .           .           .           .           .           .           archived
withdrawn    .           .              .           .           .           .           .           .           .           .           .           .           .           .           .           .           .
assigned     .           .              .           .           withdrawn   assigned    inspecting  .           .           .           .           .           .           .           .           .           .
inspecting   .           .              .           .           .           .           .           testing     .           .           qualified   unqualified .           .           .           .           .
testing      .           .              .           .           .           .           .           testing     inspecting  inspecting  .           unqualified .           .           .           .           .
qualified    .           .              .           .           .           .           .           .           .           .           .           unqualified certified   .           closed      .           .
unqualified  .           .              .           .           .           .           .           .           .           .           .           .           .           .           .           treated     .
certified    .           .              .           .           .           .           .           .           .           .           .           .           .           qualified   .           .           archived
closed       .           .              .           .           .           .           .           .           .           .           .           .           .           .           .           .           archived
treated      .           .              .           .           .           .           .           .           .           .           .           .           .           .           .           .           archived
archived     .           .              .           .           .           .           .           .           .           .           .           .           .           qualified   .           .           .
"""  # noqa: E501
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [(row[0], step, target) for row in ROWS for step, target in zip(HEAD, row[1:], strict=True)]


def test_the_table_has_every_state_and_every_step():
    assert [step.value for step in Step] == HEAD
    assert [row[0] for row in ROWS] == [state.value for state in State]


@pytest.mark.req("Q5")
@pytest.mark.parametrize(("state", "step", "target"), CELLS, ids=str)
def test_every_cell(state, step, target):
    if target == ".":
        assert not can(state, Step(step))
        with pytest.raises(Refused) as refused:
            after(state, Step(step))
        assert refused.value.status == 409
    else:
        assert after(state, Step(step)) == target


def test_only_a_certificate_made_void_leads_out_of_the_archive():
    ends = {State.WITHDRAWN}
    assert {state for state, _step in TRANSITIONS} == set(State) - ends
    assert {step for state, step in TRANSITIONS if state == State.ARCHIVED} == {Step.REVOKE}
