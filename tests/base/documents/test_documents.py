"""Issued documents: kept as they were, corrected by superseding, read by right, proved by their hash."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from oversite.base.audit.models import Entry
from oversite.base.documents import actions, files, queries
from oversite.base.documents.models import Document
from oversite.common import config, signing
from oversite.common.errors import Refused
from people import make_agency, make_user

if TYPE_CHECKING:
    from oversite.base.agencies.models import Agency

pytestmark = pytest.mark.django_db
FACTS = {"author": "福州", "text": "正常"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Documents of each test lie in a folder of its own."""
    monkeypatch.setattr(files, "folder", lambda: tmp_path / "documents")
    return tmp_path / "documents"


def issue(form: str, agency: "Agency", number: str = "", **more: object) -> Document:
    return actions.print_document(None, form, FACTS, subject=("test", "1"), agency=agency, number=number, **more)  # type: ignore[arg-type]


def test_an_issued_document_is_a_file_a_row_and_an_audit_row(form: str, folder: Path) -> None:
    document = issue(form, make_agency(), "JK-1")
    content = queries.document_bytes(document.uid)
    assert content.startswith(b"%PDF")
    assert (document.title, document.size_bytes) == ("测试单", len(content))
    assert Entry.objects.get(act="documents.document.issued").outcome == "done"
    assert queries.damaged_documents() == []
    assert not list(folder.rglob("*.draft"))


def test_a_correction_supersedes_and_only_the_newest_is_corrected(form: str) -> None:
    agency = make_agency()
    first = issue(form, agency, "JK-1")
    second = issue(form, agency, "JK-2", supersedes=first)
    first.refresh_from_db()
    assert first.superseded_by == second
    with pytest.raises(Refused):
        issue(form, agency, "JK-3", supersedes=first)
    assert Document.objects.count() == 2
    assert queries.document_bytes(first.uid) != queries.document_bytes(second.uid)


def test_what_cannot_be_printed_is_not_issued(form: str, folder: Path) -> None:
    agency = make_agency()
    with pytest.raises(Refused, match=r"U\+0378"):
        actions.print_document(None, form, FACTS | {"text": "\u0378"}, subject=("test", "1"), agency=agency)
    assert not Document.objects.exists()
    assert not list(folder.rglob("*.pdf"))


def test_a_changed_or_missing_file_is_found_and_never_shown(form: str, folder: Path) -> None:
    changed, missing = (issue(form, make_agency(), number) for number in ("JK-1", "JK-2"))
    (folder / changed.path).write_bytes(b"%PDF other")
    (folder / missing.path).rename(folder / missing.path.replace(".pdf", "0.pdf"))
    for document in (changed, missing):
        with pytest.raises(Refused):
            queries.document_bytes(document.uid)
    problems = queries.damaged_documents()
    assert [problem.rpartition(": ")[2] for problem in problems] == [
        "the file was changed",
        "the file is missing",
        "no document names this file",
    ]


def test_a_signed_document_verifies_with_the_exported_key(form: str, tmp_path: Path) -> None:
    signer = signing.open_signer(tmp_path / "keys", "seal")
    document = issue(form, make_agency(), signer=signer)
    document.refresh_from_db()
    trusted = signing.parse_trust(signing.trust_text(signing.own_keys(tmp_path / "keys")))
    content = queries.document_bytes(document.uid)
    assert signing.judge(trusted, document.key_fingerprint, content, bytes(document.signature)) == "valid"
    assert signing.judge(trusted, document.key_fingerprint, content + b" ", bytes(document.signature)) == "invalid"


def test_a_document_carries_its_address_as_a_code_where_there_is_a_public_one(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = make_agency()
    assert b"/XObject" not in queries.document_bytes(issue(form, agency).uid)
    here = config.load({"public_url": "https://example.cn/"}, environ={})
    monkeypatch.setattr(config, "current", lambda: here)
    printed = issue(form, agency)
    assert actions._qr(printed).startswith("<svg")


@pytest.mark.req("A4.1")
def test_a_document_is_read_in_its_subtree_by_those_who_may(form: str, client: Client) -> None:
    region = make_agency(level=2)
    house, neighbour = make_agency(region), make_agency(region)
    document = issue(form, house, "JK-1")
    url = f"/documents/{document.uid}/?file=pdf"
    for user, status in (
        (make_user(house, "test.read"), 200),
        (make_user(region, "test.read"), 200),
        (make_user(neighbour, "test.read"), 404),
        (make_user(house, "other.read"), 404),
    ):
        client.force_login(user)
        response = client.get(url)
        assert response.status_code == status
        if status == 200:
            assert response.content == queries.document_bytes(document.uid)
            assert response.headers["Content-Type"] == "application/pdf"
            assert Entry.objects.filter(act="documents.document.opened", actor=user.username).count() == 1
    client.logout()
    assert client.get(url).status_code == 302


def test_the_register_lists_what_may_be_read(form: str, client: Client) -> None:
    house = make_agency()
    issue(form, house, "JK-1")
    issue(form, make_agency(), "JK-2")
    client.force_login(make_user(house, "test.read"))
    page = client.get("/documents/").content.decode()
    assert "JK-1" in page
    assert "JK-2" not in page
