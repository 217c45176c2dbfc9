"""Finding what somebody changed beneath the chain, and saying it in words."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from oversite.base.audit.chain import entry_hash
from oversite.base.audit.heads import head_lines
from oversite.base.audit.models import GENESIS, Entry, Head
from oversite.base.audit.triggers import missing_triggers

CHUNK = 2000
MAX_PROBLEMS = 200
"""A chain rewritten from its beginning would otherwise name every row."""


@dataclass(frozen=True, slots=True)
class ChainProblem:
    """One finding; `kind` is permanent: changed, moved, removed, broken-link, head, truncated, rewritten, outside,
    trigger."""

    kind: str
    position: int
    text: str


@dataclass
class ChainReport:
    """What a check found; `is_sound` only when nothing was."""

    rows: int = 0
    last_position: int = 0
    last_hash: str = GENESIS
    heads_checked: int = 0
    problems: list[ChainProblem] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether the chain is whole."""
        return not self.problems


def check_chain() -> ChainReport:
    """Read the whole chain, the head row, the heads kept outside and the triggers.

    Reads in chunks of `CHUNK`; stops naming problems after `MAX_PROBLEMS`.
    """
    report = ChainReport()
    before = GENESIS
    for entry in Entry.objects.order_by("position").iterator(chunk_size=CHUNK):
        _note(report, _row_problems(entry, report.last_position + 1, before))
        report.rows += 1
        report.last_position, before = entry.position, entry.hash
    report.last_hash = before
    _note(report, _head_problems(report))
    _note(report, _outside_problems(report))
    _note(
        report,
        (
            ChainProblem("trigger", 0, _("The trigger %(name)s of the database is missing.") % {"name": name})
            for name in missing_triggers()
        ),
    )
    return report


def _note(report: ChainReport, problems: Iterator[ChainProblem]) -> None:
    for problem in problems:
        if len(report.problems) < MAX_PROBLEMS:
            report.problems.append(problem)


def _row_problems(entry: Entry, expected: int, before: str) -> Iterator[ChainProblem]:
    position = entry.position
    if position > expected:
        text = _("Rows %(first)s to %(last)s were removed: the chain goes on with %(next)s.")
        values = {"first": expected, "last": position - 1, "next": position}
        yield ChainProblem("removed", expected, text % values)
    if entry_hash(entry) != entry.hash:
        origin = _origin_of(entry)
        if origin:
            text = _("Row %(row)s stood at %(origin)s when it was written.")
            yield ChainProblem("moved", position, text % {"row": position, "origin": origin})
        else:
            text = _("Row %(row)s was changed: its content does not fit its hash.")
            yield ChainProblem("changed", position, text % {"row": position})
    elif position == expected and entry.previous_hash != before:
        text = _("Row %(row)s does not follow row %(before)s: one was rewritten, or %(row)s was put in.")
        yield ChainProblem("broken-link", position, text % {"row": position, "before": position - 1})


def _origin_of(entry: Entry) -> int:
    """The position at which the row's content fits its hash, or 0."""
    before = Entry.objects.filter(hash=entry.previous_hash).values_list("position", flat=True).first()
    origin = 1 if entry.previous_hash == GENESIS else (before or 0) + 1
    moved = Entry(**{f.attname: getattr(entry, f.attname) for f in Entry._meta.concrete_fields})
    for candidate in (origin, origin - 1, origin + 1):
        moved.position = candidate
        if candidate not in {0, entry.position} and entry_hash(moved) == entry.hash:
            return candidate
    return 0


def _head_problems(report: ChainReport) -> Iterator[ChainProblem]:
    head = Head.objects.filter(id=1).first()
    if head is None:
        yield ChainProblem("head", report.last_position, _("The head row is missing."))
    elif head.position > report.last_position:
        text = _("The end was cut off: the head says %(head)s, the last row is %(last)s.")
        values = {"head": head.position, "last": report.last_position}
        yield ChainProblem("truncated", report.last_position, text % values)
    elif head.position < report.last_position:
        text = _("Rows after %(head)s were put in past the head, or the head was set back.")
        yield ChainProblem("head", head.position, text % {"head": head.position})
    elif head.hash != report.last_hash:
        yield ChainProblem("head", head.position, _("The hash of the head is not that of the last row."))


def _outside_problems(report: ChainReport) -> Iterator[ChainProblem]:
    for line in head_lines():
        if line.fault or line.head is None:
            yield ChainProblem("outside", line.number, f"heads.jsonl:{line.number} {line.fault}")
            continue
        report.heads_checked += 1
        head = line.head
        if head.position == 0:
            continue
        found = Entry.objects.filter(position=head.position).values_list("hash", flat=True).first()
        if head.position > report.last_position:
            text = _("The end was cut off: the head kept outside says %(head)s, the last row is %(last)s.")
            values = {"head": head.position, "last": report.last_position}
            yield ChainProblem("truncated", report.last_position, text % values)
        elif found is not None and found != head.hash:
            text = _("Row %(row)s is not the one whose head was kept outside: the chain was rewritten there or before.")
            yield ChainProblem("rewritten", head.position, text % {"row": head.position})
