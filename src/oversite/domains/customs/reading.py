"""Labels in the reader's language."""

from django.utils.translation import get_language

from oversite.domains.customs.words import Words


def in_language(words: Words) -> str:
    """The one of two texts that the reader's language asks for."""
    return words.said(get_language() or "zh")
