"""Handing certificate numbers down the tree and back, and declaring spoilt ones void or lost (req: Q1)."""

from typing import TYPE_CHECKING

from django.db import transaction

from oversite.base.numbers.actions import Holder, allot, spoil
from oversite.base.numbers.queries import unused_count
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.certificates import holders
from oversite.domains.quarantine.certificates.numbering import certificate_pool

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

ALLOT = "quarantine.numbers.allot"
MOST = 100_000
"""Numbers handed over in one act."""


@transaction.atomic
def allot_numbers(user: "User", giver: Holder, receiver: Holder, count: int) -> None:
    """Hand numbers one step down; raises `Refused` for another's numbers, and for a receiver not right below."""
    user.require(ALLOT, "Q1")
    _require_own(user, giver)
    if receiver not in {each.holder for each in holders.below(giver)}:
        raise Refused(
            "quarantine.numbers.step",
            _("Numbers go down one step at a time: province, city, county, declaration point, veterinarian."),
            "Q1",
            409,
        )
    _check_count(count)
    allot(user, certificate_pool(), giver, receiver, count)


@transaction.atomic
def return_numbers(user: "User", giver: Holder, count: int) -> None:
    """Hand unused numbers back to whoever stands right above; raises `Refused` for more than there are."""
    user.require(ALLOT, "Q1")
    _require_own(user, giver)
    _check_count(count)
    if count > (unused := unused_count(certificate_pool(), giver)):
        raise Refused(
            "quarantine.numbers.few",
            _("Only %(unused)s unused numbers are in this hand; no more can be given back.") % {"unused": unused},
            "Q1",
            409,
        )
    allot(user, certificate_pool(), giver, holders.above(giver), count)


@transaction.atomic
def spoil_numbers(user: "User", holder: Holder, first: int, last: int, state: str, reason: str) -> int:
    """Declare unused numbers of a hand void or lost; gives how many."""
    user.require(ALLOT, "Q1")
    _require_own(user, holder)
    return spoil(user, certificate_pool(), holder, first, last, state, reason)


def _require_own(user: "User", holder: Holder) -> None:
    if not holders.is_own(user, holder):
        raise Refused("quarantine.numbers.foreign", _("These numbers are in somebody else's hand."), "Q1", 403)


def _check_count(count: int) -> None:
    if not 1 <= count <= MOST:
        raise Refused(
            "quarantine.numbers.count", _("Hand over between 1 and %(most)s numbers.") % {"most": MOST}, "Q1", 422
        )
