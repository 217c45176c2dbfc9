"""Appending to the chain: the one way in which an act becomes provable."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Model

from oversite.base.audit.chain import canonical_json, entry_hash
from oversite.base.audit.heads import OutsideHead, append_head
from oversite.base.audit.models import Entry, Head
from oversite.base.audit.origin import current_origin
from oversite.base.audit.queries import subject_key
from oversite.base.audit.refusals import LIMIT
from oversite.base.audit.slots import ACTS
from oversite.base.audit.verification import ChainReport, check_chain
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import stored

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from oversite.base.accounts.models import User

    Actor = User | AnonymousUser | None

Subject = Model | tuple[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One row to be written by `record_many`; the fields mean what the arguments of `record` mean."""

    act: str
    actor: "Actor" = None
    subject: Subject = None
    data: Mapping[str, object] = field(default_factory=dict)
    clause: str = ""
    outcome: str = Entry.Outcome.DONE


def record(
    act: str,
    *,
    actor: "Actor",
    subject: Subject = None,
    data: Mapping[str, object] | None = None,
    clause: str = "",
    outcome: str = Entry.Outcome.DONE,
) -> Entry:
    """Append one row inside the caller's transaction: if it cannot be written, the act does not happen.

    `act` is a key of the slot `ACTS` (a refusal carries the code of its `Refused` instead); `actor` none means the
    installation itself. The head of the chain stays locked until the caller's transaction ends.
    Raises `RuntimeError` outside a transaction, `ValueError` for an act that nobody plugged in.
    """
    row = Act(act=act, actor=actor, subject=subject, data=data or {}, clause=clause, outcome=outcome)
    return record_many([row])[0]


def record_many(acts: Iterable[Act]) -> list[Entry]:
    """Append rows in order under one lock and one insert; see `record`."""
    entries = [_entry(act) for act in acts]
    if not entries:
        return []
    if not connection.in_atomic_block:
        raise RuntimeError("audit rows are written inside the transaction of the act")
    head = Head.objects.select_for_update().get(id=1)
    position, previous = head.position, head.hash
    for entry in entries:
        position += 1
        entry.position, entry.previous_hash = position, previous
        previous = entry.hash = entry_hash(entry)
    Entry.objects.bulk_create(entries)
    Head.objects.filter(id=1).update(position=position, hash=previous)
    return entries


def _entry(act: Act) -> Entry:
    if act.outcome == Entry.Outcome.DONE and act.act not in ACTS:
        raise ValueError(f"no act is called {act.act!r}: plug its text into audit.slots.ACTS")
    kind, subject_id, text = subject_key(act.subject)
    person = act.actor if act.actor is not None and act.actor.is_authenticated else None
    agency = getattr(person, "agency", None)
    return Entry(
        at=clock.now(),
        act=act.act[:80],
        outcome=act.outcome,
        actor=getattr(person, "username", ""),
        actor_name=getattr(person, "name", ""),
        agency_code=getattr(agency, "code", ""),
        agency_name=getattr(agency, "name", ""),
        origin=f"{current_origin()} {getattr(person, 'token_prefix', '')}".strip()[:60],
        subject_kind=kind,
        subject_id=subject_id,
        subject_text=text,
        clause=act.clause[:60],
        data_text=canonical_json(act.data),
    )


def record_refusal(refused: Refused, *, actor: "Actor", subject: Subject = None) -> Entry | None:
    """Write the row of a refusal in a new transaction; none when the actor has had too many within a minute.

    The act of the row is the code of the refusal; its message goes into the data as text and parameters, for readers
    of any language. Unfit input (`Refused.is_slip`) leaves no row: nobody was kept from anything.
    """
    if refused.is_slip:
        return None
    key = f"{getattr(actor, 'pk', None) or current_origin()}"
    left_out = LIMIT.admit(key, time.monotonic())
    if left_out is None:
        return None
    data: dict[str, object] = {**refused.data, "message": stored(refused.message)}
    if left_out:
        data["refusals_left_out_before"] = left_out
    with transaction.atomic():
        return record(
            refused.code,
            actor=actor,
            subject=subject,
            data=data,
            clause=refused.clause,
            outcome=Entry.Outcome.REFUSED,
        )


def keep_head(actor: "Actor" = None) -> OutsideHead:
    """Write the present head outside the database, then record that it was kept; called daily by a job.

    The file comes first: a row that is lost with its transaction must not leave a head that nothing follows.
    """
    head = Head.objects.get(id=1)
    kept = append_head(clock.now().isoformat(), head.position, head.hash)
    with transaction.atomic():
        record("audit.head.kept", actor=actor, data={"position": kept.position, "hash": kept.hash})
    return kept


def verify_chain(actor: "Actor" = None) -> ChainReport:
    """Check the whole chain and record that it was checked, and with what result."""
    report = check_chain()
    with transaction.atomic():
        record(
            "audit.chain.checked",
            actor=actor,
            data={
                "rows": report.rows,
                "position": report.last_position,
                "problems": [f"{problem.kind}: {problem.text}" for problem in report.problems[:20]],
            },
        )
    return report
