"""Raw values: what can be read, and what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.domains.quarantine.laboratory.readings import (
    Limits,
    Reading,
    ReadingsError,
    are_controls_good,
    parse_readings,
    result_of,
)

LIMITS = Limits(positive=35, negative=40, control=30)


def test_a_line_is_a_well_and_a_value():
    assert parse_readings("A1 23.41\n\nA2\t—\nA3, 未检出\n池4：38.05") == [
        Reading("A1", 23.41),
        Reading("A2", None),
        Reading("A3", None),
        Reading("池4", 38.05),
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "none"),
        ("  \n ", 1, "none"),
        ("A1", 1, "form"),
        ("A1 23.41\nA2 abc", 2, "form"),
        ("A1 23.4159", 1, "form"),
        ("A1 -3", 1, "form"),
        ("A1 50.1", 1, "range"),
        ("A1 0", 1, "range"),
        ("A1 20\nA1 21", 2, "twice"),
        ("\n".join(f"A{n} 20" for n in range(201)), 201, "many"),
    ],
)
def test_what_is_no_reading_names_its_line(text, line, reason):
    with pytest.raises(ReadingsError) as error:
        parse_readings(text)
    assert (error.value.line, error.value.reason) == (line, reason)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        found = parse_readings(text)
    except ReadingsError:
        return
    assert found
    assert all(each.ct is None or 0 < each.ct <= 50 for each in found)


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ([None, None], "negative"),
        ([None, 40.0], "negative"),
        ([None, 35.0], "positive"),
        ([39.9, None], "doubtful"),
        ([35.1, 12.0], "positive"),
    ],
)
def test_the_limits_decide(values, result):
    readings = [Reading(str(number), ct) for number, ct in enumerate(values)]
    assert result_of(readings, LIMITS) == result


@pytest.mark.parametrize(
    ("positive", "negative", "is_good"),
    [(22.0, None, True), (30.0, 40.0, True), (30.1, None, False), (None, None, False), (22.0, 39.9, False)],
)
def test_failed_controls_void_the_run(positive, negative, is_good):
    assert are_controls_good(positive, negative, LIMITS) is is_good
