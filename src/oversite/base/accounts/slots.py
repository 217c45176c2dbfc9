"""What accounts cannot know: which permissions there are, and to what a grant may be narrowed."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from oversite.common.slots import Slot
from oversite.screens.slots import Words

if TYPE_CHECKING:
    from oversite.base.accounts.models import User


MONITOR = "monitor"
ADMINISTRATOR = "administrator"
SITE_OPERATOR = "site-operator"
AUDITOR = "auditor"
SYSTEM_ADMINISTRATOR = "system-administrator"
SECURITY_ADMINISTRATOR = "security-administrator"
AUDIT_ADMINISTRATOR = "audit-administrator"
"""Keys of the shipped roles, which a permission names as its carriers."""


@dataclass(frozen=True, slots=True)
class ShippedRole:
    """A role that every installation has; the words are those of the source documents.

    `is_separated` marks the three administrators of which nobody may hold two. `carries` names permissions that other
    apps plug in and that cannot know this role, such as those of sites and pictures for the people of a trade.
    """

    label_zh: str
    label_en: str
    needs_training: bool = False
    needs_second_factor: bool = False
    is_separated: bool = False
    carries: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Permission:
    """A named permission: its translated text and the shipped roles (`MONITOR` …) that carry it."""

    label: Words
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A way in for those who have no account yet, below the form of the sign-in page."""

    label: Words
    url_name: str


@dataclass(frozen=True, slots=True)
class ScopeKind:
    """Something a grant may be narrowed to: a camera, a camera group.

    `model` is the label (`cameras.camera`) of the model that `restrict` narrows by `condition(ids)`; several kinds may
    narrow the same model and then add up. `choices(user)` gives the (id, text) pairs that `user` may choose from.
    """

    label: Words
    model: str
    condition: Callable[[Collection[str]], Q]
    choices: Callable[["User"], Iterable[tuple[str, str]]]


ROLES: Slot[ShippedRole] = Slot("shipped roles")
"""Key of a role → the role: what the trade of a domain calls its people."""
PERMISSIONS: Slot[Permission] = Slot("permissions")
SCOPE_KINDS: Slot[ScopeKind] = Slot("grant scopes")
SIGN_IN_LINKS: Slot[SignInLink] = Slot("links of the sign-in page")
