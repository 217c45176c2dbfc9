"""The declaration as the form prints it; with the outcome it is the receipt of the applicant."""

from typing import TYPE_CHECKING
from uuid import UUID

from oversite.base.documents.actions import preview_document, print_document
from oversite.common import clock
from oversite.domains.quarantine.declarations.models import Declaration
from oversite.domains.quarantine.declarations.words import GOODS_ZH, ORIGIN_ZH, PLACE_ZH, PURPOSE_ZH, TRANSPORT_ZH

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

FORM = "quarantine.declaration"


def print_receipt(user: "User", declaration: Declaration) -> UUID:
    """Print and keep the declaration with its outcome."""
    data = declaration_data(declaration)
    number, agency = declaration.number, declaration.agency
    return print_document(user, FORM, data, number=number, subject=declaration, agency=agency).uid


def preview(declaration: Declaration) -> bytes:
    """The declaration as it stands; nothing is kept."""
    return preview_document(FORM, declaration_data(declaration), number=declaration.number)


def declaration_data(declared: Declaration) -> dict[str, object]:
    """Text only, in the words and the order of the form."""
    return {
        "producer": declared.producer.name,
        "declarant": declared.declarant_name,
        "phone": declared.declarant_phone,
        "goods": GOODS_ZH[declared.goods],
        "species": declared.species.name_zh,
        "product": declared.product_name,
        "quantity": declared.quantity.text_zh,
        "purpose": PURPOSE_ZH[declared.purpose],
        "origin": ORIGIN_ZH[declared.origin],
        "from_kind": PLACE_ZH[declared.from_kind],
        "from": declared.from_address,
        "to_kind": PLACE_ZH[declared.to_kind],
        "to": declared.to_address,
        "consignee": f"{declared.consignee_name} {declared.consignee_phone}".strip(),
        "transport": f"{TRANSPORT_ZH[declared.transport]} {declared.vehicle}".strip(),
        "carrier": f"{declared.carrier_name} {declared.carrier_phone}".strip(),
        "licence": declared.producer.licence_number,
        "pond": declared.pond.code if declared.pond else "",
        "submitted": clock.beijing_text(declared.submitted_at) if declared.submitted_at else "",
        "departs": declared.departs_on.isoformat(),
        "musts": declared.musts,
        "agency": declared.agency.name,
        "point": declared.point.name,
        "is_accepted": declared.visit_on is not None,
        "is_refused": bool(declared.refusal_reason),
        "visit_on": declared.visit_on.isoformat() if declared.visit_on else "",
        "visit_place": declared.visit_place,
        "reason": declared.refusal_reason,
        "handler": declared.decided_by,
        "handler_phone": declared.decided_phone,
        "decided": clock.beijing_text(declared.decided_at) if declared.decided_at else "",
        "correction": declared.correction_text,
    }
