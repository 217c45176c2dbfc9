"""Opening pools, handing ranges on, drawing numbers, and declaring them void or lost.

Each is one transaction under the lock of the pool. Draw before `audit.record`: locks are taken in one order.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db import models, transaction

from oversite.base.audit.actions import record
from oversite.base.numbers.holders import INSTALLATION, Holder
from oversite.base.numbers.models import Allotment, Block, Number, Pool
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

__all__ = [
    "INSTALLATION",
    "Holder",
    "allot",
    "draw",
    "draw_value",
    "lock_pool",
    "open_pool",
    "spoil",
    "withdraw",
]

MARK_MAX = 10_000
"""Numbers that are declared void or lost in one act at most."""


@transaction.atomic
def open_pool(
    key: str,
    *,
    title: object,
    width: int,
    first: int = 1,
    last: int | None = None,
    prefix: str = "",
    suffix: str = "",
    holder: Holder = INSTALLATION,
) -> Pool:
    """The pool called `key`, opened with all its numbers in the hand of `holder` unless it is open already.

    `last` is by default the largest number of `width` digits. Raises `ValueError` for a range that does not fit.
    """
    last = 10**width - 1 if last is None else last
    if not 0 <= first <= last < 10**width:
        raise ValueError(f"numbers {first} to {last} do not fit into {width} digits")
    now = clock.now()
    Pool.objects.bulk_create(
        [
            Pool(
                key=key,
                title=str(title),
                prefix=prefix,
                suffix=suffix,
                width=width,
                first=first,
                last=last,
                opened_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    pool = lock_pool(key)
    if not pool.blocks.exists() and not pool.numbers.exists():
        _note_allotment(pool, Holder("", ""), holder, pool.first, pool.last)
        _add_block(pool, holder, pool.first, pool.last)
    return pool


def lock_pool(pool: Pool | str) -> Pool:
    """The pool, locked until the transaction ends; raises `Refused` where there is none."""
    where = {"key": pool} if isinstance(pool, str) else {"pk": pool.pk}
    locked = Pool.objects.select_for_update().filter(**where).first()
    if locked is None:
        raise Refused("numbers.pool.unknown", _("There is no such pool of numbers."), status=404)
    return locked


@transaction.atomic
def allot(actor: "User | None", pool: Pool | str, giver: Holder, receiver: Holder, count: int) -> list[Block]:
    """Hand the lowest `count` unused numbers of `giver` to `receiver`, or back; gives the ranges.

    Raises `Refused` when the giver has not so many: nothing is handed over then. Who may is judged by the app whose
    numbers they are.
    """
    pool = lock_pool(pool)
    if count < 1 or giver == receiver:
        raise Refused("numbers.allotment.empty", _("Give at least one number, to somebody else."), status=400)
    blocks = []
    for first, last in _cut(pool, giver, count):
        blocks.append(_add_block(pool, receiver, first, last))
        _note_allotment(pool, giver, receiver, first, last)
    record(
        "numbers.allotted",
        actor=actor,
        subject=pool,
        data={
            "from": [giver.kind, giver.id],
            "to": [receiver.kind, receiver.id],
            "ranges": [[block.first, block.last] for block in blocks],
        },
        clause="Q1",
    )
    return blocks


@transaction.atomic
def draw(pool: Pool | str, holder: Holder = INSTALLATION, subject: models.Model | tuple[str, str] = ("", "")) -> Number:
    """Take the lowest unused number of `holder` for `subject`: used once, never again.

    Part of the act that needs the number and of its audit row: if the act does not happen, the number stays unused.
    Raises `Refused` when the holder has none left.
    """
    pool = lock_pool(pool)
    [(value, _last)] = _cut(pool, holder, 1)
    return _leave(pool, holder, value, Number.State.ISSUED, "", _subject(subject))


@transaction.atomic
def draw_value(
    pool: Pool | str, value: int, holder: Holder = INSTALLATION, subject: models.Model | tuple[str, str] = ("", "")
) -> Number:
    """Take one particular unused number of `holder`, such as that on a sheet of printed paper.

    Raises `Refused` when it is not an unused number of this holder.
    """
    pool = lock_pool(pool)
    _cut_range(pool, holder, value, value)
    return _leave(pool, holder, value, Number.State.ISSUED, "", _subject(subject))


@transaction.atomic
def withdraw(actor: "User | None", number: Number, state: str, reason: str) -> Number:
    """Declare an issued number void or lost; it stays in sight and is never used again.

    Raises `Refused` without a reason, or when it is void or lost already.
    """
    _require_reason(state, reason)
    lock_pool(number.pool)
    number = Number.objects.select_for_update().get(pk=number.pk)
    if number.state != Number.State.ISSUED:
        raise Refused(
            "numbers.number.final",
            _("Number %(number)s is %(state)s already; that is final.")
            % {"number": number.text, "state": number.get_state_display()},
            status=409,
        )
    number.state, number.reason, number.changed_at = state, reason[:200], clock.now()
    number.save(update_fields=["state", "reason", "changed_at"])
    record(f"numbers.{state}", actor=actor, subject=number, data={"text": number.text, "reason": reason}, clause="Q1")
    return number


@transaction.atomic
def spoil(
    actor: "User | None", pool: Pool | str, holder: Holder, first: int, last: int, state: str, reason: str
) -> int:
    """Declare unused numbers void or lost, such as a pad of forms that was stolen; gives how many.

    Raises `Refused` without a reason, for more than `MARK_MAX` at once, and unless all of them are unused numbers of
    this holder: then nothing is changed.
    """
    _require_reason(state, reason)
    if not 1 <= last - first + 1 <= MARK_MAX:
        raise Refused(
            "numbers.range.size",
            _("Name between 1 and %(most)s numbers, the first not above the last.") % {"most": MARK_MAX},
            status=400,
        )
    pool = lock_pool(pool)
    _cut_range(pool, holder, first, last)
    for value in range(first, last + 1):
        _leave(pool, holder, value, state, reason, ("", ""))
    record(
        f"numbers.{state}",
        actor=actor,
        subject=pool,
        data={"holder": [holder.kind, holder.id], "first": first, "last": last, "reason": reason},
        clause="Q1",
    )
    return last - first + 1


def _leave(pool: Pool, holder: Holder, value: int, state: str, reason: str, subject: tuple[str, str]) -> Number:
    now = clock.now()
    return Number.objects.create(
        pool=pool,
        value=value,
        text=pool.text(value),
        state=state,
        holder_kind=holder.kind,
        holder_id=holder.id,
        subject_kind=subject[0],
        subject_id=subject[1],
        reason=reason[:200],
        drawn_at=now,
        changed_at=now,
    )


def _cut(pool: Pool, holder: Holder, count: int) -> list[tuple[int, int]]:
    """Take the lowest `count` numbers out of the holder's blocks; gives the ranges taken."""
    taken = list(_lowest(pool, holder, count))
    missing = count - sum(last - first + 1 for first, last in taken)
    if missing:
        raise Refused(
            "numbers.pool.exhausted",
            _("%(pool)s: %(missing)s numbers are missing. Ask the agency above for more numbers.")
            % {"pool": pool.title, "missing": missing},
            clause="Q1",
            status=409,
            data={"pool": pool.key, "holder": [holder.kind, holder.id], "missing": missing},
        )
    for first, last in taken:
        _cut_range(pool, holder, first, last)
    return taken


def _lowest(pool: Pool, holder: Holder, count: int) -> Iterator[tuple[int, int]]:
    blocks = Block.objects.filter(pool=pool, holder_kind=holder.kind, holder_id=holder.id).order_by("first")
    for block in blocks.iterator(chunk_size=100):
        if count <= 0:
            return
        last = min(block.last, block.first + count - 1)
        yield block.first, last
        count -= last - block.first + 1


def _cut_range(pool: Pool, holder: Holder, first: int, last: int) -> None:
    """Take exactly `first` to `last` out of one block of the holder; raises `Refused` where it is not in one."""
    block = Block.objects.filter(
        pool=pool, holder_kind=holder.kind, holder_id=holder.id, first__lte=first, last__gte=last
    ).first()
    if block is None:
        raise Refused(
            "numbers.range.not_unused",
            _("Not all of %(first)s to %(last)s are unused numbers in this hand.")
            % {"first": pool.text(first), "last": pool.text(last)},
            clause="Q1",
            status=409,
        )
    before, after = (block.first, first - 1), (last + 1, block.last)
    block.delete()
    for rest_first, rest_last in (before, after):
        if rest_first <= rest_last:
            _add_block(pool, holder, rest_first, rest_last)


def _add_block(pool: Pool, holder: Holder, first: int, last: int) -> Block:
    return Block.objects.create(pool=pool, holder_kind=holder.kind, holder_id=holder.id, first=first, last=last)


def _note_allotment(pool: Pool, giver: Holder, receiver: Holder, first: int, last: int) -> None:
    Allotment.objects.create(
        pool=pool,
        from_kind=giver.kind,
        from_id=giver.id,
        to_kind=receiver.kind,
        to_id=receiver.id,
        first=first,
        last=last,
        at=clock.now(),
    )


def _subject(subject: models.Model | tuple[str, str]) -> tuple[str, str]:
    return subject if isinstance(subject, tuple) else (subject._meta.label_lower, str(subject.pk))


def _require_reason(state: str, reason: str) -> None:
    if state not in {Number.State.VOID, Number.State.LOST}:
        raise ValueError(state)
    if not reason.strip():
        raise Refused("numbers.reason.missing", _("Say why; the reason stays with the number."), "Q1", 400)
