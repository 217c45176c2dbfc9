"""Keeping the rules: everything dated is entered anew, nothing that was in force is changed (req: Q14)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.changes import applied
from oversite.domains.quarantine.rules.codes import CodeListError, read_codes, written_codes
from oversite.domains.quarantine.rules.models import (
    MOST_VALUE,
    Disease,
    FarmCategory,
    MustRule,
    Named,
    Procedure,
    ProcedureEntry,
    Setting,
    Species,
)
from oversite.domains.quarantine.rules.queries import named, today
from oversite.domains.quarantine.rules.slots import SETTINGS

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

CHANGE = "quarantine.rules.change"
NAMED = ("key", "name_zh", "name_en", "source", "is_active")
FIELDS: dict[type[Named], tuple[str, ...]] = {
    Species: (*NAMED, "latin", "group", "is_marine", "unit", "is_catalogued"),
    Disease: (*NAMED, "grade"),
    FarmCategory: (*NAMED, "order"),
}
PROCEDURE_FIELDS = ("group", "title", "document", "effective_on", "source", "note")
ENTRY_FIELDS = ("disease", "is_whole_group", "needs_test", "period_days", "method", "source")


@transaction.atomic
def save_named(actor: "User | None", row: Named, values: Mapping[str, Any]) -> Named:
    """Add or change a species, a disease or a farm category; raises `Refused` where the key is taken."""
    _require(actor)
    kind = type(row)
    changes = applied(row, values, FIELDS[kind])
    if named(kind).filter(key=row.key).exclude(pk=row.pk).exists():
        raise Refused("quarantine.rules.key", _("This key is taken. Choose another."), "Q14", 409)
    if changes:
        row.save()
        record("quarantine.rules.changed", actor=actor, subject=row, data={"key": row.key, **changes}, clause="Q14")
    return row


@transaction.atomic
def draft_procedure(actor: "User | None", procedure: Procedure | None, values: Mapping[str, Any]) -> Procedure:
    """Begin a version of a procedure, or change one that is still a draft."""
    _require(actor)
    if procedure is not None:
        _require_draft(procedure)
    procedure = procedure or Procedure()
    changes = applied(procedure, values, PROCEDURE_FIELDS)
    others = Procedure.objects.filter(group=procedure.group, effective_on=procedure.effective_on)
    if others.exclude(pk=procedure.pk).exists():
        raise Refused(
            "quarantine.rules.day_taken",
            _("There is a version of this procedure in force from that day already. Choose another day."),
            "Q14",
            409,
        )
    procedure.save()
    record("quarantine.procedure.drafted", actor=actor, subject=procedure, data=dict(changes), clause="Q14")
    return procedure


@transaction.atomic
def save_entry(
    actor: "User | None",
    procedure: Procedure,
    entry: ProcedureEntry | None,
    values: Mapping[str, Any],
    species: Iterable[Species] = (),
) -> ProcedureEntry:
    """Add or change what a draft asks for one disease; it names species, or every one of its group."""
    _require(actor)
    _require_draft(procedure)
    entry = entry or ProcedureEntry(procedure=procedure)
    changes = applied(entry, values, ENTRY_FIELDS)
    chosen = list(species)
    if not chosen and not entry.is_whole_group:
        raise Refused(
            "quarantine.rules.no_species", _("Name the species, or tick every species of the group."), "Q14", 422
        )
    if procedure.entries.filter(disease=entry.disease).exclude(pk=entry.pk).exists():
        raise Refused("quarantine.rules.disease_twice", _("This disease is in the procedure already."), "Q14", 409)
    entry.save()
    entry.species.set(chosen)
    data = {"species": [each.key for each in chosen], **changes}
    record("quarantine.procedure.drafted", actor=actor, subject=procedure, data=data, clause="Q14")
    return entry


@transaction.atomic
def remove_entry(actor: "User | None", entry: ProcedureEntry) -> None:
    """Take a disease out of a draft."""
    _require(actor)
    _require_draft(entry.procedure)
    data = {"removed": entry.disease.key}
    record("quarantine.procedure.drafted", actor=actor, subject=entry.procedure, data=data, clause="Q14")
    entry.delete()


@transaction.atomic
def publish_procedure(actor: "User | None", procedure: Procedure) -> Procedure:
    """Put a draft in force from its day on; from then on it stays as it is. The version before ends on that day."""
    _require(actor)
    _require_draft(procedure)
    if not procedure.entries.exists():
        raise Refused(
            "quarantine.rules.empty", _("The procedure names no disease yet. Enter what it asks for."), "Q14", 409
        )
    Procedure.objects.filter(
        group=procedure.group,
        state=Procedure.State.PUBLISHED,
        effective_on__lt=procedure.effective_on,
        ends_on=None,
    ).update(ends_on=procedure.effective_on)
    procedure.state = Procedure.State.PUBLISHED
    procedure.save(update_fields=["state"])
    data = {"title": procedure.title, "effective_on": procedure.effective_on, "source": procedure.source}
    record("quarantine.procedure.published", actor=actor, subject=procedure, data=data, clause="Q14")
    return procedure


@transaction.atomic
def repeal_procedure(actor: "User | None", procedure: Procedure, ends_on: date, reason: str) -> Procedure:
    """Say from which day a published procedure no longer holds; it cannot be said of a day before its own first."""
    _require(actor)
    if procedure.state != Procedure.State.PUBLISHED or ends_on <= procedure.effective_on:
        raise Refused(
            "quarantine.rules.repeal", _("A procedure is repealed on a day after it came into force."), "Q14", 422
        )
    procedure.ends_on = ends_on
    procedure.save(update_fields=["ends_on"])
    data = {"ends_on": ends_on, "reason": reason}
    record("quarantine.procedure.repealed", actor=actor, subject=procedure, data=data, clause="Q14")
    return procedure


@transaction.atomic
def enter_setting(
    actor: "User | None", key: str, value: str, *, effective_on: date, source: str, note: str = ""
) -> Setting:
    """Enter a value of a dated figure, from today or a later day on: what was decided under the old one stays right."""
    _require(actor)
    kind = SETTINGS[key]
    value = _fitting(kind.kind, value)
    if actor is not None and effective_on < today():
        raise Refused("quarantine.rules.past", _("A figure is entered for today or a later day."), "Q14", 422)
    row = Setting.objects.filter(key=key, effective_on=effective_on).first() or Setting(
        key=key, effective_on=effective_on
    )
    before = row.value
    row.value, row.source, row.note, row.is_shipped = value, source, note, False
    row.entered_by = actor.name if actor else ""
    row.save()
    data = {"key": key, "value": [before, value], "effective_on": effective_on, "source": source}
    record("quarantine.setting.entered", actor=actor, subject=row, data=data, clause="Q14")
    return row


@transaction.atomic
def enter_must(actor: "User | None", values: Mapping[str, Any]) -> MustRule:
    """Enter a wording of a must from a day on; it takes the place of the one before."""
    _require(actor)
    rule = MustRule()
    applied(rule, values, ("condition", "label", "years", "effective_on", "ends_on", "source"))
    if MustRule.objects.filter(condition=rule.condition, effective_on=rule.effective_on).exists():
        raise Refused(
            "quarantine.rules.day_taken", _("This condition has a wording from that day already."), "Q14", 409
        )
    rule.save()
    record("quarantine.must.entered", actor=actor, subject=rule, data={"condition": rule.condition}, clause="Q14")
    return rule


@transaction.atomic
def end_must(actor: "User | None", rule: MustRule, reason: str) -> MustRule:
    """A must no longer holds from today on."""
    _require(actor)
    rule.ends_on = today()
    rule.save(update_fields=["ends_on"])
    record("quarantine.must.ended", actor=actor, subject=rule, data={"reason": reason}, clause="Q14")
    return rule


def _fitting(kind: str, value: str) -> str:
    """The value as it is kept; raises `Refused` where it is none of its kind."""
    if kind == "codes":
        try:
            return written_codes(read_codes(value))
        except CodeListError as error:
            raise Refused(
                "quarantine.rules.codes",
                _("Each line holds a code, a space and its word, and a code stands only once. Correct “%(line)s”.")
                % {"line": str(error)},
                "Q14",
                422,
            ) from error
    if kind == "number":
        fits = value.isascii() and value.isdigit() and len(value) <= 9
    else:
        fits = value in {"yes", "no"} if kind == "yes-no" else bool(value.strip())
    if not fits or len(value) > MOST_VALUE:
        raise Refused("quarantine.rules.value", _("This figure is a whole number, or yes or no."), "Q14", 422)
    return value


def _require(actor: "User | None") -> None:
    if actor is not None:
        actor.require(CHANGE, "Q14")


def _require_draft(procedure: Procedure) -> None:
    if procedure.state != Procedure.State.DRAFT:
        raise Refused(
            "quarantine.rules.published",
            _("This version is published and stays as it is. Draft a new version from a later day on."),
            "Q14",
            409,
        )
