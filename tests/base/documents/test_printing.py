"""Printing: PDF/A-3b with every glyph, the same bytes for the same facts, a refusal where a character is missing."""

import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from oversite.base.documents import printing, queries
from oversite.base.documents.fonts import font_set
from oversite.common.errors import Refused
from oversite.common.qr import qr_svg

SHEET = Path(__file__).with_name("sheet.typ")
AT = datetime(2026, 11, 21, 6, 5, 9, tzinfo=UTC)
FACTS = {"title": "视频监控记录单", "author": "福州", "number": "A-1", "text": "饲料仓库：防鼠设施完好。", "qr": ""}


def pdf(**changes: str) -> bytes:
    return printing.print_pdf(SHEET, FACTS | changes, AT)


def test_every_document_is_pdf_a_3b_and_says_what_was_given() -> None:
    reader = PdfReader(BytesIO(pdf()))
    assert reader.metadata is not None
    assert reader.metadata.title == "视频监控记录单"
    assert reader.xmp_metadata is not None
    assert reader.xmp_metadata.stream.get_data().decode().count("pdfaid:part>3<") == 1
    text = reader.pages[0].extract_text()
    assert "饲料仓库：防鼠设施完好。" in text
    assert "A-1" in text
    fonts = reader.pages[0]["/Resources"]["/Font"]
    assert all("Noto" in str(font.get_object()["/BaseFont"]) for font in fonts.values())


def test_the_same_facts_give_the_same_bytes() -> None:
    assert pdf() == pdf()
    assert pdf() != pdf(text="别的")


def test_the_page_is_what_poppler_shows(tmp_path: Path) -> None:
    """Another maker's renderer finds ink where the text stands."""
    path = tmp_path / "sheet.pdf"
    path.write_bytes(pdf(qr=qr_svg("https://example.cn/documents/1")))
    subprocess.run(["pdftoppm", "-r", "50", "-gray", str(path), str(tmp_path / "page")], check=True)
    [page] = tmp_path.glob("page-*.pgm")
    pixels = page.read_bytes().split(b"\n", 3)[3]
    assert sum(value < 128 for value in pixels) > 500


@pytest.mark.parametrize("text", ["𠮷野家", "镕喆堃龘", "□ ■ √ ①②", "a\tb\u200b\ufeff\u202ec\ufe0f", "\r\n"])
def test_what_can_be_printed_is_not_called_missing(text: str) -> None:
    assert queries.missing_glyphs(text) == set()
    assert pdf(text=text)


def test_a_character_without_a_glyph_is_named_when_entered_and_when_printed() -> None:
    assert queries.missing_glyphs("王\u0378小\U0001f9a5明") == {"\u0378", "\U0001f9a5"}
    with pytest.raises(Refused, match=r"U\+0378"):
        pdf(text="王\u0378小明")


def test_facts_are_never_taken_for_markup() -> None:
    hostile = '#panic("x") $x$ *b* \\ "quoted" `raw` #read("/etc/passwd") </script>'
    assert "#panic" in PdfReader(BytesIO(pdf(text=hostile))).pages[0].extract_text()


def test_a_fault_of_the_template_stays_loud(tmp_path: Path) -> None:
    template = tmp_path / "broken.typ"
    template.write_text("#let data = json(bytes(sys.inputs.data))\n#data.absent\n")
    with pytest.raises(RuntimeError, match="absent"):
        printing.print_pdf(template, FACTS, AT)


def test_a_template_reads_nothing_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    template = tmp_path / "inner" / "reader.typ"
    template.write_text('#read("../secret.txt")')
    with pytest.raises(RuntimeError):
        printing.print_pdf(template, FACTS, AT)


def test_rare_characters_have_a_second_font() -> None:
    fonts = font_set()
    assert len(fonts.families) >= 2
    assert fonts.families[0] in {"Noto Sans SC", "Noto Sans CJK SC"}
