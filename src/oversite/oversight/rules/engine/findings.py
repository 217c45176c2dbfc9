"""What an evaluation finds: per rule and area one outcome, with the cameras that decide it."""

from dataclasses import dataclass
from enum import StrEnum

from oversite.oversight.rules.engine.words import Label

NOTHING = Label("", "")


class Outcome(StrEnum):
    """The five outcomes."""

    MET = "met"
    NOT_MET = "not_met"
    JUDGEMENT = "judgement"
    NOT_APPLICABLE = "not_applicable"
    GOVERNED_ELSEWHERE = "governed_elsewhere"


@dataclass(frozen=True, slots=True)
class Loss:
    """A camera of a key area whose loss uncovers something (in both languages) or breaks rules (their ids; req: C4).

    What it uncovers needs another camera that surely sees it; that it breaks a rule is only told, as every camera that
    must stand somewhere does so.
    """

    camera: str
    uncovers: Label = NOTHING
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict; `area` "" is the site itself.

    `cameras` meet the rule, or fall short of it; `look_at` are those that an officer should open; `missing` says in
    one sentence what is missing, `reason` why it is not applicable, governed elsewhere or the officer's; of a key area
    `reason` tells besides which rules the loss of a camera breaks.
    """

    rule: str
    book: str
    clause: tuple[str, ...]
    area: str
    outcome: Outcome
    title: Label
    cameras: tuple[str, ...] = ()
    look_at: tuple[str, ...] = ()
    missing: Label = NOTHING
    reason: Label = NOTHING
    losses: tuple[Loss, ...] = ()
