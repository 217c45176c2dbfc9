"""Acts that a page offers: as a link or button, or greyed with the reason why not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from oversite.screens.slots import Words


@dataclass(frozen=True, slots=True)
class Act:
    """One act; `why_not` greys it out and is told on hover and to screen readers; `is_dialog` asks before it acts."""

    label: Words
    url: str
    icon: str = ""
    why_not: Words = ""
    is_main: bool = False
    is_grave: bool = False
    is_dialog: bool = False


@dataclass(frozen=True, slots=True)
class BulkAct:
    """An act on the selected rows of a list; `run` returns the sentence that says what was done, or raises."""

    key: str
    label: Words
    run: Callable[[HttpRequest, list[Any]], Words]
    permission: str = ""
    icon: str = ""
    is_grave: bool = False


@dataclass(frozen=True, slots=True)
class EmptyState:
    """Why a list is empty and what to do about it."""

    title: Words
    hint: Words = ""
    act: Act | None = None
