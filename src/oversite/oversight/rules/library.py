"""The rulebooks that are plugged in, loaded once per process."""

from datetime import date
from functools import cache
from pathlib import Path

from oversite.oversight.rules.engine.loading import load_book
from oversite.oversight.rules.engine.nearest import nearest_first, nearest_word
from oversite.oversight.rules.engine.problems import FactsError, Problem
from oversite.oversight.rules.engine.rule import Rulebook, in_force
from oversite.oversight.rules.engine.words import Label
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


def require_book(key: str) -> None:
    """Raise `FactsError` with the books that there are, where none is called so; "" stands for all of them."""
    known = {book.key: book.title for book in books()}
    if key and key not in known:
        said = Label(f"没有名为“{key}”的规则", f"there is no rulebook {key!r}")
        near = nearest_word(key, known, known)
        raise FactsError([Problem("--book", said, nearest_first(near, known), known, near)])


def require_books(on: date, key: str = "") -> list[Rulebook]:
    """The book named, or all, in force on the day.

    Raises `FactsError` for a book that there is not, and for a day on which none of them was in force.
    """
    require_book(key)
    found = [book for book in books_in_force(on).values() if key in {"", book.key}]
    if not found:
        raise FactsError([_not_in_force([book for book in books() if key in {"", book.key}], on, "--on")])
    return found


def choose_book(site_class: str, on: date, key: str = "") -> Rulebook:
    """The book named, or the only one that knows the class, in force on the day.

    Raises `FactsError` for a book that there is not, for a class that no book knows, for a day on which none of those
    that know it was in force, and where several of them are.
    """
    found = books_in_force(on)
    require_book(key)
    knowing = [book for book in books() if key == book.key or (not key and site_class in book.vocabulary.classes)]
    if not knowing:
        classes = {word: each.label for book in books() for word, each in book.vocabulary.classes.items()}
        said = Label(f"场所分类“{site_class}”不认识", f"unknown site class {site_class!r}")
        near = nearest_word(site_class, classes, classes)
        raise FactsError([Problem("site.class", said, nearest_first(near, classes), classes, near)])
    valid = {book.key: book for book in found.values() if book in knowing}
    if not valid:
        raise FactsError([_not_in_force(knowing, on)])
    if len(valid) > 1:
        said = Label(
            f"多部规则都有场所分类“{site_class}”，请指定其一", f"several books know the class {site_class!r}; say which"
        )
        raise FactsError([Problem("--book", said, tuple(valid), {word: each.title for word, each in valid.items()})])
    return next(iter(valid.values()))


def _not_in_force(knowing: list[Rulebook], on: date, where: str = "on") -> Problem:
    """On that day none of the books was, or is any more, in force; each with when it is."""
    times_zh = "、".join(f"{each.key}（第{each.version}版）自{each.effective_on}起" for each in knowing)
    times_en = ", ".join(f"{each.key} {each.version} from {each.effective_on}" for each in knowing)
    ends = [each for each in knowing if each.ends_on]
    if ends:
        times_zh += "；" + "、".join(f"{each.key}（第{each.version}版）至{each.ends_on}止" for each in ends)
        times_en += "; " + ", ".join(f"{each.key} {each.version} until {each.ends_on}" for each in ends)
    return Problem(
        where,
        Label(f"{on}当日没有生效的规则：{times_zh}", f"no such rulebook was in force on {on}: {times_en}"),
    )
