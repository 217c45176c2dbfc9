"""Reading declarations, each through the reader's rights."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from oversite.base.accounts.queries import restrict
from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.declarations.models import Declaration

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.registry.models import Pond

READ = "quarantine.declaration.read"
PATHS = ("agency", "producer__unit")
"""A declaration belongs to the agency of its point and to the producer's own unit."""


def declarations(user: "User", permission: str = READ) -> QuerySet[Declaration]:
    """The declarations that the user may use with `permission`."""
    rows = Declaration.objects.select_related("producer__unit", "point", "agency", "species", "pond", "follows")
    return restrict(rows, user, permission, *PATHS)


def all_declarations() -> QuerySet[Declaration]:
    """Every declaration, for work that no person does; who may see them is judged where they are shown."""
    return Declaration.objects.select_related("producer", "species")


def of_agency(user: "User", permission: str) -> QuerySet[Declaration]:
    """The declarations at the points of the subtree: those that an officer decides."""
    rows = Declaration.objects.select_related("producer__unit", "point", "agency", "species", "pond", "follows")
    return restrict(rows, user, permission, "agency")


def declared_from(pond: "Pond", besides: Declaration | None = None) -> QuerySet[Declaration]:
    """The declarations that take seed out of a pond, made after its stock was counted last."""
    rows = Declaration.objects.filter(pond=pond, submitted_at__gte=pond.counted_at)
    stays = Q(state__in=(State.DRAFT, State.WITHDRAWN, State.REFUSED, State.UNQUALIFIED, State.TREATED, State.CLOSED))
    stays |= Q(outcome__in=(Declaration.Outcome.REFUSED, Declaration.Outcome.TREATED, Declaration.Outcome.CLOSED))
    return rows.exclude(stays).exclude(pk=besides.pk if besides and besides.pk else 0)
