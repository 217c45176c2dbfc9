"""What makes a site or an area impossible, in words for the person who enters it."""

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from oversite.base.agencies.queries import agencies
from oversite.base.documents.queries import missing_glyphs
from oversite.base.sites.models import Area, Site
from oversite.base.sites.queries import area_kinds, class_choices
from oversite.base.sites.slots import SITE_CLASSES

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

CODE_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
DEGREES = {"latitude": 90, "longitude": 180}


def site_problems(site: Site, actor: "User | None") -> list[str]:
    """Everything that is wrong with a site as it would be saved."""
    problems = [
        *code_problems(site.code),
        *_text_problems(site.name, site.address, site.contact_name),
        *_class_problems(site.site_class),
        *_place_problems(site.latitude, site.longitude),
    ]
    if not site.name.strip():
        problems.append(_("The site has no name."))
    others = Site.objects.filter(code=site.code).exclude(pk=site.pk)
    if site.code and others.exists():
        problems.append(_("The site code %(code)s is taken. Choose another.") % {"code": site.code})
    return problems + _agency_problems(site, actor)


def area_problems(area: Area) -> list[str]:
    """Everything that is wrong with an area as it would be saved."""
    problems = [*code_problems(area.code), *_text_problems(area.name, area.boundary), *_kind_problems(area)]
    if not area.name.strip():
        problems.append(_("The area has no name."))
    if Area.objects.filter(site=area.site_id, code=area.code).exclude(pk=area.pk).exists():
        problems.append(_("The site has an area %(code)s already. Choose another code.") % {"code": area.code})
    sizes = (area.length_m, area.width_m, area.height_m)
    if any(size is not None and not 0 < size < 1_000_000 for size in sizes):
        problems.append(_("A size is a number of metres above 0."))
    return problems


def _kind_problems(area: Area) -> list[str]:
    """A kind that the class of the site does not know; one that stands there from before may stay."""
    known = area_kinds(area.site.site_class)
    before = Area.objects.filter(pk=area.pk).values_list("kind", flat=True).first()
    if not known or area.kind in known or area.kind == before:
        return []
    offered = "、".join(f"{key}（{label}）" for key, label in known.items())
    return [
        _("There is no kind of area “%(kind)s” at such a site. Known are: %(offered)s.")
        % {"kind": area.kind[:60], "offered": offered}
    ]


def code_problems(code: str) -> list[str]:
    """A code is 1 to 40 letters, digits, hyphens, underscores and dots."""
    if 0 < len(code) <= 40 and set(code) <= CODE_CHARACTERS:
        return []
    return [_("A code has 1 to 40 letters, digits, hyphens, dots or underscores; “%(code)s” has not.") % {"code": code}]


def degrees(text: str, name: str) -> Decimal:
    """A latitude or longitude from a text such as 119.540000; raises `ValueError` with words for the user."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > DEGREES[name]:
        raise ValueError(
            _("“%(text)s” is no place: degrees as a decimal number, at most ±%(most)s.")
            % {"text": text[:30], "most": DEGREES[name]}
        )
    return value.quantize(Decimal("0.000001"))


def _class_problems(key: str) -> list[str]:
    if key in SITE_CLASSES:
        return []
    offered = "、".join(label for _key, label in class_choices()) or "—"
    return [_("There is no class of sites “%(key)s”. Known are: %(offered)s.") % {"key": key, "offered": offered}]


def _text_problems(*texts: str) -> list[str]:
    missing = sorted(missing_glyphs("".join(texts)))
    if not missing:
        return []
    names = "、".join(f"{character} (U+{ord(character):04X})" for character in missing[:10])
    return [_("These characters cannot be printed: %(characters)s. Write them in another way.") % {"characters": names}]


def _place_problems(latitude: Decimal | float | None, longitude: Decimal | float | None) -> list[str]:
    problems = []
    if (latitude is None) != (longitude is None):
        problems.append(_("A place needs both latitude and longitude."))
    for name, value in (("latitude", latitude), ("longitude", longitude)):
        if value is not None:
            try:
                degrees(str(value), name)
            except ValueError as error:
                problems.append(str(error))
    return problems


def _agency_problems(site: Site, actor: "User | None") -> list[str]:
    problems = []
    if site.agency.kind == "enterprise":
        problems.append(_("An enterprise cannot be in charge of a site; it can be its operator."))
    if site.operator is not None and site.operator.kind != "enterprise":
        problems.append(_("The operator must be an enterprise."))
    if actor is not None:
        own = agencies(actor)
        problems += [
            _("%(agency)s is not in your subtree.") % {"agency": agency.name}
            for agency in (site.agency, site.operator)
            if agency is not None and not own.filter(pk=agency.pk).exists()
        ]
    return problems
