"""Who may steer a camera: the policies in full, as tables (req: A4.2, C9.1, C9.2).

A table answers one question: somebody (row) asks for a camera that is free or that somebody (column) holds. Pure:
no clock, no database; `tests/video/control/test_policies.py` has one case per cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ON_SITE_LEVEL = 3
"""The level of supervision that sits at the site; deeper levels count as this one."""


class Policy(StrEnum):
    """Which table holds: plugged in per site class, or given by the camera's control right."""

    LEVELS = "levels"
    FARM = "farm"
    CUSTOMS_PRIMARY = "customs-primary"
    CUSTOMS_EXCLUSIVE = "customs-exclusive"


class Answer(StrEnum):
    """What happens when the row asks while the column holds."""

    GRANT = "grant"  # nobody holds it
    TAKE = "take"  # takes over at once
    SPECIAL = "special"  # takes over only under a declared special circumstance, with its reason
    WAIT = "wait"  # refused until the holder lets go or the lease ends
    NEVER = "never"  # refused whoever holds it


@dataclass(frozen=True, slots=True)
class Party:
    """One side of the question: level of supervision (1 national … 3 on site), kind of body, and special or not.

    `is_operator` is the supervised body itself; `is_special` says that a holder took over under a declared special
    circumstance.
    """

    level: int
    is_customs: bool = False
    is_operator: bool = False
    is_special: bool = False


FREE = "free"

# Rows ask, columns hold. `L1*` and `L2*` hold under a declared special circumstance.
_FARM = """
            free    L1      L2      L3      L1*     L2*     operator
L1          grant   wait    take    special wait    special take
L2          grant   wait    wait    special wait    wait    take
L3          grant   take    take    wait    wait    wait    take
operator    grant   wait    wait    wait    wait    wait    wait
"""

# `below`, `equal` and `above`: a customs holder of a lower, the same or a higher level than the one who asks.
_CUSTOMS_PRIMARY = """
            free    below   equal   above   other
customs     grant   special wait    wait    take
other       grant   wait    wait    wait    wait
"""

_CUSTOMS_EXCLUSIVE = """
            free    below   equal   above   other
customs     grant   special wait    wait    take
other       never   never   never   never   never
"""

_LEVELS = """
            free    below   equal   above   operator
supervisor  grant   special wait    wait    take
operator    grant   wait    wait    wait    wait
"""


def _table(text: str) -> Mapping[tuple[str, str], Answer]:
    head, *rows = (line.split() for line in text.strip().splitlines())
    return {(row[0], column): Answer(cell) for row in rows for column, cell in zip(head, row[1:], strict=True)}


TABLES: Mapping[Policy, Mapping[tuple[str, str], Answer]] = {
    Policy.FARM: _table(_FARM),
    Policy.CUSTOMS_PRIMARY: _table(_CUSTOMS_PRIMARY),
    Policy.CUSTOMS_EXCLUSIVE: _table(_CUSTOMS_EXCLUSIVE),
    Policy.LEVELS: _table(_LEVELS),
}

CLAUSES: Mapping[Policy, str] = {
    Policy.FARM: "A4.2",
    Policy.CUSTOMS_PRIMARY: "C9.2",
    Policy.CUSTOMS_EXCLUSIVE: "C9.1",
    Policy.LEVELS: "",
}


def answer(policy: Policy, claimant: Party, holder: Party | None) -> Answer:
    """What the policy says when `claimant` asks for a camera that `holder` (or nobody) steers."""
    if policy is Policy.FARM:
        return TABLES[policy][_farm_name(claimant, as_holder=False), _farm_name(holder, as_holder=True)]
    row = _row(policy, claimant)
    return TABLES[policy][row, _column(policy, claimant, holder)]


def _farm_name(party: Party | None, *, as_holder: bool) -> str:
    if party is None:
        return FREE
    if party.is_operator:
        return "operator"
    level = min(max(party.level, 1), ON_SITE_LEVEL)
    starred = as_holder and party.is_special and level < ON_SITE_LEVEL
    return f"L{level}{'*' if starred else ''}"


def _row(policy: Policy, claimant: Party) -> str:
    if policy is Policy.LEVELS:
        return "operator" if claimant.is_operator else "supervisor"
    return "customs" if claimant.is_customs else "other"


def _column(policy: Policy, claimant: Party, holder: Party | None) -> str:
    if holder is None:
        return FREE
    if policy is Policy.LEVELS and holder.is_operator:
        return "operator"
    if policy is not Policy.LEVELS and not holder.is_customs:
        return "other"
    if holder.level == claimant.level:
        return "equal"
    return "above" if holder.level < claimant.level else "below"
