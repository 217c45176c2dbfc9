"""Changing the tree of agencies, through treebeard's manager API only."""

from typing import TYPE_CHECKING, Any

from django.db import transaction

from oversite.base.agencies.models import Agency, Department
from oversite.base.agencies.queries import is_inside, ties
from oversite.base.audit.actions import record
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

CHANGEABLE = ("name", "name_en", "kind", "level", "address", "phone")


@transaction.atomic
def create_agency(
    actor: "User | None",
    *,
    parent: Agency | None,
    code: str,
    name: str,
    kind: str,
    level: int,
    name_en: str = "",
    address: str = "",
    phone: str = "",
) -> Agency:
    """Add an agency below `parent`, or a root when the installation itself asks (actor none).

    Raises `Refused` when the actor may not, the parent lies outside their subtree or is closed, or the code is taken.
    """
    _require_change(actor, parent)
    if parent is not None and not parent.is_active:
        raise Refused("agencies.parent.closed", _("The superior agency is closed. Choose another."), status=409)
    if Agency.objects.filter(code=code).exists():
        raise Refused(
            "agencies.code.taken", _("This agency code is taken. Choose another."), status=422, data={"code": code}
        )
    values = {
        "code": code,
        "name": name,
        "name_en": name_en,
        "kind": kind,
        "level": level,
        "address": address,
        "phone": phone,
    }
    # a fresh copy of the parent: treebeard counts children on the instance it is given
    agency: Agency = (
        Agency.objects.add_child(Agency.objects.get(pk=parent.pk), values)
        if parent is not None
        else Agency.objects.add_root(values)
    )
    record(
        "agencies.agency.created",
        actor=actor,
        subject=agency,
        data={"code": code, "parent": parent.code if parent else "", "kind": kind, "level": level},
        clause="A4.1",
    )
    return agency


@transaction.atomic
def change_agency(actor: "User | None", agency: Agency, **values: Any) -> Agency:
    """Change the facts named in `CHANGEABLE`; the code is permanent, because the audit names agencies by it.

    Raises `TypeError` for any other name, `Refused` when the actor may not.
    """
    _require_change(actor, agency)
    if unknown := set(values) - set(CHANGEABLE):
        raise TypeError(f"not changeable: {sorted(unknown)}")
    return _changed(actor, agency, values)


@transaction.atomic
def change_contact(actor: "User", agency: Agency, *, address: str, phone: str) -> Agency:
    """Change how the actor's own agency is reached: what its certificates and records print.

    Raises `Refused` for any other agency, which its superior changes.
    """
    actor.require("agencies.contact", "A4.1")
    if agency.pk != actor.agency_id:
        raise Refused(
            "agencies.agency.not_own",
            _("This is not your own agency. Its own administrator changes this, or the agency above it."),
            "A4.1",
            403,
        )
    return _changed(actor, agency, {"address": address, "phone": phone})


def _changed(actor: "User | None", agency: Agency, values: dict[str, Any]) -> Agency:
    fresh: Agency = Agency.objects.select_for_update().get(pk=agency.pk)
    changes = {name: [getattr(fresh, name), value] for name, value in values.items() if getattr(fresh, name) != value}
    if changes:
        for name, value in values.items():
            setattr(fresh, name, value)
        fresh.save(update_fields=list(changes))
        record("agencies.agency.changed", actor=actor, subject=fresh, data=changes, clause="A4.1")
    return fresh


@transaction.atomic
def move_agency(actor: "User | None", agency: Agency, parent: Agency) -> Agency:
    """Put `agency`, with everything below it, under another superior agency.

    Raises `Refused` when the actor may not change both, the agency is their own or a root, or `parent` lies below it.
    """
    _require_change(actor, agency)
    _require_change(actor, parent)
    fresh, target = Agency.objects.get(pk=agency.pk), Agency.objects.get(pk=parent.pk)
    if fresh.is_root() or (actor is not None and actor.agency_id == fresh.pk):
        raise Refused(
            "agencies.move.own", _("Your own agency cannot be moved. Ask the superior agency to do it."), status=409
        )
    if is_inside(target, fresh):
        raise Refused(
            "agencies.move.below_itself", _("An agency cannot stand below itself. Choose another superior."), status=422
        )
    former: Agency = Agency.objects.get_parent(fresh)
    if former.pk != target.pk:
        Agency.objects.move(fresh, target, "last-child")
    moved: Agency = Agency.objects.get(pk=agency.pk)
    if former.pk != target.pk:
        data = {"from": former.code, "to": target.code}
        record("agencies.agency.moved", actor=actor, subject=moved, data=data, clause="A4.1")
    return moved


@transaction.atomic
def close_agency(actor: "User | None", agency: Agency, reason: str) -> Agency:
    """Take an agency out of use; it stays in the tree and in every record.

    Raises `Refused` while it has active agencies below it, or other active things (slot `TIES`).
    """
    _require_change(actor, agency)
    fresh: Agency = Agency.objects.select_for_update().get(pk=agency.pk)
    if Agency.objects.get_children(fresh).filter(is_active=True).exists():
        raise Refused(
            "agencies.close.children",
            _("There are agencies in use below it. Close or move them first."),
            status=409,
            data={"agency": fresh.code},
        )
    if left := ties(fresh):
        listed = "、".join(f"{label} {count}" for label, count in left)
        raise Refused(
            "agencies.close.ties",
            _("Still in use at this agency: %(listed)s. Move or disable them first.") % {"listed": listed},
            status=409,
            data={"agency": fresh.code},
        )
    if fresh.is_active:
        fresh.is_active = False
        fresh.save(update_fields=["is_active"])
        record("agencies.agency.closed", actor=actor, subject=fresh, data={"reason": reason})
    return fresh


@transaction.atomic
def reopen_agency(actor: "User | None", agency: Agency, reason: str) -> Agency:
    """Take a closed agency into use again."""
    _require_change(actor, agency)
    fresh: Agency = Agency.objects.select_for_update().get(pk=agency.pk)
    if not fresh.is_active:
        fresh.is_active = True
        fresh.save(update_fields=["is_active"])
        record("agencies.agency.reopened", actor=actor, subject=fresh, data={"reason": reason})
    return fresh


@transaction.atomic
def create_department(actor: "User | None", agency: Agency, *, key: str, name: str) -> Department:
    """Add a department (req: DEP); `key` is what steps are routed by: technical, prevention, discipline …"""
    _require_change(actor, agency)
    if Department.objects.filter(agency=agency, key=key).exists():
        raise Refused(
            "agencies.department.taken", _("The agency has such a department already."), status=422, data={"key": key}
        )
    department = Department.objects.create(agency=agency, key=key, name=name)
    record("agencies.department.created", actor=actor, subject=agency, data={"key": key, "name": name}, clause="DEP")
    return department


@transaction.atomic
def rename_department(actor: "User | None", department: Department, name: str) -> Department:
    """Give a department another name; its key is permanent."""
    _require_change(actor, department.agency)
    if department.name != name:
        record(
            "agencies.department.renamed",
            actor=actor,
            subject=department.agency,
            data={"key": department.key, "name": [department.name, name]},
            clause="DEP",
        )
        department.name = name
        department.save(update_fields=["name"])
    return department


def _require_change(actor: "User | None", agency: Agency | None) -> None:
    """Raise `Refused` unless `actor` may change `agency`; one outside their subtree does not exist for them."""
    if actor is None:
        return
    actor.require("agencies.change", "A4.1")
    if agency is None or not is_inside(agency, actor.agency):
        raise Refused(
            "agencies.agency.outside",
            _("This agency is not in your subtree."),
            "A4.1",
            404,
            {"agency": agency.code if agency else ""},
        )
