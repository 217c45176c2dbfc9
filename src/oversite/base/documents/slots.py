"""The forms that can be printed, plugged in by the domains that know them."""

from dataclasses import dataclass
from pathlib import Path

from oversite.common.slots import Slot


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its title in both languages, its Typst template inside the package, and who may read what it prints.

    The template finds in `json(bytes(sys.inputs.data))` what the caller gave, and `fonts`, `number`, `title`, `qr`.
    Readers hold `permission` and have the document's agency in their subtree.
    """

    title_zh: str
    title_en: str
    template: Path
    permission: str


FORMS: Slot[Form] = Slot("print forms")
