"""The rulebooks that are plugged in, loaded once per process."""

from datetime import date
from functools import cache
from pathlib import Path

from oversite.common.errors import OversiteError
from oversite.oversight.rules.engine.loading import load_book
from oversite.oversight.rules.engine.rule import Rulebook, in_force
from oversite.oversight.rules.slots import RULEBOOKS


@cache
def loaded(folder: Path) -> Rulebook:
    """The book of a folder; raises `RulebookError`."""
    return load_book(folder)


def books() -> tuple[Rulebook, ...]:
    """Every plugged-in version of every book."""
    return tuple(loaded(folder) for folder in RULEBOOKS)


def books_in_force(on: date) -> dict[str, Rulebook]:
    """The books by which sites are judged on the day, by their word."""
    return in_force(books(), on)


def book_of_version(key: str, version: str) -> Rulebook | None:
    """The book by which something was judged, none where it is plugged in no more."""
    return next((book for book in books() if (book.key, book.version) == (key, version)), None)


def books_for(site_class: str, on: date) -> tuple[Rulebook, ...]:
    """The books in force that know a class of sites."""
    return tuple(book for book in books_in_force(on).values() if site_class in book.vocabulary.classes)


def choose_book(site_class: str, on: date, key: str = "") -> Rulebook:
    """The book named, or the only one that knows the class. Raises `OversiteError` naming what there is."""
    found = books_in_force(on)
    if key:
        if key not in found:
            raise OversiteError(f"no rulebook {key!r} is in force on {on}; there are: {', '.join(sorted(found))}")
        return found[key]
    knowing = books_for(site_class, on)
    if len(knowing) == 1:
        return knowing[0]
    if knowing:
        raise OversiteError(f"several books know the class {site_class!r}: {', '.join(book.key for book in knowing)}")
    classes = sorted({word for book in found.values() for word in book.vocabulary.classes})
    raise OversiteError(f"site.class: unknown site class {site_class!r}; allowed: {', '.join(classes)}")
