"""What the first document of a process would wait for: fonts, the typesetter, the library that signs PDFs."""

from pathlib import Path
from typing import Final

from oversite.base.documents import printing
from oversite.base.documents.fonts import font_set
from oversite.common import clock

SHEET: Final = Path(__file__).parent / "warming.typ"
SAMPLE: Final = "检疫证明 0123456789"


def warm_up() -> None:
    """Load all of it; a second call costs a few milliseconds."""
    from oversite.common import pades  # noqa: F401

    font_set().missing_glyphs(SAMPLE)
    printing.print_pdf(SHEET, {"text": SAMPLE}, clock.now())
