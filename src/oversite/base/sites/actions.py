"""Changing the register of sites, their areas and contacts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.base.sites import checks, queries
from oversite.base.sites.models import Area, Contact, Site
from oversite.common.errors import Refused
from oversite.common.sentences import sentence

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

SITE_FIELDS = (
    "code",
    "name",
    "name_en",
    "site_class",
    "agency",
    "operator",
    "contact_name",
    "contact_phone",
    "address",
    "latitude",
    "longitude",
    "is_active",
)
AGENCYS_AREA_FIELDS = frozenset({"is_key"})
"""What the agency in charge says of an area, and its operator never."""
AREA_FIELDS = ("site", "code", "name", "kind", "length_m", "width_m", "height_m", "boundary", "is_key")
CONTACT_FIELDS = ("site", "name", "post", "phone")


@transaction.atomic
def save_site(actor: "User | None", site: Site | None, values: Mapping[str, Any]) -> Site:
    """Register a site (none given) or change one; `actor` none is the installation itself.

    `values` holds fields of `SITE_FIELDS`; places are degrees. Raises `Refused`: not allowed, outside the subtree of
    the actor, or impossible in itself, with every problem in one message.
    """
    _require(actor, site)
    is_new = site is None
    site = site or Site()
    changes = _apply(site, values, SITE_FIELDS)
    _refuse_if(checks.site_problems(site, actor))
    if is_new or changes:
        site.save()
        act = "sites.site.created" if is_new else "sites.site.changed"
        record(act, actor=actor, subject=site, data={"code": site.code, "changes": changes}, clause="C-A4.8")
        publish("sites.site.changed", site, {"code": site.code}, agency=site.agency)
    return site


@transaction.atomic
def save_area(actor: "User | None", area: Area | None, values: Mapping[str, Any]) -> Area:
    """Add an area to `values["site"]` or change one; sizes in metres. Raises `Refused` as `save_site` does.

    The operator of the site enters its areas too; what is the agency's to say is refused (`agencys_area_fields`).
    """
    is_operators = _require_entry(actor, area.site if area else values["site"])
    if is_operators:
        _refuse_agencys(area, values)
    is_new = area is None
    area = area or Area()
    changes = _apply(area, values, AREA_FIELDS)
    _refuse_if(checks.area_problems(area))
    if is_new or changes:
        area.save()
        record(
            _area_act(is_new=is_new, is_operators=is_operators),
            actor=actor,
            subject=area.site,
            data={"area": area.code, "changes": changes},
            clause="C4",
        )
        publish("sites.area.changed", area.site, {"area": area.code}, agency=area.site.agency)
    return area


@transaction.atomic
def remove_area(actor: "User", area: Area) -> None:
    """Take an area out of the register; raises `Refused` where anything refers to it.

    The operator of the site cannot take out what the agency in charge marked as a key area.
    """
    is_operators = _require_entry(actor, area.site)
    if is_operators and area.is_key:
        raise Refused(
            "sites.area.marked",
            sentence("%(agency)s marked this as a key area. Ask it to take the area out.")
            % {"agency": area.site.agency.name},
            "C4",
            403,
        )
    try:
        with transaction.atomic():
            area.delete()
    except ProtectedError as error:
        raise Refused(
            "sites.area.used",
            _("Cameras or records refer to this area. Move the cameras to another area first."),
            status=409,
        ) from error
    record(
        "sites.area.withdrawn" if is_operators else "sites.area.removed",
        actor=actor,
        subject=area.site,
        data={"area": area.code},
        clause="C4",
    )
    publish("sites.area.changed", area.site, {"area": area.code}, agency=area.site.agency)


@transaction.atomic
def save_contact(actor: "User | None", contact: Contact | None, values: Mapping[str, Any]) -> Contact:
    """Add a person to `values["site"]` or change one."""
    _require(actor, contact.site if contact else values["site"])
    contact = contact or Contact()
    changes = _apply(contact, values, CONTACT_FIELDS)
    if changes:
        contact.save()
        record("sites.contact.changed", actor=actor, subject=contact.site, data={"contact": contact.name})
    return contact


@transaction.atomic
def remove_contact(actor: "User", contact: Contact) -> None:
    """Take a person out."""
    _require(actor, contact.site)
    contact.delete()
    record("sites.contact.removed", actor=actor, subject=contact.site, data={"contact": contact.name})


def note_exported(actor: "User", form: str, count: int) -> None:
    """Write to the audit that the register left as a file."""
    with transaction.atomic():
        record("sites.register.exported", actor=actor, data={"form": form, "rows": count})


def _require(actor: "User | None", site: Site | None) -> None:
    """Raise `Refused` unless the actor may change the register, and this site."""
    if actor is None:
        return
    actor.require("sites.change", "A4.1")
    if site is not None and not queries.changeable_sites(actor).filter(pk=site.pk).exists():
        raise Refused("sites.site.outside", _("This site is not in your subtree."), "A4.1", 404, {"site": site.code})


def agencys_area_fields(area: Area | None) -> frozenset[str]:
    """What the operator of a site cannot say of an area (none: a new one): rulings rest on the code once it stands."""
    return AGENCYS_AREA_FIELDS if area is None else AGENCYS_AREA_FIELDS | {"code"}


def _require_entry(actor: "User | None", site: Site) -> bool:
    """Raise `Refused` unless the actor may enter areas of the site; true where they do so as its operator."""
    if queries.is_operators_entry(actor, site):
        return True
    if actor is not None and actor.has_perm("sites.declare") and not actor.has_perm("sites.change"):
        raise Refused("sites.site.outside", _("This site is not yours to enter."), "A4.1", 404, {"site": site.code})
    _require(actor, site)
    return False


def _refuse_agencys(area: Area | None, values: Mapping[str, Any]) -> None:
    given = sorted(values.keys() & agencys_area_fields(area))
    if not given:
        return
    site: Site = area.site if area else values["site"]
    names = "、".join(str(getattr(Area._meta.get_field(name), "verbose_name", name)) for name in given)
    text = sentence("What stands under “%(fields)s” is for %(agency)s to set. Leave it as it is.")
    told = {"fields": names, "agency": site.agency.name}
    raise Refused("sites.area.agencys", text % told, "C4", 403, {"fields": given, "site": site.code})


def _area_act(*, is_new: bool, is_operators: bool) -> str:
    if is_operators:
        return "sites.area.declared" if is_new else "sites.area.redeclared"
    return "sites.area.created" if is_new else "sites.area.changed"


def _apply(instance: models.Model, values: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, list[str]]:
    """Set the fields; gives old and new text of those that differ. Raises `KeyError` for a field of another name."""
    changes = {}
    for name, given in values.items():
        if name not in fields:
            raise KeyError(name)
        value = Decimal(str(given)) if isinstance(given, float) else given
        before = _present(instance, name)
        if before != value:
            changes[name] = ["" if each is None else str(each) for each in (before, value)]
            setattr(instance, name, value)
    return changes


def _present(instance: models.Model, name: str) -> object:
    """The value now; none where a foreign key is not set yet."""
    field = instance._meta.get_field(name)
    return getattr(instance, name) if getattr(instance, field.attname) is not None else None  # type: ignore[union-attr]


def _refuse_if(problems: list[str]) -> None:
    if problems:
        raise Refused("sites.impossible", "\n".join(problems), status=422, data={"problems": problems})
