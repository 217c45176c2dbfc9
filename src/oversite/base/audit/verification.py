"""Finding what somebody changed beneath the chain, and saying it in words."""

from collections.abc import Iterator
from dataclasses import dataclass, field

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
            ChainProblem("trigger", 0, f"trigger {name} is missing: the database does not protect the chain")
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
        missing = f"row {expected}" if position == expected + 1 else f"rows {expected} to {position - 1}"
        yield ChainProblem("removed", expected, f"{missing} were removed: the chain goes on with {position}")
    if entry_hash(entry) != entry.hash:
        origin = _origin_of(entry)
        if origin:
            yield ChainProblem("moved", position, f"row {position} stood at {origin} when it was written")
        else:
            yield ChainProblem("changed", position, f"row {position} was changed: its content does not fit its hash")
    elif position == expected and entry.previous_hash != before:
        yield ChainProblem(
            "broken-link",
            position,
            f"row {position} does not follow row {position - 1}: row {position - 1} was rewritten, "
            f"or row {position} was put in",
        )


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
        yield ChainProblem("head", report.last_position, "the head row is missing")
    elif head.position > report.last_position:
        yield ChainProblem(
            "truncated",
            report.last_position,
            f"the end was cut off: the head says {head.position}, the last row is {report.last_position}",
        )
    elif head.position < report.last_position:
        yield ChainProblem(
            "head",
            head.position,
            f"rows after {head.position} were put in past the head, or the head was set back",
        )
    elif head.hash != report.last_hash:
        yield ChainProblem("head", head.position, "the head's hash is not that of the last row")


def _outside_problems(report: ChainReport) -> Iterator[ChainProblem]:
    for line in head_lines():
        if line.fault or line.head is None:
            yield ChainProblem("outside", 0, f"heads.jsonl line {line.number}: {line.fault}")
            continue
        report.heads_checked += 1
        head = line.head
        if head.position == 0:
            continue
        found = Entry.objects.filter(position=head.position).values_list("hash", flat=True).first()
        if head.position > report.last_position:
            yield ChainProblem(
                "truncated",
                report.last_position,
                f"the end was cut off: the head kept outside at {head.at} says {head.position}, "
                f"the last row is {report.last_position}",
            )
        elif found is not None and found != head.hash:
            yield ChainProblem(
                "rewritten",
                head.position,
                f"row {head.position} is not the one whose head was kept outside at {head.at}: "
                "the chain was rewritten before it or there",
            )
