"""Reporting seed that came from another province to the county where it arrived (req: Q18)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from oversite.base.agencies.queries import is_inside
from oversite.base.audit.actions import record
from oversite.base.documents.queries import missing_glyphs
from oversite.base.events.actions import publish
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.declarations.models import PurchaseReport
from oversite.domains.quarantine.registry.queries import points_for, producer_of
from oversite.domains.quarantine.rules.divisions import is_code, is_same_province
from oversite.domains.quarantine.rules.queries import number

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

REPORT = "quarantine.purchase.report"


@transaction.atomic
def report_purchase(user: "User", values: Mapping[str, Any]) -> PurchaseReport:
    """Report a purchase: a producer its own, an officer that of anybody in the area.

    `values` holds buyer_name, buyer_phone, species, amount, unit, from_area, seller_name, certificate_number, to_area,
    to_address, arrived_at, note. One reported too late is taken and marked. Raises `Refused`.
    """
    user.require(REPORT, "Q18")
    own = producer_of(user)
    now = clock.now()
    made = PurchaseReport(**values, reported_at=now, reported_by=user.name, producer=own)
    if own is not None:
        made.buyer_name = own.name
    _check(made)
    made.agency = own.agency if own is not None else _agency_at(user, made.to_area)
    made.is_late = now > made.arrived_at + timedelta(hours=number("purchase.report_hours"))
    made.save()
    data = {"buyer": made.buyer_name, "from": made.from_area, "quantity": str(made.quantity), "late": made.is_late}
    record("quarantine.purchase.reported", actor=user, subject=made, data=data, clause="Q18")
    text = str(_("%(buyer)s reported seed from another province") % {"buyer": made.buyer_name})
    tone = "now" if made.is_late or not made.certificate_number else "busy"
    url = reverse("quarantine_declarations:purchase", args=[made.uid])
    publish("quarantine.purchase.reported", made, {"text": text, "tone": tone, "url": url}, agency=made.agency)
    return made


def _check(made: PurchaseReport) -> None:
    for code in (made.from_area, made.to_area):
        if not is_code(code):
            raise _refused(
                "division", _("“%(code)s” is no division code: six digits, such as 320500.") % {"code": code}
            )
    if is_same_province(made.from_area, made.to_area):
        raise _refused("province", _("Both places lie in one province; nothing has to be reported."))
    if made.arrived_at > clock.now():
        raise _refused("time", _("This instant has not come yet. Enter when the seed arrived."))
    if made.amount < 1:
        raise _refused("amount", _("Enter how much arrived."))
    if missing := missing_glyphs(made.buyer_name + made.seller_name + made.to_address):
        raise _refused(
            "unprintable",
            _("These characters cannot be printed: %(characters)s. Write them in another way.")
            % {"characters": " ".join(sorted(missing))},
        )


def _agency_at(user: "User", area_code: str) -> Any:
    """The agency whose point serves the destination, in the user's subtree."""
    for point in points_for(area_code):
        if is_inside(point.agency, user.agency):
            return point.agency
    raise _refused("area", _("No declaration point of yours serves the destination. Ask that of the destination."))


def _refused(code: str, message: object) -> Refused:
    return Refused(f"quarantine.purchase.{code}", message, "Q18", 422)
