"""The balance of certificate numbers down the tree: what each hand got is somewhere (req: Q1).

For each hand: received = handed on + unused + issued + void + lost; for each hand with all below it: received = unused
+ issued + void + lost.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _t
from xlsxwriter import Workbook

from oversite.base.numbers.actions import Holder
from oversite.base.numbers.queries import Balance, GapReport, gap_report, handed_over, handovers, spoilt_numbers
from oversite.common import clock
from oversite.domains.quarantine.certificates import holders
from oversite.domains.quarantine.certificates.holders import Hand

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.numbers.models import Pool


@dataclass(frozen=True, slots=True)
class Line:
    """One hand, what came back taken off: what it got from outside, and handed on to those below.

    `into` is what it and all below got from outside; `own` is what it has, `below` that with all below.
    """

    hand: Hand
    depth: int
    received: int
    handed_on: int
    into: int
    own: Balance
    below: Balance

    @property
    def is_balanced(self) -> bool:
        """Whether both sums agree."""
        return self.received == self.handed_on + self.own.total and self.into == self.below.total


@dataclass(frozen=True, slots=True)
class Report:
    """The lines of a user's subtree in the order of the tree, and the gap report of the whole pool."""

    pool: "Pool"
    gaps: GapReport
    lines: Sequence[Line]

    @property
    def is_balanced(self) -> bool:
        """Whether every number is in exactly one place and every line agrees."""
        return self.gaps.is_balanced and all(line.is_balanced for line in self.lines)


def report(user: "User", pool: "Pool") -> Report:
    """Count what every hand of the user's subtree got, handed on, and has."""
    gaps, moved = gap_report(pool), handed_over(pool)
    placed = list(holders.tree(user))
    inside: dict[Holder, list[Holder]] = {}
    for hand, above, _depth in placed:
        if above is not None:
            inside.setdefault(above, []).append(hand.holder)
    return Report(pool, gaps, [_line(hand, depth, gaps, moved, inside) for hand, _above, depth in placed])


def _line(
    hand: Hand,
    depth: int,
    gaps: GapReport,
    moved: dict[tuple[Holder, Holder], int],
    inside: dict[Holder, list[Holder]],
) -> Line:
    own, all_below = hand.holder, set(_all_below(hand.holder, inside))
    received = handed_on = into = 0
    for (giver, taker), count in moved.items():
        received += count * ((taker == own and giver not in all_below) - (giver == own and taker not in all_below))
        handed_on += count * ((giver == own and taker in all_below) - (taker == own and giver in all_below))
        into += count * ((taker in all_below) - (giver in all_below))
    below = _sum(gaps.holders.get(each, Balance()) for each in all_below)
    return Line(hand, depth, received, handed_on, into, gaps.holders.get(own, Balance()), below)


def _all_below(holder: Holder, inside: dict[Holder, list[Holder]]) -> Iterator[Holder]:
    yield holder
    for child in inside.get(holder, []):
        yield from _all_below(child, inside)


def _sum(balances: Iterable[Balance]) -> Balance:
    unused = issued = void = lost = 0
    for each in balances:
        unused, issued, void, lost = unused + each.unused, issued + each.issued, void + each.void, lost + each.lost
    return Balance(unused, issued, void, lost)


def write_report(stream: IO[bytes], found: Report) -> None:
    """The report as an Excel workbook: the balance, every range that changed hands, every void or lost number."""
    names = {line.hand.holder: line.hand.name for line in found.lines}
    with Workbook(stream, {"strings_to_formulas": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E9EDF2", "bottom": 1})
        _sheet(book, head, _t("Number balance"), balance_heads(), [_cells(line) for line in found.lines])
        pool = found.pool
        ranges: list[list[object]] = [
            [
                names.get(Holder(row.from_kind, row.from_id), ""),
                names.get(Holder(row.to_kind, row.to_id), ""),
                pool.text(row.first),
                pool.text(row.last),
                row.last - row.first + 1,
                clock.beijing_text(row.at),
            ]
            for row in handovers(pool)
            if {Holder(row.from_kind, row.from_id), Holder(row.to_kind, row.to_id)} & names.keys()
        ]
        heads = [_t("From hand"), _t("To hand"), _t("First number"), _t("Last number"), _t("How many"), _t("At time")]
        _sheet(book, head, _t("Handed on"), heads, ranges)
        spoilt: list[list[object]] = [
            [row.text, row.get_state_display(), names[holder], row.reason, clock.beijing_text(row.changed_at)]
            for row in spoilt_numbers(pool)
            if (holder := Holder(row.holder_kind, row.holder_id)) in names
        ]
        heads = [_t("Number"), _t("State"), _t("Holder"), _t("Reason"), _t("At time")]
        _sheet(book, head, _t("Void or lost"), heads, spoilt)


def balance_heads() -> list[str]:
    """The columns of the balance."""
    own = [_t("numbers taken in"), _t("handed on"), _t("unused"), _t("issued"), _t("void"), _t("lost")]
    below = [_t("%(state)s, with all below") % {"state": name} for name in own[2:]]
    return [_t("Holder"), *own, *below, _t("balanced")]


def _cells(line: Line) -> list[object]:
    own = [line.own.unused, line.own.issued, line.own.void, line.own.lost]
    below = [line.below.unused, line.below.issued, line.below.void, line.below.lost]
    balanced = _t("yes") if line.is_balanced else _t("no")
    return ["　" * line.depth + line.hand.name, line.received, line.handed_on, *own, *below, balanced]


def _sheet(book: Any, head: Any, title: str, heads: list[str], rows: list[list[object]]) -> None:
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, len(heads) - 1, 16)
    table: list[list[object]] = [[*heads], *rows]
    for number, cells in enumerate(table):
        for column, cell in enumerate(cells):
            write = sheet.write_number if isinstance(cell, int) else sheet.write_string
            write(number, column, cell, None if number else head)
