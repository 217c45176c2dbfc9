"""Putting a site into the register: its seven digits, from its registration code or from the pool of its district."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.base.numbers.actions import draw_value, open_pool, withdraw
from oversite.base.numbers.queries import number_of
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.customs import queries
from oversite.domains.customs.actions.changes import apply, refuse, require
from oversite.domains.customs.actions.houses import rename
from oversite.domains.customs.codes import CodeRefused, build_code, recorded_site_digits
from oversite.domains.customs.models import CameraPosition, SiteRegistration

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.numbers.models import Pool
    from oversite.base.sites.models import Site

FIELDS = frozenset({"house", "registration_code", "site_class", "circumstances", "reason", "place_name", "sign_size"})
FIXED = frozenset({"house", "site_class", "circumstances"})
"""What stands in codes; it stays once one is allotted."""


@transaction.atomic
def save_registration(
    actor: "User | None", site: "Site", registration: SiteRegistration | None, values: Mapping[str, Any]
) -> SiteRegistration:
    """Put a site into the register (none given), or change what it says (req: C-code).

    Digits 5 to 7 are the last three of its registration code, a clash is refused; without one they come from the pool
    of the district, from 999 downwards, so that codes registered later rarely clash. Raises `Refused`.
    """
    require(actor, site.agency)
    is_new = registration is None
    registration = registration or SiteRegistration(site=site)
    changes = apply(registration, values, FIELDS)
    _check(registration, changes)
    _keep_digits(actor, registration, is_new=is_new, is_moved=bool({"registration_code", "house"} & changes.keys()))
    if changes or is_new:
        registration.save()
        act = "customs.site.registered" if is_new else "customs.site.changed"
        digits = registration.district + registration.digits
        record(act, actor=actor, subject=site, data={"digits": digits, "changes": changes}, clause="C-code")
    if not is_new and "place_name" in changes:
        rename(actor, CameraPosition.objects.filter(registration=registration))
    return registration


def site_pool(district: str) -> "Pool":
    """The pool of the site serials of a district, opened when it is first needed."""
    title = _("Sites of customs district %(district)s") % {"district": district}
    return open_pool(f"customs.site.{district}", title=title, width=3, first=1, prefix=district)


def _check(registration: SiteRegistration, changes: Mapping[str, object]) -> None:
    if not queries.is_below(registration.site, registration.house):
        raise Refused(
            "customs.site.house", _("The site does not belong to this customs house. Choose its own."), "C-code", 422
        )
    if registration.pk and FIXED & changes.keys() and registration.positions.exists():
        raise Refused(
            "customs.site.coded",
            _("House and class stand in codes that are allotted. Close these positions first."),
            "C-code",
            409,
        )
    try:  # the class is judged by a code of the site, whichever
        build_code(
            district=registration.house.district,
            site="001",
            control="customs",
            device="ip-camera",
            site_class=registration.site_class,
            position="gate",
            serial=1,
            place=registration.place,
        )
        if registration.registration_code:
            recorded_site_digits(registration.registration_code)
    except CodeRefused as error:
        raise refuse(error.faults) from error


def _keep_digits(actor: "User | None", registration: SiteRegistration, *, is_new: bool, is_moved: bool) -> None:
    """Draw the digits of the site, or other ones where its registration code came later and no code bears the old."""
    district = registration.house.district
    recorded = recorded_site_digits(registration.registration_code) if registration.registration_code else ""
    wanted = (district, recorded or registration.digits)
    if not is_new and (not is_moved or wanted == (registration.district, registration.digits)):
        return
    if not is_new and registration.positions.exists():
        raise Refused(
            "customs.site.digits",
            _("Codes with the digits %(digits)s are allotted already; a code is never changed.")
            % {"digits": registration.district + registration.digits},
            "C-code",
            409,
        )
    if not is_new:
        _give_back(actor, registration)
    registration.district, registration.digits = district, _drawn(registration.site, district, recorded)


def _drawn(site: "Site", district: str, recorded: str) -> str:
    pool = site_pool(district)
    if recorded:
        other = SiteRegistration.objects.filter(district=district, digits=recorded).select_related("site").first()
        if other is not None or not pool.blocks.filter(first__lte=int(recorded), last__gte=int(recorded)).exists():
            raise Refused(
                "customs.site.clash",
                _("The digits %(digits)s are used by %(other)s. Have the registration code checked.")
                % {"digits": district + recorded, "other": other.site.name if other else _("a former site")},
                "C-code",
                409,
                {"digits": district + recorded},
            )
        value = int(recorded)
    else:
        block = pool.blocks.order_by("-last").first()
        if block is None:
            raise Refused("customs.site.exhausted", _("The district has no site serial left."), "C-code", 409)
        value = block.last
    draw_value(pool, value, subject=site)
    return f"{value:03d}"


def _give_back(actor: "User | None", registration: SiteRegistration) -> None:
    number = number_of(f"customs.site.{registration.district}", registration.district + registration.digits)
    if number is not None:
        withdraw(actor, number, "void", "registration code entered later")
