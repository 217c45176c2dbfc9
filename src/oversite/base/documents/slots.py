"""The forms that can be printed, plugged in by the domains that know them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Q

from oversite.common.slots import Slot

if TYPE_CHECKING:
    from oversite.base.accounts.models import User


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its title in both languages, its Typst template inside the package, and who may read what it prints.

    The template finds in `json(bytes(sys.inputs.data))` what the caller gave, and `fonts`, `number`, `title`, `qr`.
    Readers hold `permission` and have the document's agency in their subtree; `readable(user)` narrows that further.
    """

    title_zh: str
    title_en: str
    template: Path
    permission: str
    readable: Callable[["User"], Q] | None = None


FORMS: Slot[Form] = Slot("print forms")
