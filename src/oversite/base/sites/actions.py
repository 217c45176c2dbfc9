"""Every change of the register of sites and areas."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.actions import record
from oversite.base.sites.models import Area, Site
from oversite.base.sites.queries import visible_sites
from oversite.common.errors import Refused

if TYPE_CHECKING:
    from oversite.base.accounts.models import User


@transaction.atomic
def save_site(actor: "User | None", site: Site | None, values: Mapping[str, Any]) -> Site:
    """Register a site (none given) or change one; `actor` none is the installation itself.

    Raises `Refused`: not allowed, an agency outside the user's subtree, a code that is taken.
    """
    is_new = site is None
    site = site or Site()
    for name, value in values.items():
        setattr(site, name, value)
    _require(actor, site)
    if Site.objects.filter(code=site.code).exclude(pk=site.pk).exists():
        raise Refused("sites.code.taken", _("This code is taken by another site. Choose another."), status=409)
    site.save()
    act = "sites.site.created" if is_new else "sites.site.changed"
    record(act, actor=actor, subject=site, data={"code": site.code}, clause="C-A4.8")
    return site


@transaction.atomic
def save_area(actor: "User | None", area: Area | None, values: Mapping[str, Any]) -> Area:
    """Add an area to a site (none given) or change one; raises `Refused` as `save_site` does."""
    is_new = area is None
    area = area or Area()
    for name, value in values.items():
        setattr(area, name, value)
    _require(actor, area.site)
    if Area.objects.filter(site=area.site, code=area.code).exclude(pk=area.pk).exists():
        raise Refused("sites.area.taken", _("This site has another area with this code."), status=409)
    area.save()
    act = "sites.area.created" if is_new else "sites.area.changed"
    record(act, actor=actor, subject=area, data={"site": area.site.code, "code": area.code})
    return area


def _require(actor: "User | None", site: Site) -> None:
    if actor is None:
        return
    actor.require("sites.change")
    is_own = site.agency.path.startswith(actor.agency.path)
    known = Site.objects.filter(pk=site.pk)
    if not is_own or (known.exists() and not visible_sites(actor).filter(pk=site.pk).exists()):
        raise Refused("sites.agency.outside", _("This site or agency is not in your subtree."), "A4.1", 404)
