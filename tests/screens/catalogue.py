"""Finds the messages of an app in its Python files and templates."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None,
    "_t": None,
    "sentence": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
CONTEXT_END = "\x04"
"""Between context and text, as in compiled catalogues."""


def messages(app: Path) -> Iterator[str]:
    """All msgids; of plurals the singular, of those with a context `context␄text` as compiled catalogues write it."""
    for path in sorted([*app.rglob("*.py"), *app.rglob("*.html")]):
        text = path.read_text("utf-8")
        source = templatize(text, origin=str(path)) if path.suffix == ".html" else text
        for _line, found, _comments, context in extract("python", BytesIO(source.encode()), KEYWORDS):
            text = found[0] if isinstance(found, tuple) else found
            yield f"{context}{CONTEXT_END}{text}" if context else text
