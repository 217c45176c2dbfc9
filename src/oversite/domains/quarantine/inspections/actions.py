"""Inspecting and deciding; each act is one transaction."""

from typing import TYPE_CHECKING

from django.db import transaction

from oversite.domains.quarantine.declarations.actions import move
from oversite.domains.quarantine.declarations.flow import Step
from oversite.domains.quarantine.inspections.models import Inspection

if TYPE_CHECKING:
    from oversite.base.accounts.models import User


@transaction.atomic
def note_certified(actor: "User", inspection: Inspection, number: str) -> Inspection:
    """Close a qualified inspection with its certificate; part of the act that issues it.

    Raises `Refused` where the declaration does not wait for a certificate (any more): two issuers meet here.
    """
    move(actor, inspection.declaration, Step.CERTIFY)
    inspection.certificate_number = number
    inspection.save(update_fields=["certificate_number"])
    return inspection
