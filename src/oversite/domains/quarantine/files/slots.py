"""What the files cannot know: who may read what belongs to a subject."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from oversite.common.slots import Slot

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

READERS: Slot[Callable[["User", str], bool]] = Slot("quarantine file readers")
"""Label of a model (`quarantine_declarations.declaration`) → whether a user may read the one with this primary key."""
