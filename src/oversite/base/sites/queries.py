"""Reading sites: who sees which, and what their keys are called."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from oversite.base.accounts.queries import restrict
from oversite.base.agencies.queries import agencies
from oversite.base.sites.models import Area, Contact, Site
from oversite.base.sites.slots import SITE_CLASSES

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency

AGENCY_PATHS = ("agency", "operator")
"""A site belongs to the subtree of the agency in charge and to that of its operator."""


def visible_sites(user: "User | AnonymousUser", permission: str | None = None) -> QuerySet[Site]:
    """The sites that the user sees, or may use with `permission` (req: A4.1)."""
    return restrict(Site.objects.select_related("agency", "operator"), user, permission, *AGENCY_PATHS)


def changeable_sites(user: "User | AnonymousUser") -> QuerySet[Site]:
    """The sites that the user may change: those whose agency in charge lies in their subtree."""
    return restrict(Site.objects.select_related("agency", "operator"), user, "sites.change", "agency")


def operated_sites(user: "User | AnonymousUser", permission: str = "sites.declare") -> QuerySet[Site]:
    """The sites in use of which the user is the operator and may enter something themselves."""
    found = Site.objects.select_related("agency", "operator").filter(is_active=True)
    return restrict(found, user, permission, "operator")


def sites_to_enter(user: "User | AnonymousUser") -> QuerySet[Site]:
    """The sites whose areas the user may enter: as the agency in charge, or as the operator."""
    changeable, operated = changeable_sites(user).values("pk"), operated_sites(user).values("pk")
    return Site.objects.select_related("agency", "operator").filter(Q(pk__in=changeable) | Q(pk__in=operated))


def is_operators_entry(user: "User | None", site: Site) -> bool:
    """Whether the user enters the areas of a site as its operator, and not as the agency in charge."""
    if user is None or changeable_sites(user).filter(pk=site.pk).exists():
        return False
    return operated_sites(user).filter(pk=site.pk).exists()


def sites_of_classes(classes: Iterable[str]) -> QuerySet[Site]:
    """Every active site of the classes, for work that no user asks for."""
    return Site.objects.filter(is_active=True, site_class__in=list(classes)).select_related("agency").order_by("pk")


def site_by_key(key: str) -> Site | None:
    """The site with a primary key, as events name it, for work that no user asks for."""
    return Site.objects.select_related("agency").filter(pk=key).first() if key.isdecimal() else None


def site_with_code(code: str) -> Site | None:
    """The site with a code, for an act that judges rights by itself."""
    return Site.objects.filter(code=code).first()


def area_with_code(site: Site, code: str) -> Area | None:
    """The area of a site with a code."""
    return Area.objects.filter(site=site, code=code).first()


def areas_of(site: Site) -> QuerySet[Area]:
    """The areas of a site, by code."""
    return Area.objects.filter(site=site).order_by("code")


def areas_at(sites: QuerySet[Site]) -> QuerySet[Area]:
    """The areas of several sites."""
    return Area.objects.filter(site__in=sites).select_related("site").order_by("site__code", "code")


def contacts_of(site: Site) -> QuerySet[Contact]:
    """Further people of a site."""
    return Contact.objects.filter(site=site)


def agencies_in_charge(user: "User | AnonymousUser") -> "QuerySet[Agency]":
    """The bodies that the user may put in charge of a site."""
    return agencies(user).filter(is_active=True).exclude(kind="enterprise")


def operators(user: "User | AnonymousUser") -> "QuerySet[Agency]":
    """The enterprises that the user may name as operator."""
    return agencies(user).filter(is_active=True, kind="enterprise")


def class_label(key: str) -> str:
    """What a class is called, or its key where no domain knows it (any more)."""
    site_class = SITE_CLASSES.get(key)
    return in_language(site_class.label_zh, site_class.label_en) if site_class else key


def class_choices() -> list[tuple[str, str]]:
    """The classes to choose from."""
    return [(key, class_label(key)) for key, _site_class in SITE_CLASSES.items()]


def area_kinds(class_key: str) -> dict[str, str]:
    """The kinds of area that a class knows: key and what it is called."""
    site_class = SITE_CLASSES.get(class_key)
    return {key: in_language(zh, en) for key, zh, en in site_class.area_kinds} if site_class else {}


def area_kind_label(area: Area) -> str:
    """What the kind of an area is called."""
    return area_kinds(area.site.site_class).get(area.kind, area.kind)


def in_language(zh: str, en: str) -> str:
    """The one of the two texts that the reader's language asks for."""
    return en if (get_language() or "").startswith("en") else zh
