"""Reading pools: the gap report, and the proof that every number is in exactly one place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum

from oversite.base.numbers.holders import Holder
from oversite.base.numbers.models import Allotment, Block, Number, Pool


@dataclass(frozen=True, slots=True)
class Balance:
    """What became of the numbers of a pool, or of one holder's share: counts by state."""

    unused: int = 0
    issued: int = 0
    void: int = 0
    lost: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.unused + self.issued + self.void + self.lost


@dataclass(frozen=True, slots=True)
class GapReport:
    """`balance` of the pool and of each holder; `faults` names every number that is nowhere or in two places."""

    pool: Pool
    balance: Balance
    holders: dict[Holder, Balance]
    faults: tuple[str, ...]

    @property
    def is_balanced(self) -> bool:
        """Whether every number is in exactly one place and the sums agree with the size of the pool."""
        return not self.faults and self.balance.total == self.pool.size


def gap_report(pool: Pool) -> GapReport:
    """Count every number of the pool and prove that none is lost from the books (req: Q1)."""
    counts: dict[Holder, dict[str, int]] = {}
    unused = Block.objects.filter(pool=pool).values("holder_kind", "holder_id")
    for row in unused.annotate(number=Sum(F("last") - F("first") + 1)).order_by("holder_kind", "holder_id"):
        counts.setdefault(Holder(row["holder_kind"], row["holder_id"]), {})["unused"] = row["number"]
    used = Number.objects.filter(pool=pool).values("holder_kind", "holder_id", "state")
    for row in used.annotate(number=Count("id")).order_by("holder_kind", "holder_id", "state"):
        counts.setdefault(Holder(row["holder_kind"], row["holder_id"]), {})[row["state"]] = row["number"]
    holders = {holder: Balance(**states) for holder, states in counts.items()}
    return GapReport(pool, _sum(holders), holders, tuple(_faults(pool)))


def _sum(holders: dict[Holder, Balance]) -> Balance:
    return Balance(
        unused=sum(balance.unused for balance in holders.values()),
        issued=sum(balance.issued for balance in holders.values()),
        void=sum(balance.void for balance in holders.values()),
        lost=sum(balance.lost for balance in holders.values()),
    )


FAULTS_SHOWN = 100


def _faults(pool: Pool) -> Iterator[str]:
    """Walk over the pool once, in order, and name what is missing or doubled; at most `FAULTS_SHOWN`."""
    expected, shown = pool.first, 0
    for first, last in _places(pool):
        if shown >= FAULTS_SHOWN:
            return
        if first > expected:
            shown += 1
            yield f"{pool.text(expected)}–{pool.text(first - 1)}: in no place"
        elif first < expected:
            shown += 1
            yield f"{pool.text(first)}–{pool.text(min(last, expected - 1))}: in two places, or outside the pool"
        expected = max(expected, last + 1)
    if expected <= pool.last:
        yield f"{pool.text(expected)}–{pool.text(pool.last)}: in no place"
    elif expected > pool.last + 1:
        yield f"{pool.text(pool.last + 1)}–{pool.text(expected - 1)}: outside the pool"


def _places(pool: Pool) -> Iterator[tuple[int, int]]:
    blocks = Block.objects.filter(pool=pool).order_by("first").values_list("first", "last").iterator()
    values = Number.objects.filter(pool=pool).order_by("value").values_list("value", "value").iterator()
    return merge(blocks, values)


def pools_of(holders: Iterable[Holder]) -> QuerySet[Pool]:
    """The pools of which one of these has or had numbers; the holders are of one kind (req: A4.1)."""
    found = list(holders)
    kinds, ids = {holder.kind for holder in found}, [holder.id for holder in found]
    rows = {"pool": OuterRef("pk"), "holder_kind__in": kinds, "holder_id__in": ids}
    return Pool.objects.filter(Exists(Block.objects.filter(**rows)) | Exists(Number.objects.filter(**rows)))


def handed_over(pool: Pool) -> dict[tuple[Holder, Holder], int]:
    """(giver, receiver) → how many numbers went from the one to the other, back and forth counted apart."""
    rows = Allotment.objects.filter(pool=pool).values_list("from_kind", "from_id", "to_kind", "to_id")
    counted = rows.annotate(number=Sum(F("last") - F("first") + 1)).order_by("from_kind", "from_id", "to_kind", "to_id")
    return {(Holder(*row[:2]), Holder(*row[2:4])): row[4] for row in counted}


def handovers(pool: Pool) -> QuerySet[Allotment]:
    """Every range that changed hands, the first one first."""
    return Allotment.objects.filter(pool=pool).order_by("id")


def spoilt_numbers(pool: Pool) -> QuerySet[Number]:
    """The numbers that are void or lost, with reason and hand."""
    return Number.objects.filter(pool=pool, state__in=(Number.State.VOID, Number.State.LOST)).order_by("value")


def unused_count(pool: Pool, holder: Holder) -> int:
    """How many unused numbers a holder has."""
    blocks = Block.objects.filter(pool=pool, holder_kind=holder.kind, holder_id=holder.id)
    return blocks.aggregate(number=Sum(F("last") - F("first") + 1))["number"] or 0


def unused_in(pool: Pool) -> int:
    """How many numbers of a pool nobody has used."""
    return Block.objects.filter(pool=pool).aggregate(number=Sum(F("last") - F("first") + 1))["number"] or 0


def holders() -> set[Holder]:
    """Everybody who has or had numbers of any pool."""
    rows = (model.objects.values_list("holder_kind", "holder_id").distinct().order_by() for model in (Block, Number))
    return {Holder(kind, holder_id) for found in rows for kind, holder_id in found}


def number_of(pool_key: str, text: str) -> Number | None:
    """The number printed as `text`, where it has left the unused ones."""
    return Number.objects.filter(pool__key=pool_key, text=text).first()


def numbers_used(pool_key: str) -> dict[str, set[str]]:
    """The numbers of a pool that have left the unused ones, by state, as they are printed."""
    used: dict[str, set[str]] = {state: set() for state in Number.State.values}
    for text, state in Number.objects.filter(pool__key=pool_key).values_list("text", "state"):
        used[state].add(text)
    return used


def unbalanced_pools() -> list[GapReport]:
    """The pools whose books do not balance, for `oversite fsck`."""
    return [report for pool in Pool.objects.all() if not (report := gap_report(pool)).is_balanced]
