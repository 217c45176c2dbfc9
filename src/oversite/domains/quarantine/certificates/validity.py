"""How long a certificate is valid: computed once, at issue, and stored (req: Q1)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from oversite.common.clock import BEIJING


class Mode(StrEnum):
    """By days of travel; until the end of the day of issue in Beijing; for 24 hours."""

    DAYS = "days"
    CALENDAR_DAY = "calendar_day"
    HOURS24 = "hours24"


@dataclass(frozen=True, slots=True)
class ValidityRule:
    """The rule of one template: `most_days` counts the day of issue and matters by days of travel only."""

    mode: Mode
    most_days: int = 1


def valid_until(rule: ValidityRule, issued_at: datetime, days: int = 1) -> datetime:
    """The last instant of validity, in the zone of `issued_at`'s instant, whole seconds.

    By days of travel: to the end of the last of `days` days in Beijing, the day of issue being the first. Raises
    `ValueError` where `days` is not 1 to the rule's most.
    """
    if rule.mode is Mode.HOURS24:
        return (issued_at + timedelta(hours=24)).replace(microsecond=0)
    if rule.mode is Mode.CALENDAR_DAY:
        days = 1
    elif not 1 <= days <= rule.most_days:
        raise ValueError(f"{days} days are not 1 to {rule.most_days}")
    last = issued_at.astimezone(BEIJING).date() + timedelta(days=days - 1)
    return datetime.combine(last, time(23, 59, 59), BEIJING).astimezone(issued_at.tzinfo)
