"""Who may hold certificate numbers, and who stands above and below whom (req: Q1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from oversite.base.agencies import queries as agencies
from oversite.base.numbers.actions import INSTALLATION, Holder
from oversite.domains.quarantine.registry import queries as registry

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency

AGENCY, POINT, VETERINARIAN = "agencies.agency", "quarantine_registry.point", "quarantine_registry.veterinarian"


@dataclass(frozen=True, slots=True)
class Hand:
    """A holder with its name and agency; the installation itself has none."""

    holder: Holder
    name: str
    agency: "Agency | None"


HOLDING_KINDS = frozenset({"government", "quarantine", "agriculture", "commerce", "customs", "police"})
"""Kinds of agencies that may hold numbers: those that act for the state."""


def hand(holder: Holder) -> Hand | None:
    """Who that is, where they still exist."""
    if holder == INSTALLATION:
        return Hand(holder, "本系统", None)
    if holder.kind == AGENCY:
        agency = agencies.all_agencies().filter(pk=holder.id).first()
        return Hand(holder, agency.name, agency) if agency else None
    if holder.kind not in {POINT, VETERINARIAN}:
        return None
    rows = registry.all_points() if holder.kind == POINT else registry.all_veterinarians()
    row = rows.filter(pk=holder.id).first()
    return Hand(holder, str(row), row.agency) if row else None


def below(holder: Holder) -> list[Hand]:
    """Those right below: agencies, then the points of an agency, then veterinarians."""
    own = hand(holder)
    if own is None or holder.kind == VETERINARIAN:
        return []
    if own.agency is None:
        return [_agency(each) for each in agencies.roots() if each.kind in HOLDING_KINDS]
    people = registry.all_veterinarians().filter(agency=own.agency, is_active=True)
    if holder.kind == POINT:
        return [Hand(Holder.of(each), str(each), each.agency) for each in people]
    children = agencies.subtree(own.agency).filter(depth=own.agency.depth + 1, is_active=True)
    points = registry.all_points().filter(agency=own.agency, is_active=True)
    found = [_agency(each) for each in children if each.kind in HOLDING_KINDS]
    found += [Hand(Holder.of(each), str(each), each.agency) for each in points]
    return found if points else found + [Hand(Holder.of(each), str(each), each.agency) for each in people]


def above(holder: Holder) -> Holder:
    """Who stands right above; the installation stands above the first agency."""
    own = hand(holder)
    if own is None or own.agency is None:
        return INSTALLATION
    if holder.kind == AGENCY:
        chain = agencies.chain_of(own.agency)
        return Holder.of(chain[-2]) if len(chain) > 1 else INSTALLATION
    if holder.kind == VETERINARIAN:
        point = registry.all_points().filter(agency=own.agency, is_active=True).first()
        return Holder.of(point) if point else Holder.of(own.agency)
    return Holder.of(own.agency)


def own_hands(user: "User") -> list[Hand]:
    """Every hand in the user's subtree, from the top; the installation's for those who stand at the top."""
    top = [Hand(INSTALLATION, "本系统", None)] if user.agency.depth == 1 else []
    tree = [_agency(each) for each in agencies.subtree(user.agency) if each.kind in HOLDING_KINDS]
    inside = {"agency__path__startswith": user.agency.path}
    points = [Hand(Holder.of(each), str(each), each.agency) for each in registry.all_points().filter(**inside)]
    people = [Hand(Holder.of(each), str(each), each.agency) for each in registry.all_veterinarians().filter(**inside)]
    return [*top, *tree, *points, *people]


def tree(user: "User") -> Iterator[tuple[Hand, Holder | None, int]]:
    """Every hand of the user's subtree with the one right above it (none at the top) and its depth, in tree order."""
    hands = own_hands(user)
    points = {hand.agency.pk: hand.holder for hand in hands if hand.holder.kind == POINT and hand.agency}
    agencies_by_path = {hand.agency.path: hand.holder for hand in hands if hand.holder.kind == AGENCY and hand.agency}
    inside: dict[Holder | None, list[Hand]] = {}
    for hand in hands:
        inside.setdefault(_right_above(hand, points, agencies_by_path, hands[0].holder), []).append(hand)
    waiting: list[tuple[Hand, Holder | None, int]] = [(hand, None, 0) for hand in reversed(inside.get(None, []))]
    while waiting:
        hand, above_it, depth = waiting.pop()
        yield hand, above_it, depth
        waiting += [(each, hand.holder, depth + 1) for each in reversed(inside.get(hand.holder, []))]


def _right_above(
    hand: Hand, points: dict[int, Holder], agencies_by_path: dict[str, Holder], top: Holder
) -> Holder | None:
    agency = hand.agency
    if agency is None:
        return None
    if hand.holder.kind == VETERINARIAN and agency.pk in points:
        return points[agency.pk]
    path = agency.path
    if hand.holder.kind == AGENCY:
        path = path[: -agency.steplen]
        while path and path not in agencies_by_path:
            path = path[: -agency.steplen]
    found = agencies_by_path.get(path)
    return found or (top if top == INSTALLATION else None)


def is_own(user: "User", holder: Holder) -> bool:
    """Whether a hand lies in the user's subtree."""
    own = hand(holder)
    if own is None:
        return False
    if own.agency is None:
        return bool(user.agency.depth == 1)
    return agencies.is_inside(own.agency, user.agency)


def _agency(agency: "Agency") -> Hand:
    return Hand(Holder.of(agency), agency.name, agency)
