"""What speaks against a declaration: clear refusals, each saying what happened, why and what to do (req: Q5)."""

import re
from datetime import date, timedelta
from typing import Final

from oversite.base.documents.queries import missing_glyphs
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.declarations import queries
from oversite.domains.quarantine.declarations.destinations import names_another_area
from oversite.domains.quarantine.declarations.models import Declaration
from oversite.domains.quarantine.declarations.slots import LAST_POSITIVES
from oversite.domains.quarantine.declarations.words import Goods, Origin, Purpose
from oversite.domains.quarantine.registry.queries import is_licensed
from oversite.domains.quarantine.rules.divisions import covers, is_code, is_same_city
from oversite.domains.quarantine.rules.musts import MustFacts, musts_met
from oversite.domains.quarantine.rules.quantities import Quantity
from oversite.domains.quarantine.rules.queries import musts_in_force, number, today

PHONE: Final = re.compile(r"[0-9+][0-9 ()/、，,转\-－—]*[0-9][0-9 ()/、，,转\-－—]*")
PHONE_DIGITS: Final = 5
TEXTS = ("product_name", "from_address", "to_address", "consignee_name", "carrier_name", "vehicle", "declarant_name")


def check_declaration(declared: Declaration) -> None:
    """Raise `Refused` with the first thing that speaks against submitting; in the order in which people mend it."""
    _check_goods(declared)
    _check_phones(declared)
    _check_producer(declared)
    _check_places(declared)
    _check_pond(declared)
    _check_time(declared, today())
    missing = sorted(set().union(*(missing_glyphs(getattr(declared, name)) for name in TEXTS)))
    if missing:
        raise _refused(
            "unprintable",
            _("These characters cannot be printed: %(characters)s. Write them in another way.")
            % {"characters": " ".join(missing)},
        )


def met_musts(declared: Declaration) -> list[str]:
    """The musts that a declaration meets today (req: Q14)."""
    day = today()
    positives = [found for source in LAST_POSITIVES if (found := source(declared.producer))]
    years = (day - max(positives)).days / 365.25 if positives else None
    facts = MustFacts(
        is_catalogued=declared.species.is_catalogued,
        is_on_licence=is_licensed(declared.producer, declared.species),
        is_for_release=declared.purpose == Purpose.RELEASE,
        leaves_city=not is_same_city(declared.from_area, declared.to_area),
        years_since_positive=years,
    )
    return musts_met(musts_in_force(day), facts)


def _check_goods(declared: Declaration) -> None:
    if declared.goods == Goods.PRODUCT and not declared.product_name.strip():
        raise _refused("product", _("Name the product as the certificate is to name it."))
    if declared.goods == Goods.ANIMAL and declared.product_name.strip():
        raise _refused("product", _("Live animals have no name of a product: leave it empty, or declare products."))


def _check_phones(declared: Declaration) -> None:
    """Somebody must be reached at them on the way: they are printed on the certificate."""
    for phone in (declared.declarant_phone, declared.consignee_phone, declared.carrier_phone):
        told = phone.strip()
        if told and (not PHONE.fullmatch(told) or sum(each.isdigit() for each in told) < PHONE_DIGITS):
            raise _refused("phone", _("“%(phone)s” is no telephone number. Correct it.") % {"phone": phone})


def _check_producer(declared: Declaration) -> None:
    producer, species = declared.producer, declared.species
    if producer.state != producer.State.CONFIRMED:
        raise _refused("producer", _("%(producer)s is not confirmed.") % {"producer": producer.name})
    if declared.goods == Goods.PRODUCT:
        return
    until = producer.licence_valid_until_on
    if until is None or until < declared.departs_on:
        raise _refused(
            "licence",
            _("The seed production licence is not valid on %(day)s. Renew it and enter the new day.")
            % {"day": declared.departs_on},
        )
    if not is_licensed(producer, species):
        raise _refused(
            "species",
            _("%(species)s is not on the licence %(licence)s. Choose a licensed species, or have the licence extended.")
            % {"species": species, "licence": producer.licence_number},
        )


def _check_places(declared: Declaration) -> None:
    for code in (declared.from_area, declared.to_area):
        if not is_code(code):
            raise _refused(
                "division", _("“%(code)s” is no division code: six digits, such as 320500.") % {"code": code}
            )
    if names_another_area(declared.to_address, declared.to_area):
        raise _refused(
            "destination",
            _("The destination %(address)s does not lie in the division %(area)s. Correct the one or the other.")
            % {"address": declared.to_address, "area": declared.to_area},
        )
    if not declared.point.is_active or not covers(declared.point.area_codes, declared.from_area):
        raise _refused(
            "point",
            _("%(point)s does not serve %(area)s. Choose the point of that place.")
            % {"point": declared.point, "area": declared.from_area},
        )


def _check_pond(declared: Declaration) -> None:
    asked = declared.quantity
    if asked.amount < 1:
        raise _refused("amount", _("Declare at least one."))
    pond = declared.pond
    if declared.goods == Goods.PRODUCT and pond is not None:
        raise _refused("pond", _("Products come from no pond: leave the pond empty."))
    if pond is None:
        if declared.goods == Goods.PRODUCT:
            return
        if declared.origin == Origin.BRED:
            raise _refused("pond", _("Say which pond the seed comes from."))
        return
    if pond.producer_id != declared.producer_id or not pond.is_active or pond.species_id != declared.species_id:
        raise _refused(
            "pond",
            _("Pond %(pond)s does not hold %(species)s of this producer. Choose another pond, or enter its stock.")
            % {"pond": pond, "species": declared.species},
        )
    if not asked.is_comparable(pond.quantity):
        raise _refused(
            "unit",
            _("The stock of pond %(pond)s is counted in %(unit)s; declare in the same unit.")
            % {"pond": pond, "unit": pond.get_unit_display()},
        )
    taken = sum(each.quantity.counted[1] for each in queries.declared_from(pond, declared))
    single, stock = pond.quantity.counted
    left = max(0, stock - taken)
    if asked.exceeds(Quantity(left, single)):
        raise _refused(
            "stock",
            _(
                "Pond %(pond)s holds %(left)s after what is declared already; %(asked)s were declared. "
                "Correct the one or the other."
            )
            % {"pond": pond, "left": Quantity(left, single).in_unit(pond.unit), "asked": asked},
        )


def _check_time(declared: Declaration, day: date) -> None:
    if declared.origin == Origin.WILD:
        within = number("declaration.wild_days", day)
        if declared.caught_on is None or not timedelta(0) <= day - declared.caught_on <= timedelta(days=within):
            raise _refused(
                "caught",
                _("Wild seed is declared within %(days)s days after it was caught; enter the day of the catch.")
                % {"days": within},
            )
        if declared.departs_on < day:
            raise _refused("departure", _("The day of leaving has passed."))
        return
    lead = number("declaration.lead_days", day)
    earliest = day + timedelta(days=lead)
    if declared.departs_on < earliest:
        raise _refused(
            "lead_time",
            _(
                "Seed is declared %(days)s days before it leaves. "
                "Submitted today, it can leave on %(earliest)s at the earliest."
            )
            % {"days": lead, "earliest": earliest},
        )


def _refused(code: str, message: object) -> Refused:
    return Refused(f"quarantine.declaration.{code}", message, "Q5", 422)
