"""Finding the papers of a case by the number that stands on them."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from oversite.screens.slots import Found

LEAST_CHARACTERS, AT_MOST = 4, 10
Search = Callable[[Any, str], Sequence[Found]]


def by_number(rows: Callable[[Any], QuerySet[Any]], fields: Sequence[str], shown: Callable[[Any], Found]) -> Search:
    """A search among the `rows` that a user sees: those of which one of `fields` begins with what was asked.

    A Chinese keyboard's wide digits and brackets find what is printed with narrow ones.
    """

    def search(user: Any, asked: str) -> Sequence[Found]:
        if len(asked) < LEAST_CHARACTERS:
            return []
        begins = Q()
        for field in fields:
            for typed in {asked, unicodedata.normalize("NFKC", asked)}:
                begins |= Q(**{f"{field}__startswith": typed})
        return [shown(each) for each in rows(user).filter(begins)[:AT_MOST]]

    return search
