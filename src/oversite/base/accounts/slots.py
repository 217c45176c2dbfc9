"""What accounts cannot know: which permissions there are, and to what a grant may be narrowed."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from oversite.common.slots import Slot

if TYPE_CHECKING:
    from oversite.base.accounts.models import User


@dataclass(frozen=True, slots=True)
class Permission:
    """A named permission: its translated text and the shipped roles (keys of `roles.SHIPPED`) that carry it."""

    label: object
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ScopeKind:
    """Something a grant may be narrowed to: a camera, a camera group.

    `model` is the label (`cameras.camera`) of the model that `restrict` narrows by `condition(ids)`; several kinds may
    narrow the same model and then add up. `choices(user)` gives the (id, text) pairs that `user` may choose from.
    """

    label: object
    model: str
    condition: Callable[[Collection[str]], Q]
    choices: Callable[["User"], Iterable[tuple[str, str]]]


PERMISSIONS: Slot[Permission] = Slot("permissions")
SCOPE_KINDS: Slot[ScopeKind] = Slot("grant scopes")
