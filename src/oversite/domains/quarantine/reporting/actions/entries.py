"""Records for Internet+Supervision: made, corrected, taken back; an incomplete one is kept with what it lacks."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.reporting import queries
from oversite.domains.quarantine.reporting.models import Entry
from oversite.domains.quarantine.reporting.standard import Fault, datasets, faults_of

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency


@transaction.atomic
def save_entry(
    actor: "User | None",
    key: str,
    values: Mapping[str, str],
    *,
    agency: "Agency",
    entry: Entry | None = None,
    subject: tuple[str, str] = ("", ""),
) -> Entry:
    """Make or correct a record; with faults it stays incomplete, without any it waits for the next delivery.

    Raises `Refused` for a record that was sent and has no answer yet, that was taken back, for a number that is taken,
    and for changing the number of a record that the other side knows.
    """
    if actor is not None:
        actor.require(queries.CHANGE)
    rules = queries.dataset_in_force(key)
    own = {rule.column: str(values.get(rule.column, "")).strip() for rule in rules.fields}
    code = own[rules.key_column]
    entry = _locked(entry) if entry else Entry(dataset=key, agency=agency)
    _check(entry, key, code)
    faults = faults_of(rules, own, queries.is_known)
    before = {name: value for name, value in entry.values.items() if own.get(name) != value}
    entry.code, entry.title = code[:100], (own[rules.title_column] or code)[:500]
    entry.values, entry.refusal = own, ""
    entry.faults = kept_faults(faults)
    entry.state = Entry.State.INCOMPLETE if faults else Entry.State.READY
    entry.wanted = Entry.Operation.UPDATE if entry.is_known_there else Entry.Operation.INSERT
    entry.changed_at = clock.now()
    entry.edited_by = actor.name if actor and not subject[0] else entry.edited_by
    if subject[0]:
        entry.subject_kind, entry.subject_id = subject
    entry.save()
    data = {"dataset": key, "code": code, "before": before, "faults": [fault.column for fault in faults]}
    record("quarantine.entry.saved", actor=actor, subject=entry, data=data, clause="Q3")
    return entry


def kept_faults(faults: Iterable[Fault]) -> list[list[Any]]:
    """Faults as a record keeps them."""
    return [[fault.column, fault.reason, dict(fault.facts)] for fault in faults]


def _locked(entry: Entry) -> Entry:
    return Entry.objects.select_for_update().get(pk=entry.pk)


def _check(entry: Entry, key: str, code: str) -> None:
    if not code:
        raise Refused("quarantine.entry.code", _("The record needs its number."), "Q3", 422)
    if entry.state == Entry.State.SENT:
        raise Refused(
            "quarantine.entry.sent",
            _("This record was sent and has no receipt yet. Wait for the receipt, then correct it."),
            "Q3",
            409,
        )
    if entry.state == Entry.State.WITHDRAWN:
        raise Refused("quarantine.entry.withdrawn", _("This record was taken back."), "Q3", 409)
    if entry.is_known_there and entry.code != code:
        raise Refused(
            "quarantine.entry.known", _("The other side knows this record by its number; that stays."), "Q3", 409
        )
    if Entry.objects.filter(dataset=key, code=code).exclude(pk=entry.pk).exists():
        raise Refused("quarantine.entry.taken", _("This number is used by another record. Open that one."), "Q3", 409)


@transaction.atomic
def withdraw_entry(actor: "User", entry: Entry, reason: str) -> Entry:
    """Take a record back: at once where the other side never knew it, else with the next delivery (operation d).

    Raises `Refused` while a penalty or a coercion refers to it.
    """
    actor.require(queries.CHANGE)
    entry = _locked(entry)
    _check(entry, entry.dataset, entry.code)
    referring = _referring(entry)
    if referring is not None:
        raise Refused(
            "quarantine.entry.referred",
            _("“%(other)s” refers to this record. Take that one back first.") % {"other": referring.code},
            "Q3",
            409,
        )
    if entry.is_known_there:
        entry.state, entry.wanted = Entry.State.READY, Entry.Operation.DELETE
    else:
        entry.state, entry.wanted = Entry.State.WITHDRAWN, ""
    entry.changed_at, entry.edited_by = clock.now(), actor.name
    entry.save()
    record("quarantine.entry.withdrawn", actor=actor, subject=entry, data={"reason": reason}, clause="Q3")
    return entry


def _referring(entry: Entry) -> Entry | None:
    for each in datasets().values():
        for rule in each.fields:
            if rule.link == entry.dataset:
                rows = Entry.objects.filter(dataset=each.key, **{f"values__{rule.column}": entry.code})
                if found := rows.exclude(state=Entry.State.WITHDRAWN).first():
                    return found
    return None
