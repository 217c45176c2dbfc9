"""Reading the register, each through the reader's rights."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from oversite.base.accounts.queries import has_permission, restrict
from oversite.base.agencies.queries import subtree
from oversite.domains.quarantine.registry.models import (
    Campaign,
    CampaignItem,
    ContactCall,
    Laboratory,
    PeriodicTest,
    Point,
    Pond,
    Problem,
    Producer,
    Veterinarian,
)
from oversite.domains.quarantine.rules.divisions import JIANGSU, covers
from oversite.domains.quarantine.rules.queries import today

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency
    from oversite.domains.quarantine.rules.models import Species

READ = "quarantine.registry.read"
BODIES = ("agency", "unit")
"""A body belongs to the subtree of the agency in charge and is itself a unit."""


def points(user: "User", permission: str = READ) -> QuerySet[Point]:
    """The declaration points of the subtree."""
    return restrict(Point.objects.select_related("agency"), user, permission, "agency")


def all_points() -> QuerySet[Point]:
    """Every declaration point, for an act that judges rights by itself."""
    return Point.objects.select_related("agency")


def all_veterinarians() -> QuerySet[Veterinarian]:
    """Every official veterinarian, for an act that judges rights by itself."""
    return Veterinarian.objects.select_related("agency", "user")


def open_points() -> QuerySet[Point]:
    """The points that are published: everybody may know them (req: Q4)."""
    return Point.objects.filter(is_active=True).select_related("agency")


def veterinarians(user: "User", permission: str = READ) -> QuerySet[Veterinarian]:
    """The official veterinarians of the subtree."""
    return restrict(Veterinarian.objects.select_related("agency", "user"), user, permission, "agency")


def veterinarian_of(user: "User") -> Veterinarian | None:
    """The entry of `user` as official veterinarian, in office or not."""
    return Veterinarian.objects.filter(user_id=user.pk).select_related("agency", "user").first()


def all_producers() -> QuerySet[Producer]:
    """Every producer, for work that no person does; who may see them is judged where they are shown."""
    return Producer.objects.all()


def producers(user: "User", permission: str = READ) -> QuerySet[Producer]:
    """The producers in the charge of the subtree; a producer sees itself."""
    rows = Producer.objects.select_related("agency", "unit", "category", "site")
    return restrict(rows, user, permission, *BODIES)


def known_producers() -> QuerySet[Producer]:
    """Every producer that is or was confirmed: disease records name them across subtrees."""
    return Producer.objects.filter(state__in=(Producer.State.CONFIRMED, Producer.State.SUSPENDED))


def producer_of(user: "User") -> Producer | None:
    """The confirmed producer whose own unit `user` belongs to."""
    return Producer.objects.filter(unit_id=user.agency_id, state=Producer.State.CONFIRMED).first()


def laboratories(user: "User", permission: str = READ) -> QuerySet[Laboratory]:
    """The laboratories of the subtree, and the one that the user belongs to."""
    return restrict(Laboratory.objects.select_related("agency", "unit"), user, permission, *BODIES)


def laboratory_of(user: "User") -> Laboratory | None:
    """The laboratory whose own unit `user` belongs to."""
    return Laboratory.objects.filter(unit_id=user.agency_id, is_active=True).first()


def designated_laboratories(on: date | None = None) -> QuerySet[Laboratory]:
    """Every laboratory that is designated on a day: samples may go to any of them (req: Q7)."""
    day = on or today()
    return Laboratory.objects.filter(is_active=True, designated_until_on__gte=day).exclude(designated_by="")


def ponds_of(producer: Producer) -> QuerySet[Pond]:
    """The ponds of a producer in use."""
    return Pond.objects.filter(producer=producer, is_active=True).select_related("species")


def is_licensed(producer: Producer, species: "Species") -> bool:
    """Whether a species is on the licence of a producer."""
    return producer.licensed.filter(species_id=species.pk).exists()


def in_office(each: Veterinarian, on: date | None = None) -> bool:
    """Whether a veterinarian may act on a day: active account and entry, certificate not expired."""
    day = on or today()
    return each.is_active and each.user.is_active and (each.valid_until_on is None or each.valid_until_on >= day)


def is_in_area(each: Veterinarian, area_code: str) -> bool:
    """Whether a place lies in a veterinarian's area of office."""
    return covers(each.area_codes, area_code)


def veterinarians_for(agency: "Agency", area_code: str) -> list[Veterinarian]:
    """Those of an agency's subtree who may act at a place today."""
    rows = Veterinarian.objects.filter(agency__path__startswith=agency.path).select_related("user", "agency")
    return [each for each in rows if in_office(each) and is_in_area(each, area_code)]


def points_for(area_code: str) -> list[Point]:
    """The open points that serve a place."""
    return [point for point in open_points() if covers(point.area_codes, area_code)]


def campaigns(user: "User") -> QuerySet[Campaign]:
    """The verifications that concern the user: those of their subtree and those of the agencies above it."""
    if not has_permission(user, READ):
        return Campaign.objects.none()
    path, step = user.agency.path, type(user.agency).steplen
    above = [path[:end] for end in range(step, len(path) + 1, step)]
    concerned = Q(agency__path__in=above) | Q(agency__path__startswith=path)
    return Campaign.objects.filter(concerned).select_related("agency")


@dataclass(frozen=True, slots=True)
class City:
    """A city's agency: its place in the tree, its division code, its name."""

    path: str
    code: str
    name: str


def cities(user: "User") -> list[City]:
    """The cities in the user's subtree, in the order in which forms print them."""
    found = {agency.code: agency.path for agency in subtree(user.agency).filter(code__in=list(JIANGSU))}
    return [City(found[code], code, name) for code, name in JIANGSU.items() if code in found]


def campaign_items(user: "User", campaign: Campaign) -> QuerySet[CampaignItem]:
    """The units of a verification that lie in the user's subtree."""
    return restrict(CampaignItem.objects.filter(campaign=campaign).select_related("agency"), user, READ, "agency")


def contact_calls(user: "User") -> QuerySet[ContactCall]:
    """The contact lists that the user asked for or has to file in."""
    if not has_permission(user, "quarantine.contacts.read"):
        return ContactCall.objects.none()
    own = Q(agency__path__startswith=user.agency.path) | Q(entries__agency__path__startswith=user.agency.path)
    chosen = ContactCall.objects.filter(own).values("pk")
    counted = ContactCall.objects.filter(pk__in=chosen).annotate(
        entry_count=Count("entries"), filed_count=Count("entries", filter=Q(entries__filed_at__isnull=False))
    )
    return counted.select_related("agency")


def problems(user: "User") -> QuerySet[Problem]:
    """The problems reported in the subtree, and one's own; those who answer see every one."""
    rows = Problem.objects.select_related("agency", "reporter")
    if not has_permission(user, "quarantine.problem.report"):
        return rows.none()
    return rows if user.has_perm("quarantine.problem.answer") else rows.filter(reporter_id=user.pk)


def positive_tests(subtree: str) -> QuerySet[PeriodicTest]:
    """What the producers below a path of agencies found positive in their own tests (req: Q17)."""
    rows = PeriodicTest.objects.select_related("producer", "species", "disease")
    return rows.filter(producer__agency__path__startswith=subtree, result=PeriodicTest.Result.POSITIVE)


def periodic_tests(user: "User") -> QuerySet[PeriodicTest]:
    """The periodic tests of the producers that the user sees."""
    rows = PeriodicTest.objects.select_related("producer__agency", "species", "disease")
    return restrict(rows, user, READ, "producer__agency", "producer__unit")
