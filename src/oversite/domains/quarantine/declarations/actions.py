"""Moving a declaration along its way; each act is one transaction."""

from typing import TYPE_CHECKING

from django.db import transaction

from oversite.domains.quarantine.declarations.flow import Step, after
from oversite.domains.quarantine.declarations.models import Declaration

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

__all__ = ["move"]


@transaction.atomic
def move(actor: "User | None", declaration: Declaration, step: Step) -> Declaration:
    """Take a step for an app above, inside its act; gives the fresh row, raises `Refused` where it is not possible."""
    del actor
    fresh = Declaration.objects.select_for_update().get(pk=declaration.pk)
    fresh.state = after(fresh.state, step)
    if step in (Step.CERTIFY, Step.TREAT):
        fresh.outcome = Declaration.Outcome.CERTIFIED if step is Step.CERTIFY else Declaration.Outcome.TREATED
    fresh.save(update_fields=["state", "outcome"])
    return fresh
