"""What the tree cannot know: what still hangs on an agency and speaks against closing it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from oversite.common.slots import Slot
from oversite.screens.slots import Words

if TYPE_CHECKING:
    from oversite.base.agencies.models import Agency


@dataclass(frozen=True, slots=True)
class Tie:
    """Something active that belongs to agencies; `count` says how many of it one agency has."""

    label: Words
    count: Callable[["Agency"], int]


TIES: Slot[Tie] = Slot("ties of agencies")
