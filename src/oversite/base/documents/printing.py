"""Typst: one compiler per process, reused; every document is PDF/A-3b, in which a missing glyph is an error."""

import json
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

import oversite
from oversite.base.documents.fonts import font_set
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _

ROOT = Path(oversite.__file__).parent
STANDARD: Final = "a-3b"
_lock = threading.Lock()


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(font_paths=font_set().loaded, ignore_system_fonts=True)


def print_pdf(template: Path, data: Mapping[str, Any], at: datetime) -> bytes:
    """The PDF of a template, filled with JSON-like `data` and dated `at`; same in, same out.

    The template reads files of the package (`/base/…`), or of its own folder where it lies elsewhere.

    Raises `Refused` naming the characters that no font can print; a fault of the template stays loud.
    """
    inputs = {"data": json.dumps({**data, "fonts": font_set().families}, ensure_ascii=False, default=str)}
    with _lock:
        try:
            pdf = _compiler().compile(
                input=str(template),
                root=str(ROOT if template.is_relative_to(ROOT) else template.parent),
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=[STANDARD],
                timestamp=int(at.timestamp()),
            )
        except typst.TypstError as error:
            missing = font_set().missing_glyphs("".join(texts(data)))
            if not missing:
                raise
            raise unprintable(missing) from error
    assert isinstance(pdf, bytes)
    return pdf


def unprintable(missing: set[str]) -> Refused:
    """The refusal that names characters without a glyph."""
    names = "、".join(f"{character} (U+{ord(character):04X})" for character in sorted(missing)[:20])
    return Refused(
        "documents.glyph.missing",
        _("These characters cannot be printed: %(characters)s. Write them in another way, or install a font for them.")
        % {"characters": names},
        status=422,
        data={"characters": [f"U+{ord(character):04X}" for character in sorted(missing)[:20]]},
    )


def texts(data: object) -> Iterator[str]:
    """Every text in nested JSON-like data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from texts(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from texts(value)
