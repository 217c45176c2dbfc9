"""What other apps plug into viewing: purposes, marks on the 24-hour bar, acts on the site that the wall shows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from oversite.common.slots import Slot
from oversite.screens.slots import Words

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


@dataclass(frozen=True, slots=True)
class WallAct:
    """What can be done at the site that the wall shows: `urls(user)` gives the address per key of a site."""

    label: Words
    icon: str
    urls: Callable[["User"], Mapping[int, str]]


Marks = Callable[["User", "Camera", "datetime", "datetime"], Iterable[TimelineMark]]

PURPOSES: Slot[Purpose] = Slot("viewing purposes")
MARKS: Slot[Marks] = Slot("timeline marks")
WALL_ACTS: Slot[WallAct] = Slot("wall acts")


def is_chinese() -> bool:
    """Whether the reader reads Chinese."""
    return (get_language() or "zh").startswith("zh")
