"""The printed forms compared with stored pages: labels, order and notes, line by line, and a code that can be read.

After a change that is meant, delete the page in `pages/`: the test writes what is printed now and fails once.
"""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import pypdf
import pytest
from PIL import Image

from domains.quarantine.certificates.cases import TERMS, WITHIN, House
from oversite.base.documents.queries import document_bytes
from oversite.common import clock
from oversite.domains.quarantine.certificates import actions
from oversite.domains.quarantine.certificates.facts import Terms
from oversite.domains.quarantine.certificates.models import Certificate
from oversite.domains.quarantine.certificates.proof.pictures import texts_in

PAGES = Path(__file__).parent / "pages"
AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
CHANGING = ("veterinarian",)
PRODUCTS = {"goods": "product", "product_name": "冰鲜罗氏沼虾", "amount": 1500, "unit": "kilogram"}
FORMS = {
    "animal-a": ("330503", {}),
    "animal-b": ("320102", {}),
    "product-a": ("330503", PRODUCTS),
    "product-b": ("320102", PRODUCTS),
}

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q1", "Q10")]


def _terms(to_area: str) -> Terms:
    return TERMS if to_area.startswith("33") else WITHIN


def printed(house: House, name: str) -> tuple[Certificate, bytes]:
    veterinarian = house.veterinarian(certificate_number="GF32000001")
    to_area, goods = FORMS[name]
    inspection = house.inspection(veterinarian, to_area=to_area, **goods)
    with patch.object(clock, "now", return_value=AT):
        certificate = actions.issue_certificate(
            veterinarian.user, inspection, replace(_terms(to_area), marks="苏A0001234")
        )
        complete = actions.complete_certificate(certificate)
    assert complete.document_uid is not None
    return complete, document_bytes(complete.document_uid)


@pytest.mark.parametrize("name", FORMS)
def test_the_form_is_as_stored(house: House, name: str) -> None:
    certificate, pdf = printed(house, name)
    assert certificate.kind == name
    pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]
    facts = {line["key"]: line["value"] for line in certificate.facts}
    text = "\f".join(pages)
    for key in CHANGING:
        text = text.replace(facts[key], f"<{key}>")
    text = "".join(text.split(" ")).replace(facts["veterinarian"].replace(" ", ""), "<veterinarian>")
    path = PAGES / f"{name}.txt"
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path.name} was written: look at it, and run again")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils is not installed (deploy/test-packages)")
def test_the_printed_code_can_be_read(house: House, tmp_path: Path) -> None:
    certificate, pdf = printed(house, "animal-a")
    (tmp_path / "certificate.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "200", "-png", "certificate.pdf", "page"], cwd=tmp_path, check=True)
    pages = sorted(tmp_path.glob("page-*.png"))
    assert len(pages) == 2
    for page in pages:
        assert texts_in(Image.open(page).convert("L")) == [certificate.address + certificate.code]
