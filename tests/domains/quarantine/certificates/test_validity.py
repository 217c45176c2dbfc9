"""Validity is computed from the instant of issue, in Beijing's calendar."""

from datetime import UTC, datetime

import pytest

from oversite.domains.quarantine.certificates.validity import Mode, ValidityRule, valid_until

BEFORE_MIDNIGHT = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Beijing
AT_MIDNIGHT = datetime(2026, 11, 22, 16, 0, 0, tzinfo=UTC)


@pytest.mark.req("Q1")
def test_the_same_day_ends_at_midnight_in_beijing() -> None:
    rule = ValidityRule(Mode.CALENDAR_DAY)
    assert valid_until(rule, BEFORE_MIDNIGHT) == BEFORE_MIDNIGHT
    assert valid_until(rule, AT_MIDNIGHT) == datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)


def test_days_of_travel_count_the_day_of_issue() -> None:
    rule = ValidityRule(Mode.DAYS, 5)
    assert valid_until(rule, BEFORE_MIDNIGHT, 1) == BEFORE_MIDNIGHT
    assert valid_until(rule, BEFORE_MIDNIGHT, 5) == datetime(2026, 11, 26, 15, 59, 59, tzinfo=UTC)


def test_twenty_four_hours_differ_from_the_day() -> None:
    assert valid_until(ValidityRule(Mode.HOURS24), AT_MIDNIGHT) == datetime(2026, 11, 23, 16, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("days", [0, 6, -1])
def test_days_beyond_the_rule_are_refused(days: int) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        valid_until(ValidityRule(Mode.DAYS, 5), AT_MIDNIGHT, days)
