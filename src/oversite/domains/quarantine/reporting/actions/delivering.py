"""Batches: what is sent under one number, and what the receipt says of each record."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.base.jobs.actions import submit_job
from oversite.base.numbers.actions import draw, open_pool
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.reporting import payload, queries
from oversite.domains.quarantine.reporting.actions.entries import kept_faults
from oversite.domains.quarantine.reporting.models import Batch, BatchItem, Entry
from oversite.domains.quarantine.reporting.standard import dataset, faults_of
from oversite.domains.quarantine.rules.queries import setting

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

MOST_RECORDS = 1000
"""Records of one batch; the rest goes with the next one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receipt says of one record, named by its `cd_id`."""

    is_accepted: bool
    column: str = ""
    reason: str = ""


def make_batch(actor: "User", key: str, way: str) -> Batch:
    """Put every record of a dataset that waits in the actor's subtree into one batch; over HTTP a job delivers it.

    A record whose link the other side does not know yet waits for a later batch; one that a newer code list speaks
    against becomes incomplete. Raises `Refused` where nothing can be sent, or no address is set.
    """
    actor.require(queries.DELIVER)
    _judge_anew(actor, key)
    return _make(actor, key, way)


@transaction.atomic
def _judge_anew(actor: "User", key: str) -> None:
    """A record was judged when it was kept; the code lists in force may be others today."""
    rules = queries.dataset_in_force(key)
    ready = queries.entries(actor, key, queries.DELIVER).filter(state=Entry.State.READY)
    for entry in ready.exclude(wanted=Entry.Operation.DELETE).select_for_update(of=("self",)):
        if faults := faults_of(rules, entry.values, queries.is_known):
            entry.state, entry.faults = Entry.State.INCOMPLETE, kept_faults(faults)
            entry.save(update_fields=["state", "faults"])


@transaction.atomic
def _make(actor: "User", key: str, way: str) -> Batch:
    if way == Batch.Way.HTTP and not setting("exchange.address"):
        raise Refused(
            "quarantine.batch.address",
            _("No address for deliveries is set. Enter it among the dated figures, or deliver as a file."),
            "Q3",
            409,
        )
    now = clock.now()
    day = now.astimezone(clock.BEIJING).strftime("%Y%m%d")
    number = draw(open_pool(f"quarantine.batch.{day}", title=f"{day}批次号", prefix=day, width=5)).text
    ready = queries.entries(actor, key, queries.DELIVER).filter(state=Entry.State.READY).order_by("id")
    chosen = [entry for entry in ready.select_for_update(of=("self",)) if _is_link_known(entry)][:MOST_RECORDS]
    if not chosen:
        raise Refused("quarantine.batch.empty", _("There is nothing to send in this dataset."), "Q3", 409)
    batch = Batch.objects.create(
        number=number, dataset=key, agency=actor.agency, way=way, made_at=now, made_by=actor.name
    )
    BatchItem.objects.bulk_create(
        [BatchItem(batch=batch, entry=entry, operation=entry.wanted, values=entry.values) for entry in chosen]
    )
    Entry.objects.filter(pk__in=[entry.pk for entry in chosen]).update(state=Entry.State.SENT)
    batch.sha256 = hashlib.sha256(payload.file_of(batch)).hexdigest()
    batch.save(update_fields=["sha256"])
    data = {"dataset": key, "records": len(chosen), "way": way, "sha256": batch.sha256}
    record("quarantine.batch.made", actor=actor, subject=batch, data=data, clause="Q3")
    if way == Batch.Way.HTTP:
        _submit(batch)
    return batch


def _is_link_known(entry: Entry) -> bool:
    for rule in dataset(entry.dataset).fields:
        code = entry.values.get(rule.column, "") if rule.link else ""
        if code and not Entry.objects.filter(dataset=rule.link, code=code, is_known_there=True).exists():
            return False
    return True


def _submit(batch: Batch) -> None:
    from oversite.domains.quarantine.reporting.tasks import ATTEMPTS, deliver

    submit_job(
        deliver,
        {"batch_id": batch.pk},
        title=f"{batch.number} {dataset(batch.dataset).label_zh}",
        key=f"{queries.job_key(batch)}{batch.attempts}",
        attempts_max=ATTEMPTS,
    )


@transaction.atomic
def deliver_again(actor: "User", batch: Batch) -> Batch:
    """Deliver a batch that did not arrive once more, under its own number."""
    actor.require(queries.DELIVER)
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != Batch.State.FAILED:
        raise Refused("quarantine.batch.state", _("Only a batch that was not delivered is sent again."), "Q3", 409)
    batch.state = Batch.State.MADE
    batch.save(update_fields=["state"])
    record("quarantine.batch.again", actor=actor, subject=batch, data={"attempts": batch.attempts}, clause="Q3")
    _submit(batch)
    return batch


@transaction.atomic
def note_delivered(actor: "User | None", batch: Batch) -> Batch:
    """A batch has arrived, or its file was taken; a second time changes nothing."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state in (Batch.State.MADE, Batch.State.FAILED):
        batch.state, batch.delivered_at, batch.last_error = Batch.State.DELIVERED, clock.now(), ""
        batch.save()
        record("quarantine.batch.delivered", actor=actor, subject=batch, data={"way": batch.way}, clause="Q3")
    return batch


@transaction.atomic
def note_failed(batch: Batch, error: str, *, is_final: bool) -> None:
    """An attempt over HTTP failed; after the last one a person decides."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    batch.attempts, batch.last_error = batch.attempts + 1, error[:300]
    if is_final and batch.state == Batch.State.MADE:
        batch.state = Batch.State.FAILED
        data = {"attempts": batch.attempts, "error": error[:300]}
        record("quarantine.batch.failed", actor=None, subject=batch, data=data, clause="Q3")
    batch.save()


@transaction.atomic
def settle_batch(actor: "User | None", batch: Batch, answers: Mapping[str, Answer]) -> Batch:
    """Take a receipt: what was accepted is known there, what was refused goes back with the reason.

    A receipt may come in parts and twice; what is answered already stays. Raises `Refused` for records that are not
    in the batch.
    """
    if actor is not None:
        actor.require(queries.DELIVER)
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    items = {item.entry.uid.hex: item for item in batch.items.select_related("entry")}
    if strangers := sorted(set(answers) - set(items)):
        raise Refused(
            "quarantine.batch.stranger",
            _("The receipt names a record that is not in this batch: %(record)s.") % {"record": strangers[0][:40]},
            "Q3",
            422,
        )
    counted = {"accepted": 0, "refused": 0}
    for cd_id, answer in answers.items():
        item = items[cd_id]
        if item.outcome == BatchItem.Outcome.WAITING:
            _settle(item, answer)
            counted["accepted" if answer.is_accepted else "refused"] += 1
    if not batch.items.filter(outcome=BatchItem.Outcome.WAITING).exists() and batch.state != Batch.State.SETTLED:
        batch.state, batch.settled_at = Batch.State.SETTLED, clock.now()
        batch.delivered_at = batch.delivered_at or batch.settled_at
        batch.save()
    record("quarantine.batch.receipt", actor=actor, subject=batch, data=counted, clause="Q3")
    return batch


def _settle(item: BatchItem, answer: Answer) -> None:
    entry = item.entry
    item.outcome = BatchItem.Outcome.ACCEPTED if answer.is_accepted else BatchItem.Outcome.REFUSED
    item.column, item.reason = answer.column[:60], answer.reason[:500]
    item.save()
    if not answer.is_accepted:
        entry.state, entry.refusal = Entry.State.REFUSED, answer.reason[:500]
        if any(rule.column == answer.column for rule in dataset(entry.dataset).fields):
            entry.faults = [[answer.column, "there", {"reason": answer.reason[:300]}]]
    elif item.operation == Entry.Operation.DELETE:
        entry.state, entry.wanted, entry.is_known_there = Entry.State.WITHDRAWN, "", False
    else:
        entry.state, entry.wanted, entry.is_known_there = Entry.State.ACCEPTED, "", True
        entry.faults, entry.refusal = [], ""
    entry.save()
