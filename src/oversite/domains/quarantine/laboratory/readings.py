"""Raw values of tests: reading them from what the tester types, and what they say (req: Q8)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

MOST_READINGS: Final = 200
MOST_CT: Final = 50.0
NOTHING: Final = frozenset({"-", "—", "无", "未检出", "n/a", "na", "nd", "none", "no", "undetermined"})
LINE: Final = re.compile(r"\s*([^\s,，:：]{1,40})[\s,，:：\t]+(\S{1,20})\s*")

Result = Literal["negative", "positive", "doubtful"]


class ReadingsError(ValueError):
    """A line that is no reading; `line` counts from 1."""

    def __init__(self, line: int, reason: Literal["form", "range", "twice", "many", "none"]) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


@dataclass(frozen=True, slots=True)
class Reading:
    """One well: its name, and the cycle at which it amplified, or none."""

    name: str
    ct: float | None


@dataclass(frozen=True, slots=True)
class Limits:
    """Up to `positive` a Ct is positive, from `negative` on negative; the positive control amplifies by `control`."""

    positive: float
    negative: float
    control: float


def parse_readings(text: str) -> list[Reading]:
    """The readings of a text, one per line: name, then a Ct value or a word for none. Raises `ReadingsError`."""
    found: dict[str, Reading] = {}
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise ReadingsError(1, "none")
    if len(lines) > MOST_READINGS:
        raise ReadingsError(MOST_READINGS + 1, "many")
    for number, line in lines:
        match = LINE.fullmatch(line)
        if match is None:
            raise ReadingsError(number, "form")
        name = match[1]
        if name in found:
            raise ReadingsError(number, "twice")
        found[name] = Reading(name, _ct(match[2], number))
    return list(found.values())


def _ct(word: str, line: int) -> float | None:
    if word.lower() in NOTHING:
        return None
    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,3})?", word):
        raise ReadingsError(line, "form")
    value = float(word)
    if not 0 < value <= MOST_CT:
        raise ReadingsError(line, "range")
    return value


def result_of(readings: Sequence[Reading], limits: Limits) -> Result:
    """What the values say together: one positive is enough; a value between the limits is to be repeated."""
    amplified = [reading.ct for reading in readings if reading.ct is not None]
    if any(ct <= limits.positive for ct in amplified):
        return "positive"
    return "doubtful" if any(ct < limits.negative for ct in amplified) else "negative"


def are_controls_good(positive: float | None, negative: float | None, limits: Limits) -> bool:
    """Whether the run counts at all: the positive control amplified in time, the negative one did not."""
    is_positive_good = positive is not None and positive <= limits.control
    return is_positive_good and (negative is None or negative >= limits.negative)
