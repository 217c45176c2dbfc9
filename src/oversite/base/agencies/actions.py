"""Changing the tree of agencies, through treebeard's manager API only."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from oversite.base.agencies.models import Agency
from oversite.base.audit.actions import record
from oversite.common.errors import Refused

if TYPE_CHECKING:
    from oversite.base.accounts.models import User


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

    Raises `Refused` when the actor may not, the parent lies outside their subtree, or the code is taken.
    """
    if actor is not None:
        require_change(actor, parent)
    if Agency.objects.filter(code=code).exists():
        raise Refused(
            "agencies.code.taken", _("This agency code is taken. Choose another."), status=409, data={"code": code}
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


def require_change(actor: "User", agency: Agency | None) -> None:
    """Raise `Refused` unless `actor` may change `agency`; one outside their subtree does not exist for them."""
    actor.require("agencies.change", "A4.1")
    if agency is None or not agency.path.startswith(actor.agency.path):
        raise Refused(
            "agencies.agency.outside",
            _("This agency is not in your subtree."),
            "A4.1",
            404,
            {"agency": agency.code if agency else ""},
        )
