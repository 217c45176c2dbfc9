"""Completeness and plausibility of the register, unit by unit (req: Q11): sentences that say what to mend."""

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from oversite.domains.quarantine.registry.models import Laboratory, Point, Producer, Veterinarian
from oversite.domains.quarantine.rules.divisions import is_code

if TYPE_CHECKING:
    from decimal import Decimal

    from oversite.base.agencies.models import Agency

CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PHONE = re.compile(r"(1[3-9][0-9]{9}|(0[0-9]{2,3}-?)?[0-9]{7,8}|[0-9]{5})(-[0-9]{1,6})?")
CHINA = ((3, 54), (73, 136))
"""Degrees of latitude and longitude between which every place lies."""


def is_credit_code(text: str) -> bool:
    """Whether a unified social credit code has the right form and check sign (GB 32100-2015)."""
    if CREDIT_CODE.fullmatch(text) is None:
        return False
    return with_check_sign(text[:17]) == text


def with_check_sign(stem: str) -> str:
    """The 17 signs of a unified social credit code with the check sign that belongs to them (GB 32100-2015)."""
    total = sum(CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(stem))
    return stem + CREDIT_SIGNS[(31 - total % 31) % 31]


def is_phone(text: str) -> bool:
    """Whether this can be a telephone number."""
    return PHONE.fullmatch(text.replace(" ", "")) is not None


def agency_problems(agency: "Agency") -> list[str]:
    """What is missing in an agency's own facts."""
    return [*_phone(agency.phone), *_needed(agency, address=_("address"))]


def point_problems(point: Point) -> list[str]:
    """What is missing at a declaration point (req: Q4)."""
    found = _needed(point, address=_("address"), hours=_("opening hours"))
    found += [*_phone(point.phone), *_areas(point.area_codes), *_place(point.latitude, point.longitude)]
    if not point.officers.exists():
        found.append(_("No officer takes declarations here."))
    return found


def veterinarian_problems(each: Veterinarian, on: date) -> list[str]:
    """What is missing about an official veterinarian."""
    found = [*_phone(each.phone), *_areas(each.area_codes)]
    found += _until(each.valid_until_on, _("The veterinarian's certificate"), on)
    return found


def producer_problems(producer: Producer, on: date) -> list[str]:
    """What is missing about a producer: licence, species, ponds, category, place, contact."""
    found = _needed(
        producer,
        address=_("address"),
        licence_number=_("seed production licence"),
        licence_issuer=_("issuer of the licence"),
        water_certificate=_("aquaculture certificate"),
        contact_name=_("contact"),
    )
    found += [*_phone(producer.contact_phone), *_place(producer.latitude, producer.longitude)]
    found += _until(producer.licence_valid_until_on, _("The seed production licence"), on)
    if not is_credit_code(producer.credit_code):
        found.append(_("The unified social credit code is not a valid one."))
    if not is_code(producer.area_code):
        found.append(_("The division code is missing: six digits."))
    if producer.category_id is None:
        found.append(_("The farm category is missing."))
    licensed = set(producer.licensed.values_list("species_id", flat=True))
    if not licensed:
        found.append(_("No species of the licence is entered."))
    ponds = [pond for pond in producer.ponds.all() if pond.is_active]
    if not ponds:
        found.append(_("No pond is entered."))
    found += [
        _("Pond %(pond)s holds a species that is not on the licence.") % {"pond": pond.code}
        for pond in ponds
        if pond.stock and pond.species_id not in licensed
    ]
    return found


def laboratory_problems(laboratory: Laboratory, on: date) -> list[str]:
    """What is missing about a laboratory: accreditation, designation, methods, people (req: Q7)."""
    found = _needed(
        laboratory,
        address=_("address"),
        contact_name=_("contact"),
        cma_number=_("CMA number"),
        designated_by=_("designating authority"),
        designation_number=_("designation document"),
    )
    found += _phone(laboratory.contact_phone)
    found += _until(laboratory.cma_valid_until_on, _("The CMA accreditation"), on)
    found += _until(laboratory.designated_until_on, _("The designation"), on)
    if not laboratory.methods.exists():
        found.append(_("No method is entered."))
    duties = {person.duty for person in laboratory.people.all() if person.is_active}
    if len(duties) < 3:
        found.append(_("A tester, a reviewer and an approver are needed."))
    return found


def _needed(row: object, **fields: str) -> list[str]:
    return [
        _("Missing: %(field)s.") % {"field": label}
        for name, label in fields.items()
        if not str(getattr(row, name)).strip()
    ]


def _phone(text: str) -> Iterator[str]:
    if not is_phone(text):
        yield _("The telephone number is missing or is none.")


def _areas(codes: object) -> Iterator[str]:
    if not isinstance(codes, list) or not codes or not all(isinstance(code, str) and is_code(code) for code in codes):
        yield _("The area is missing: division codes of six digits.")


def _place(latitude: "Decimal | None", longitude: "Decimal | None") -> Iterator[str]:
    if latitude is None or longitude is None:
        yield _("The place on the map is missing.")
    elif not (CHINA[0][0] <= latitude <= CHINA[0][1] and CHINA[1][0] <= longitude <= CHINA[1][1]):
        yield _("The place on the map lies outside the country; latitude and longitude may be exchanged.")


def _until(day: date | None, what: str, on: date) -> list[str]:
    if day is None:
        return [_("%(what)s has no day until which it is valid.") % {"what": what}]
    return [_("%(what)s expired on %(day)s.") % {"what": what, "day": day}] if day < on else []
