"""Seal and signature: enrolled on request, approved by another, in the PDF, on a token, SM2 beside (req: Q10)."""

import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from django.db import transaction
from django.utils import translation

from common.test_tokens import MODULE, token  # noqa: F401
from domains.quarantine.certificates.cases import TERMS, House
from domains.quarantine.certificates.inked import seal_picture, signature_picture
from domains.quarantine.certificates.proof.test_pictures import png_that_claims
from oversite.base.documents.models import Document
from oversite.base.documents.queries import document_bytes
from oversite.base.numbers.queries import unbalanced_pools
from oversite.common import clock, config
from oversite.common.errors import Refused
from oversite.common.pades import signatures_in
from oversite.common.signing import own_keys
from oversite.common.tokens import Token
from oversite.domains.quarantine.certificates import actions
from oversite.domains.quarantine.certificates.models import Certificate, Enrolment, SigningKey
from oversite.domains.quarantine.registry.models import Veterinarian

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q10")]


def enrol(house: House, veterinarian: Veterinarian, *, token_label: str = "") -> list[Enrolment]:
    """Seal of the county and signature of the veterinarian, approved by the province."""
    chief = house.make_user(house.province, "quarantine-province")
    asked = [
        actions.request_enrolment(veterinarian.user, "seal", house.county, seal_picture()),
        actions.request_enrolment(veterinarian.user, "signature", house.county, signature_picture()),
    ]
    return [
        actions.approve_enrolment(chief, asked[0], token_label),
        actions.approve_enrolment(chief, asked[1]),
    ]


def issued(house: House, veterinarian: Veterinarian) -> Certificate:
    inspection = house.inspection(veterinarian)
    return actions.complete_certificate(actions.issue_certificate(veterinarian.user, inspection, TERMS))


def pdf_of(certificate: Certificate) -> bytes:
    assert certificate.document_uid is not None
    return document_bytes(certificate.document_uid)


def test_without_them_there_are_places_for_both(house: House) -> None:
    pdf = pdf_of(issued(house, house.veterinarian()))
    text = "".join(pypdf.PdfReader(BytesIO(pdf)).pages[0].extract_text().split())
    assert "官方兽医签字：" in text
    assert "（动物检疫专用章）" in text
    assert signatures_in(pdf, []) == []


def test_with_them_both_are_inside_and_anyone_can_check(house: House) -> None:
    veterinarian = house.veterinarian()
    seal, signature = enrol(house, veterinarian)
    assert seal.key is not None
    assert signature.key is not None
    pdf = pdf_of(issued(house, veterinarian))
    found = signatures_in(pdf, [seal.key.issuer])
    assert [each.field_name for each in found] == ["Veterinarian", "Agency"]
    assert all(each.is_intact and each.is_trusted and each.covers_everything for each in found)
    assert found[0].name == veterinarian.user.name
    assert found[1].name == house.county.name
    text = "".join(pypdf.PdfReader(BytesIO(pdf)).pages[0].extract_text().split())
    assert "（动物检疫专用章）" not in text
    assert b"pdfaid:part>3" in pdf
    changed = bytearray(pdf)
    changed[len(pdf) // 3] ^= 1
    assert not all(each.is_intact for each in signatures_in(bytes(changed), [seal.key.issuer]))


def test_keys_signatures_and_certificate_tell_one_time(house: House) -> None:
    veterinarian = house.veterinarian()
    with clock.set_back(timedelta(days=9)):
        enrol(house, veterinarian)
        certificate = issued(house, veterinarian)
    for found in signatures_in(pdf_of(certificate), []):
        assert found.signed_at is not None
        assert timedelta(0) <= found.signed_at - certificate.issued_at < timedelta(days=1), found.field_name
    assert SigningKey.objects.filter(begins_at__gt=certificate.issued_at, purpose="code").count() == 0
    assert all(key.begins_at - certificate.issued_at < timedelta(days=1) for key in SigningKey.objects.all())


def test_sm2_stands_beside_and_openssl_agrees(house: House, tmp_path: Path) -> None:
    certificate = issued(house, house.veterinarian())
    document = Document.objects.get(uid=certificate.document_uid)
    assert document.signature_algorithm == "sm2"
    [public] = [each for each in own_keys(config.current().keys_dir) if each.fingerprint == document.key_fingerprint]
    (tmp_path / "key.pem").write_text(public.public_key)
    (tmp_path / "mark").write_bytes(bytes(document.signature))
    (tmp_path / "certificate.pdf").write_bytes(pdf_of(certificate))

    def verify() -> int:
        arguments = ["-pubin", "-inkey", "key.pem", "-in", "certificate.pdf", "-sigfile", "mark"]
        scheme = ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"]
        command = ["openssl", "pkeyutl", "-verify", *arguments, *scheme]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode

    assert verify() == 0
    (tmp_path / "certificate.pdf").write_bytes(pdf_of(certificate) + b" ")
    assert verify() != 0


@pytest.mark.skipif(MODULE is None, reason="softhsm2 is not installed (deploy/test-packages)")
def test_the_seal_key_may_lie_on_a_token(house: House, token: Token) -> None:  # noqa: F811
    before = config.current()
    (before.keys_dir / "pkcs11-pin").write_text(token.pin)
    from dataclasses import replace

    config.use(replace(before, pkcs11_module=str(token.module), pkcs11_token=token.label))
    veterinarian = house.veterinarian()
    seal, _signature = enrol(house, veterinarian, token_label="seal")
    assert seal.key is not None
    assert seal.key.store == "token"
    found = signatures_in(pdf_of(issued(house, veterinarian)), [seal.key.issuer])
    assert [each.is_intact and each.is_trusted for each in found] == [True, True]
    certificate = actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)
    config.use(replace(config.current(), pkcs11_token="elsewhere"))
    with pytest.raises(Refused) as refused, transaction.atomic():
        actions.complete_certificate(certificate)
    assert refused.value.code == "quarantine.key.unusable"
    used = Certificate.objects.count()
    with pytest.raises(Refused) as refused, transaction.atomic():
        actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)
    assert refused.value.code == "quarantine.key.unusable"
    with translation.override("zh-hans"):
        assert str(refused.value) == "签名密钥seal不能使用：密码令牌没有响应，请插好后重试。"
    assert (Certificate.objects.count(), unbalanced_pools()) == (used, [])


def test_nobody_approves_their_own_request(house: House) -> None:
    chief = house.make_user(house.province, "quarantine-province", "quarantine-supervisor")
    own = actions.request_enrolment(chief, "seal", house.province, seal_picture())
    with pytest.raises(Refused) as refused:
        actions.approve_enrolment(chief, own)
    assert refused.value.code == "quarantine.enrolment.own"


def test_a_new_one_ends_the_one_before_and_a_refused_one_says_why(house: House) -> None:
    veterinarian = house.veterinarian()
    first, _signature = enrol(house, veterinarian)
    second, _other = enrol(house, veterinarian)
    first.refresh_from_db()
    assert (first.state, second.state) == ("ended", "approved")
    assert SigningKey.objects.get(enrolment=first).retired_at is not None
    chief = house.make_user(house.province, "quarantine-province")
    asked = actions.request_enrolment(veterinarian.user, "seal", house.county, seal_picture())
    assert actions.refuse_enrolment(chief, asked, "印模不清").reason == "印模不清"
    actions.end_enrolment(chief, second, "印章换发")
    certificate = actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)
    assert certificate.seal is None
    assert certificate.signature is not None


def test_an_expired_seal_is_refused(house: House) -> None:
    veterinarian = house.veterinarian()
    seal, _signature = enrol(house, veterinarian)
    SigningKey.objects.filter(enrolment=seal).update(ends_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(Refused) as refused:
        actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)
    assert refused.value.code == "quarantine.key.expired"


def test_who_is_no_veterinarian_enrols_no_signature(house: House) -> None:
    supervisor = house.make_user(house.county, "quarantine-supervisor")
    with pytest.raises(Refused):
        actions.request_enrolment(supervisor, "signature", house.county, signature_picture())


@pytest.mark.parametrize("picture", [b"", b"%PDF-1.7", png_that_claims(60_000, 60_000), bytes(6_000_000)])
def test_what_is_no_picture_is_refused(house: House, picture: bytes) -> None:
    supervisor = house.make_user(house.county, "quarantine-supervisor")
    with pytest.raises(Refused) as refused:
        actions.request_enrolment(supervisor, "seal", house.county, picture)
    assert refused.value.status == 422


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (b"hello", "文件既不是 PNG 也不是 JPEG"),
        (png_that_claims(60_000, 60_000), "图片尺寸过大"),
        (b"\x89PNG" + b"\0" * 5_000_001, "文件超过 5 MB"),
    ],
)
def test_a_chinese_refusal_of_a_picture_is_chinese_throughout(house: House, picture: bytes, why: str) -> None:
    supervisor = house.make_user(house.county, "quarantine-supervisor")
    with pytest.raises(Refused) as refused:
        actions.request_enrolment(supervisor, "seal", house.county, picture)
    with translation.override("zh-hans"):
        assert str(refused.value) == f"这张图片不能使用（{why}）。请在白纸上拍摄印章或签名。"
