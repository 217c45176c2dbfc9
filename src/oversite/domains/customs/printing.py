"""The print sheet of notices: one page for each notice, at true size, with the camera it is for beside it."""

from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.base.documents.actions import print_sheet
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.customs import queries
from oversite.domains.customs.models import SiteRegistration
from oversite.domains.customs.signs import Sign, SignSize, sign_svg, signs_for
from oversite.oversight.rules.queries import planned_abilities

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

TEMPLATE = Path(__file__).parent / "signs" / "sheet.typ"
PAPERS_MM = {SignSize.LARGE: (594, 420), SignSize.MEDIUM: (420, 297), SignSize.SMALL: (297, 210)}
"""Height and width of the paper on which a size fits whole: A2, A3, A4."""


def sign_orders(user: "User", registration: SiteRegistration) -> list[tuple[Sign, str, str]]:
    """The notices that a site needs, in the order of the codes: (notice, code, name); those of open positions."""
    size = SignSize(registration.sign_size)
    found = queries.positions(user).filter(registration=registration, closed_at=None).order_by("code")
    planned = planned_abilities(registration.site)
    orders = []
    for position in found:
        camera = position.camera
        abilities = planned.get(position.code, ()) if camera is None else camera.abilities or ()
        name = position.camera.name if position.camera is not None else queries.text_of(position).name
        orders += [(sign, position.code, name) for sign in signs_for(abilities, size)]
    return orders


def print_signs(user: "User", registration: SiteRegistration) -> bytes:
    """The sheet as PDF, and its row in the audit; raises `Refused` for a site without codes."""
    orders = sign_orders(user, registration)
    if not orders:
        raise Refused("customs.signs.none", _("Allot codes first: no camera is known yet."), "C-sign", 409)
    size = SignSize(registration.sign_size)
    height, width = PAPERS_MM[size]
    data = {
        "paper": {"height": height, "width": width},
        "drawings": {sign.kind.value: sign_svg(sign) for sign, _code, _name in orders},
        "signs": [
            {
                "kind": sign.kind.value,
                "label": sign.kind.label.zh,
                "size": size.label.zh,
                "height": sign.height_mm,
                "width": sign.width_mm,
                "code": code,
                "name": name,
                "site": registration.site.name,
            }
            for sign, code, name in orders
        ],
    }
    pdf = print_sheet(TEMPLATE, data)
    with transaction.atomic():
        about = {"size": size.value, "notices": len(orders)}
        record("customs.signs.printed", actor=user, subject=registration.site, data=about, clause="C-sign")
    return pdf
