"""Sentences that are translated when they are read: what is stored is the English text with its parameters.

`sentence("…%(user)s…") % {"user": name}` keeps both apart, so that a row of the audit, written while one person
worked in Chinese, is read in English by another. Modules import it as `_`, like gettext.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext

DEEPEST = 4


class Sentence:
    """A text with named parameters, in the language of whoever turns it into a `str`."""

    __slots__ = ("context", "parameters", "text")

    def __init__(self, text: str, parameters: Mapping[str, object] | None = None, context: str = "") -> None:
        self.text = text
        self.parameters = dict(parameters or {})
        self.context = context

    def __mod__(self, parameters: Mapping[str, object]) -> "Sentence":
        return Sentence(self.text, {**self.parameters, **parameters}, self.context)

    def __str__(self) -> str:
        text = pgettext(self.context, self.text) if self.context else gettext(self.text)
        return text % {name: _shown(value) for name, value in self.parameters.items()} if self.parameters else text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sentence) and stored(self) == stored(other)

    def __hash__(self) -> int:
        return hash((self.text, self.context))


def sentence(text: str) -> Sentence:
    """A sentence of the caller's catalogue; parameters follow by `%`."""
    return Sentence(text)


def stored(words: object) -> "str | dict[str, Any]":
    """Words as JSON can hold them: text, context and parameters apart where they are known, else the text itself."""
    if isinstance(words, Sentence):
        found: dict[str, Any] = {"text": words.text}
        if words.context:
            found["context"] = words.context
        if words.parameters:
            found["parameters"] = {name: _stored_parameter(value) for name, value in words.parameters.items()}
        return found
    if isinstance(words, Promise):
        return _stored_promise(words)
    return str(words)


def restored(kept: object) -> str:
    """What `stored` gave, in the reader's language; anything else as it is."""
    return str(_restored(kept, 0))


def _restored(kept: object, depth: int) -> object:
    if not isinstance(kept, Mapping) or not isinstance(kept.get("text"), str) or depth > DEEPEST:
        return kept
    parameters = kept.get("parameters")
    named = parameters if isinstance(parameters, Mapping) else {}
    told = Sentence(
        kept["text"],
        {str(name): _restored(value, depth + 1) for name, value in named.items()},
        str(kept.get("context") or ""),
    )
    try:
        str(told)
    except (KeyError, ValueError, TypeError):
        return kept["text"]
    return told


def _stored_parameter(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return stored(value)


def _stored_promise(words: Promise) -> "str | dict[str, Any]":
    """The text behind `gettext_lazy` and `pgettext_lazy`, by the way in which they are pickled."""
    reduced: Any = words.__reduce__()
    function, args = (*reduced[1], None, ())[:2]
    if function is gettext and len(args) == 1:
        return {"text": str(args[0])}
    if function is pgettext and len(args) == 2:
        return {"text": str(args[1]), "context": str(args[0])}
    return str(words)


def _shown(value: object) -> object:
    """Numbers stay numbers, for `%(count)d`."""
    return value if isinstance(value, int | float | datetime | date) else str(value)
