"""Paper forms photographed back: made straight, kept under the number, counted before the file can close (req: Q9)."""

import uuid
from io import BytesIO

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from PIL import Image, ImageDraw

from domains.quarantine.certificates.cases import TERMS, House
from domains.quarantine.certificates.proof.test_pictures import code, png_that_claims
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.domains.quarantine.certificates import actions, papers
from oversite.domains.quarantine.certificates.inspecting import certificate_url, missing_papers, search
from oversite.domains.quarantine.certificates.models import Certificate
from oversite.domains.quarantine.certificates.proof.pictures import texts_in
from oversite.domains.quarantine.certificates.straightening import PaperError, flattened, sheet_corners, straightened
from oversite.domains.quarantine.certificates.terms_form import TermsForm
from oversite.domains.quarantine.files.queries import file_bytes, files_of
from oversite.domains.quarantine.inspections.queries import unsigned

pytestmark = pytest.mark.req("Q9")

SEEN = [(0.17, 0.12), (0.86, 0.19), (0.93, 0.91), (0.09, 0.84)]
"""Where the corners of the sheet are in the photograph."""


def sheet() -> Image.Image:
    """A form with a mark in each corner and a code in the middle."""
    paper = Image.new("RGB", (1000, 1400), (250, 250, 248))
    pen = ImageDraw.Draw(paper)
    for x, y, colour in ((30, 30, "red"), (910, 30, "green"), (910, 1310, "blue"), (30, 1310, "black")):
        pen.rectangle((x, y, x + 60, y + 60), fill=colour)
    paper.paste(code("https://check.example.gov.cn/c/" + "A" * 40).convert("RGB").resize((420, 420)), (290, 450))
    return paper


def photograph() -> bytes:
    """The sheet lying askew on a dark table."""
    paper = sheet()
    size = (1600, 1500)
    target = [(x * size[0], y * size[1]) for x, y in SEEN]
    source = [(0, 0), (paper.width, 0), (paper.width, paper.height), (0, paper.height)]
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    coefficients = np.linalg.solve(np.array(rows, float), np.array(values, float)).tolist()
    seen = paper.transform(
        size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC, fillcolor=(60, 52, 45)
    )
    stream = BytesIO()
    seen.save(stream, "JPEG", quality=88)
    return stream.getvalue()


def colour_at(picture: Image.Image, x: float, y: float) -> str:
    """The mark at a place of the straightened sheet, given as parts of its size."""
    red, green, blue = picture.getpixel((round(x * picture.width), round(y * picture.height)))  # type: ignore[misc]
    if max(red, green, blue) < 90:
        return "black"
    return ("red", "green", "blue")[int(np.argmax((red, green, blue)))]


@pytest.mark.parametrize("corners", [None, SEEN])
def test_a_sheet_lying_askew_is_made_straight(corners: list[tuple[float, float]] | None) -> None:
    picture = Image.open(BytesIO(straightened(photograph(), corners))).convert("RGB")
    marks = [(0.06, 0.045), (0.94, 0.045), (0.94, 0.957), (0.06, 0.957)]
    assert [colour_at(picture, x, y) for x, y in marks] == ["red", "green", "blue", "black"]
    assert texts_in(picture.convert("L")) == ["https://check.example.gov.cn/c/" + "A" * 40]


def test_the_corners_are_found() -> None:
    found = sheet_corners(Image.open(BytesIO(photograph())))
    assert found is not None
    assert np.abs(np.array(found) - np.array(SEEN)).max() < 0.03


def test_where_no_sheet_stands_out_the_photograph_stays_whole() -> None:
    plain = Image.new("RGB", (640, 480), (120, 130, 125))
    stream = BytesIO()
    plain.save(stream, "JPEG")
    assert sheet_corners(plain) is None
    assert Image.open(BytesIO(straightened(stream.getvalue()))).size == (640, 480)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", png_that_claims(60_000, 60_000)])
def test_what_is_no_photograph_is_refused(data: bytes) -> None:
    with pytest.raises(PaperError):
        straightened(data)


@pytest.mark.parametrize("corners", [[(0, 0)] * 4, [(0, 0), (1, 0), (1, 2), (0, 1)], [(0.1, 0.1)]])
def test_corners_that_enclose_nothing_are_refused(corners: list[tuple[float, float]]) -> None:
    with pytest.raises(PaperError, match="corners"):
        straightened(photograph(), corners)


def test_a_flat_sheet_stays_as_it_is() -> None:
    picture = sheet()
    same = flattened(picture, [(0, 0), (1, 0), (1, 1), (0, 1)])
    assert same.size == picture.size


@pytest.mark.django_db
def test_a_file_is_complete_when_every_paper_is_back(house: House) -> None:
    veterinarian = house.veterinarian()
    inspection = house.inspection(veterinarian)
    issued = actions.issue_certificate(veterinarian.user, inspection, TERMS)
    certificate = actions.complete_certificate(issued)
    assert len(missing_papers(inspection)) == 3
    for kind in papers.KINDS:
        file = papers.file_paper(veterinarian.user, certificate, kind, photograph())
        assert file.name == f"{certificate.number}-{kind}.jpg"
    assert missing_papers(inspection) == []
    assert len(files_of(certificate)) == 3
    assert Image.open(BytesIO(file_bytes(files_of(certificate)[0]))).format == "JPEG"
    for text in (certificate.number, certificate.number[:6]):
        [found] = search(veterinarian.user, text)
        assert found.url == certificate_url(certificate)
        with translation.override("zh-hans"):
            assert str(found.detail).endswith("已回传 3 份纸质文书")
    assert search(house.veterinarian().user, certificate.number[:3]) == []
    assert search(house.make_user(house.unit, "quarantine-laboratory"), certificate.number) == []


@pytest.mark.django_db
@pytest.mark.req("Q9", "Q12")
def test_a_record_under_which_all_signed_with_a_finger_is_not_photographed_back(house: House) -> None:
    veterinarian = house.veterinarian()
    inspection = house.inspection(veterinarian)
    certificate = actions.complete_certificate(actions.issue_certificate(veterinarian.user, inspection, TERMS))
    label = papers.KINDS["record"]
    for role in unsigned(inspection):
        assert label in papers.missing(certificate), f"{role} has not signed"
        now = clock.now()
        inspection.signatures.create(
            client_id=uuid.uuid4(),
            role=role,
            name="张三",
            strokes=[[[1, 1]]],
            revision=inspection.revision,
            signed_at=now,
            received_at=now,
        )
    assert label not in papers.missing(certificate)
    assert len(papers.missing(certificate)) == 2


@pytest.mark.django_db
def test_a_void_one_needs_no_papers_and_a_missing_document_is_said(house: House) -> None:
    veterinarian = house.veterinarian()
    inspection = house.inspection(veterinarian)
    certificate = actions.issue_certificate(veterinarian.user, inspection, TERMS)
    assert len(missing_papers(inspection)) == 4
    actions.complete_certificate(certificate)
    actions.void_certificate(veterinarian.user, certificate, "作废")
    assert papers.missing(Certificate.objects.get(pk=certificate.pk)) == []


@pytest.mark.django_db
def test_who_may_not_file_is_refused(house: House) -> None:
    veterinarian = house.veterinarian()
    certificate = actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)
    producer = house.make_user(house.unit, "quarantine-producer")
    with pytest.raises(Refused):
        papers.file_paper(producer, certificate, "record", photograph())
    with pytest.raises(Refused) as refused:
        papers.file_paper(veterinarian.user, certificate, "other", photograph())
    assert refused.value.status == 422


def test_the_page_finds_the_corners_and_shows_the_straightened_sheet(house: House) -> None:
    veterinarian = house.veterinarian(1)
    certificate = actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)
    client = Client()
    client.force_login(certificate.veterinarian.user)
    address = f"/quarantine/certificates/{certificate.uid}/papers/"
    assert 'data-island="corners"' in client.get(address).content.decode()
    photo = SimpleUploadedFile("photo.jpg", photograph(), content_type="image/jpeg")
    found = client.post(address + "look/", {"photograph": photo, "corners": ""}).json()
    assert found["is_found"]
    assert len(found["corners"]) == 8
    assert found["preview"].startswith("data:image/jpeg;base64,")
    photo.seek(0)
    dragged = client.post(address + "look/", {"photograph": photo, "corners": "0,0,0.5,0,0.5,0.5,0,0.5"}).json()
    assert dragged["corners"] == [0, 0, 0.5, 0, 0.5, 0.5, 0, 0.5]
    refused = client.post(address + "look/", {"photograph": SimpleUploadedFile("x.jpg", b"no picture"), "corners": ""})
    assert refused.status_code == 422


def test_a_paper_with_a_certificates_code_is_no_declaration(house: House) -> None:
    veterinarian = house.veterinarian(3)
    issued = actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)
    other = actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)
    stream = BytesIO()
    code(issued.address + issued.code).convert("RGB").save(stream, "PNG")
    for certificate, kind, why in ((issued, "declaration", "other"), (other, "copy", "foreign")):
        with pytest.raises(Refused) as refused:
            papers.file_paper(veterinarian.user, certificate, kind, stream.getvalue())
        assert refused.value.code == f"quarantine.paper.{why}"
    assert papers.file_paper(veterinarian.user, issued, "copy", stream.getvalue()).kind == "paper-copy"


def test_what_is_wrong_with_a_photograph_is_said_in_chinese(house: House) -> None:
    veterinarian = house.veterinarian(3)
    issued = actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)
    with translation.override("zh-hans"), pytest.raises(Refused) as refused:
        papers.file_paper(veterinarian.user, issued, "copy", png_that_claims(60_000, 60_000))
    with translation.override("zh-hans"):
        assert "图片尺寸过大" in str(refused.value)


def test_what_the_code_tells_is_said_and_a_form_chosen_by_hand_is_taken(house: House) -> None:
    veterinarian = house.veterinarian(3)
    issued = actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)
    stream = BytesIO()
    code(issued.address + issued.code).convert("RGB").save(stream, "PNG")
    client = Client()
    client.force_login(issued.veterinarian.user)
    address = f"/quarantine/certificates/{issued.uid}/papers/look/"

    def looked_at(data: bytes) -> tuple[str, str]:
        photo = SimpleUploadedFile("photo.png", data, content_type="image/png")
        found = client.post(address, {"photograph": photo, "corners": ""}).json()
        return found["kind"], found["read"]

    kind, read = looked_at(stream.getvalue())
    assert (kind, issued.number in read) == ("copy", True)
    blank = BytesIO()
    Image.new("RGB", (640, 480), (120, 130, 125)).save(blank, "PNG")
    kind, read = looked_at(blank.getvalue())
    assert (kind, "自行" in read, issued.number in read) == ("", True, True)
    assert papers.file_paper(veterinarian.user, issued, "copy", blank.getvalue()).kind == "paper-copy"


@pytest.mark.django_db
def test_a_certificate_written_by_hand_cannot_be_entered(house: House) -> None:
    veterinarian = house.veterinarian()
    client = Client()
    client.force_login(veterinarian.user)
    unused = "3200000003"
    arrival = client.post(f"/quarantine/certificates/receive/{unused}/", {"amount": "1", "place": "x", "reporter": "y"})
    assert arrival.status_code == 404
    undecided = house.inspection(veterinarian)
    type(undecided).objects.filter(pk=undecided.pk).update(verdict="", decided_at=None)
    assert client.get(f"/quarantine/certificates/issue/{undecided.uid}/").status_code == 404
    assert not Certificate.objects.exists()
    assert {"number", "issued_at", "document_uid"}.isdisjoint(TermsForm.base_fields), "what counts is never typed"
