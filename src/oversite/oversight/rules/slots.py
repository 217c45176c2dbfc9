"""What is plugged into rules: the folders of the rulebooks, and what a planned camera is called."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from oversite.base.sites.slots import SiteClass
from oversite.common.slots import Slot
from oversite.oversight.rules.engine.citation import CitationForms, citation_text
from oversite.oversight.rules.engine.loading import read_book, read_citation
from oversite.oversight.rules.engine.vocabulary import INNER_SORTS

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from oversite.base.accounts.models import User
    from oversite.base.sites.models import Site
    from oversite.video.cameras.models import Camera

RULEBOOKS: Slot[Path] = Slot("rulebooks")
"""The folder of each rulebook, one per version; see docs/ref/rulebook-format.md."""


class PlannedLabel(TypedDict):
    """What a planned camera is called: its code, the lines on its picture, its notices (`{kind, size}`).

    `is_allotted`: the code is that of a position which has it for good already.
    """

    code: str | None
    is_allotted: bool
    screen_text: list[str] | None
    sign: list[dict[str, str]]


PLAN_LABELS: Slot[Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], Sequence[PlannedLabel]]] = Slot(
    "labels of planned cameras"
)
"""By book: (site, planned cameras) to the label of each camera; nothing is stored."""


@dataclass(frozen=True, slots=True)
class PlanSpot:
    """A line of the construction list: its code where it has one, the camera that is it, where it hangs in words."""

    spec: Mapping[str, Any]
    code: str = ""
    camera: "Camera | None" = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do before a plan is made, in one sentence; `links` are (what it is called, where it is done)."""

    text: "str | Promise"
    links: Sequence[tuple["str | Promise", str]] = ()


PLAN_ADVICE: Slot[Callable[["User", "Site"], Advice | None]] = Slot("advice before a plan")
"""By book: (reader, site) to what codes and names of planned cameras still want; none where nothing is missing."""


@dataclass(frozen=True, slots=True)
class PlanCoder:
    """Who gives planned cameras their codes.

    `allot(actor, site, every line of the construction list)` gives the code of each for good, or raises `Refused`;
    positions that were planned before and are in the list no more are given up. `why_not(reader, site)` says why this
    user cannot have codes allotted there, "" where they can.
    """

    allot: Callable[["User", "Site", Sequence[PlanSpot]], Sequence[str]]
    why_not: Callable[["User", "Site"], "str | Promise"]


PLAN_CODES: Slot[PlanCoder] = Slot("codes of planned cameras")
"""By book."""
PLAN_BUILT: Slot[Callable[["Site", Sequence[PlanSpot]], int]] = Slot("planned cameras that are built")
"""By book: (site, lines with code and camera): the hardware hangs there now; gives how many came newly."""


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """Facts that a domain's own register knows: of the site, and of its cameras by their uid."""

    site: Mapping[str, bool | int | str]
    cameras: Mapping[str, Mapping[str, bool | int | str]]


REGISTERED_FACTS: Slot[Callable[["Site"], KnownFacts]] = Slot("registered facts")
"""By book: what is registered of a site stands before what was declared by hand."""


@cache
def _citation(folder: Path) -> CitationForms:
    return read_citation(folder)


def cited(folder: Path, clause: str) -> tuple[str, str]:
    """A clause of the book of a folder as its document cites itself, in Chinese and English; other text as it is."""
    label = citation_text(clause, _citation(folder))
    return label.zh, label.en


def class_words(folder: Path) -> dict[str, SiteClass]:
    """The classes of sites that a book knows, with their kinds of areas, as `base.sites` wants them.

    A site's own kinds come first; behind them those of the functional areas that may stand inside any site (C3).
    """
    book = read_book(folder)
    vocabulary = book.vocabulary
    inner = [word for word, each in vocabulary.classes.items() if each.sort in INNER_SORTS]
    found = {}
    for word, each in vocabulary.classes.items():
        kinds = dict.fromkeys(kind for at in (word, *inner) for kind in book.area_kinds(at))
        labels = ((kind, vocabulary.areas[kind].label) for kind in kinds)
        found[word] = SiteClass(
            each.label.zh, each.label.en, tuple((kind, label.zh, label.en) for kind, label in labels)
        )
    return found
