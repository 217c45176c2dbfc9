"""Labels in the reader's language."""

from pathlib import Path

from django.utils.translation import get_language

from oversite.domains.customs.words import Words
from oversite.oversight.rules.slots import cited

RULEBOOK = Path(__file__).parent / "rulebook"


def in_language(words: Words) -> str:
    """The one of two texts that the reader's language asks for."""
    return words.said(get_language() or "zh")


def span_text(first: int, last: int) -> str:
    """`8`, or `14–15`."""
    return str(first) if first == last else f"{first}–{last}"


def provision(clause: str) -> str:
    """A path as the document cites itself: `A3.1.2.7.4` is 附件3第一部分（二）7（4）; any other text as it is."""
    return in_language(Words(*cited(RULEBOOK, clause)))
