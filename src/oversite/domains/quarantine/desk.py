"""Lists of the duty desk that show the first few of what waits."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from oversite.screens.slots import DeskList, DeskRow, Words

AT_MOST = 6


def waiting(title: Words, rows: QuerySet[Any], shown: Callable[[Any], DeskRow], url: str = "") -> DeskList:
    """The first of `rows`, each as `shown` tells it, with how many there are together."""
    found = list(rows[: AT_MOST + 1])
    total = rows.count() if len(found) > AT_MOST else len(found)
    return DeskList(title, [shown(each) for each in found[:AT_MOST]], total, url)


def nothing(title: Words) -> DeskList:
    """A list for those whom it does not concern."""
    return DeskList(title, ())
