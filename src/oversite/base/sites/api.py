"""`/api/v1/sites`: the register of sites."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from oversite.base.sites import queries
from oversite.base.sites.models import Area, Site
from oversite.screens.api import Page, PageAsk, Words, answers, caller, filtered, page

router = Router(tags=["sites"])


class AgencyRef(Schema):
    """An agency or enterprise."""

    code: str
    name: str


class SiteSummary(Schema):
    """A site as lists show it."""

    uid: UUID
    code: str
    name: str
    name_en: str
    site_class: str
    agency: AgencyRef
    operator: AgencyRef | None
    address: str
    latitude: float | None
    longitude: float | None
    active: bool


class AreaDetail(Schema):
    """A part of a site; measures in metres."""

    code: str
    name: str
    kind: str
    length_m: float | None
    width_m: float | None
    height_m: float | None
    boundary: str
    key: bool


class SiteDetail(SiteSummary):
    """A site with its areas."""

    contact_name: str
    contact_phone: str
    areas: list[AreaDetail]


class SiteFilter(PageAsk):
    """Which sites."""

    q: Words = ""
    site_class: Words = ""
    agency: Words = ""
    active: bool | None = None


@router.get("", response=answers(Page[SiteSummary]), url_name="sites", summary="Sites")
def sites(request: HttpRequest, ask: Query[SiteFilter]) -> Page[SiteSummary]:
    """The sites of the caller's subtree, in order of registration; `q` is part of name or code, `agency` a code."""
    found = queries.visible_sites(caller(request, "sites.read"), "sites.read")
    found = filtered(found, site_class=ask.site_class, agency__code=ask.agency, is_active=ask.active)
    if ask.q:
        found = found.filter(Q(name__icontains=ask.q) | Q(code__icontains=ask.q))
    return page(found, ask, lambda site: SiteSummary(**_summary(site)))


@router.get("/{uuid:uid}", response=answers(SiteDetail, also=[404]), url_name="site", summary="One site")
def site(request: HttpRequest, uid: UUID) -> SiteDetail:
    """A site with its areas."""
    found = get_object_or_404(queries.visible_sites(caller(request, "sites.read"), "sites.read"), uid=uid)
    return SiteDetail(
        **_summary(found),
        contact_name=found.contact_name,
        contact_phone=found.contact_phone,
        areas=[_area(area) for area in queries.areas_of(found)],
    )


def _summary(site: Site) -> dict[str, Any]:
    return {
        "uid": site.uid,
        "code": site.code,
        "name": site.name,
        "name_en": site.name_en,
        "site_class": site.site_class,
        "agency": AgencyRef(code=site.agency.code, name=site.agency.name),
        "operator": AgencyRef(code=site.operator.code, name=site.operator.name) if site.operator else None,
        "address": site.address,
        "latitude": site.latitude,
        "longitude": site.longitude,
        "active": site.is_active,
    }


def _area(area: Area) -> AreaDetail:
    return AreaDetail(
        code=area.code,
        name=area.name,
        kind=area.kind,
        length_m=_metres(area.length_m),
        width_m=_metres(area.width_m),
        height_m=_metres(area.height_m),
        boundary=area.boundary,
        key=area.is_key,
    )


def _metres(measure: Decimal | None) -> float | None:
    return None if measure is None else float(measure)
