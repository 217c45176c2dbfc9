"""Handing seals down the tree, and declaring them void or lost; the pool keeps the books."""

from typing import TYPE_CHECKING

from django.db import transaction

from oversite.base.agencies.queries import is_inside
from oversite.base.numbers.actions import INSTALLATION, Holder, allot, spoil
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.laboratory import queries

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency

HAND_OUT = "quarantine.seal.hand-out"
REGISTER = "quarantine.seal.register"


def giver_of(user: "User") -> Holder:
    """From whose hand a user gives seals: new ones come from the installation, for those who register them."""
    return INSTALLATION if user.has_perm(REGISTER) else Holder.of(user.agency)


@transaction.atomic
def hand_out_seals(actor: "User", receiver: "Agency", count: int) -> str:
    """Give an agency of the subtree so many seals; gives their range as it is printed on them.

    Raises `Refused` for an agency elsewhere, and where the giver has not so many.
    """
    actor.require(HAND_OUT)
    if not is_inside(receiver, actor.agency):
        raise Refused("quarantine.seal.agency", _("This agency is not below yours."), "Q8", 404)
    pool = queries.seal_pool()
    blocks = allot(actor, pool, giver_of(actor), Holder.of(receiver), count)
    return "、".join(f"{pool.text(block.first)}–{pool.text(block.last)}" for block in blocks)


@transaction.atomic
def spoil_seals(actor: "User", holder: "Agency", first: int, last: int, state: str, reason: str) -> int:
    """Declare unused seals of an agency of the subtree void or lost; gives how many."""
    actor.require(HAND_OUT)
    if not is_inside(holder, actor.agency):
        raise Refused("quarantine.seal.agency", _("This agency is not below yours."), "Q8", 404)
    return spoil(actor, queries.seal_pool(), Holder.of(holder), first, last, state, reason)
