"""Reading declarations, each through the reader's rights."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from oversite.base.accounts.queries import restrict
from oversite.common import clock
from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.declarations.models import Declaration, PurchaseReport

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.registry.models import Pond

READ = "quarantine.declaration.read"
AROUND_DAYS = 3
"""How far a report and what an officer learned of the day may lie apart."""
PATHS = ("agency", "producer__unit")
"""A declaration belongs to the agency of its point and to the producer's own unit."""


def declarations(user: "User", permission: str = READ) -> QuerySet[Declaration]:
    """The declarations that the user may use with `permission`."""
    rows = Declaration.objects.select_related("producer__unit", "point", "agency", "species", "pond", "follows")
    return restrict(rows, user, permission, *PATHS)


def all_declarations() -> QuerySet[Declaration]:
    """Every declaration, for work that no person does; who may see them is judged where they are shown."""
    return Declaration.objects.select_related("producer", "species")


def purchases(user: "User", permission: str = READ) -> QuerySet[PurchaseReport]:
    """The purchases across provinces reported in the subtree, and those of the user's own unit (req: Q18)."""
    rows = PurchaseReport.objects.select_related("producer__unit", "agency", "species")
    return restrict(rows, user, permission, *PATHS)


def irregular_purchases() -> QuerySet[PurchaseReport]:
    """Those reported late, or that came without a certificate, for work that no person does."""
    rows = PurchaseReport.objects.select_related("producer", "species")
    return rows.filter(Q(is_late=True) | Q(certificate_number=""))


def regular_purchases(buyer: str, from_area: str, day: date) -> QuerySet[PurchaseReport]:
    """What a buyer reported in time and with a certificate, from a province, around a day."""
    midnight = datetime.combine(day, time(), clock.BEIJING)
    start, end = midnight - timedelta(days=AROUND_DAYS), midnight + timedelta(days=AROUND_DAYS + 1)
    rows = PurchaseReport.objects.filter(is_late=False, arrived_at__gte=start, arrived_at__lt=end)
    return rows.filter(buyer_name=buyer, from_area__startswith=from_area[:2]).exclude(certificate_number="")


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
