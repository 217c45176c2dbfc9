"""The facts that a certificate prints, gathered from declaration, register and inspection (field list of the forms)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from oversite.domains.quarantine.inspections.slots import TestReport
from oversite.domains.quarantine.rules.quantities import Quantity

if TYPE_CHECKING:
    from oversite.base.agencies.models import Agency
    from oversite.domains.quarantine.registry.models import Veterinarian


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A place of departure or arrival: its division code, address, and kind in the words of the forms."""

    area_code: str
    address: str
    kind: str
    kind_zh: str


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Somebody with a telephone."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A qualified inspection as its certificate needs it; `goods` and `leaves_province` decide which of the four."""

    inspection_uid: UUID
    declaration_uid: UUID
    declaration_number: str
    record_number: str
    agency: "Agency"
    point_code: str
    point_name: str
    goods: str
    product_zh: str
    species_key: str
    species_zh: str
    species_latin: str
    quantity: Quantity
    purpose: str
    purpose_zh: str
    origin_zh: str
    departure: PlaceFacts
    destination: PlaceFacts
    leaves_province: bool
    producer_uid: UUID
    producer_name: str
    licence_number: str
    owner: PersonFacts
    consignee: PersonFacts
    carrier: PersonFacts
    transport: str
    transport_zh: str
    vehicle: str
    disinfectant: str
    departs_on: date
    decided_at: datetime
    veterinarians: "Sequence[Veterinarian]"
    test_reports: Sequence[TestReport]
    remark: str
