"""What other apps plug into viewing: purposes of opening footage, and marks on the 24-hour bar."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from oversite.common.slots import Slot

if TYPE_CHECKING:
    from datetime import datetime

    from oversite.base.accounts.models import User
    from oversite.video.cameras.models import Camera


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why recorded footage is opened; `needs_text` asks for particulars under `text_zh`, `text_en`."""

    key: str
    label_zh: str
    label_en: str
    needs_text: bool = False
    text_zh: str = ""
    text_en: str = ""

    @property
    def label(self) -> str:
        """In the reader's language."""
        return self.label_zh if is_chinese() else self.label_en

    @property
    def text_label(self) -> str:
        """What the particulars are, in the reader's language."""
        return self.text_zh if is_chinese() else self.text_en


@dataclass(frozen=True, slots=True)
class TimelineMark:
    """Something that happened at a camera, shown on its bar; `kind` is `anomaly` or `alarm`."""

    start_at: "datetime"
    end_at: "datetime"
    kind: str
    title: str
    url: str = ""


Marks = Callable[["User", "Camera", "datetime", "datetime"], Iterable[TimelineMark]]

PURPOSES: Slot[Purpose] = Slot("viewing purposes")
MARKS: Slot[Marks] = Slot("timeline marks")


def is_chinese() -> bool:
    """Whether the reader reads Chinese."""
    return (get_language() or "zh").startswith("zh")
