"""The page behind the code: without sign-in or JavaScript it says what is, with exactly the facts printed (req: Q6)."""

import json
from datetime import timedelta
from html import unescape
from unittest.mock import patch

import pytest
from django.test import Client

from domains.quarantine.certificates.cases import TERMS, House
from oversite.common import clock
from oversite.common.signing import parse_trust
from oversite.domains.quarantine.certificates import actions, public
from oversite.domains.quarantine.certificates.actions.arrivals import Reported
from oversite.domains.quarantine.certificates.models import Certificate
from oversite.domains.quarantine.certificates.proof.verification import Keyring, Verdict, check, read_revocations
from oversite.domains.quarantine.certificates.rates import RateLimit

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q6")]


@pytest.fixture(autouse=True)
def _counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "LIMIT", RateLimit(1000))


@pytest.fixture
def certificate(house: House) -> Certificate:
    veterinarian = house.veterinarian(3)
    return actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)


def standing(certificate_code: str) -> tuple[int, str, str]:
    """Status, what the page says, and its text."""
    response = Client().get(f"/c/{certificate_code}")
    text = unescape(response.content.decode())
    marked = text.partition('data-standing="')[2].partition('"')[0]
    return response.status_code, marked, text


def test_genuine_with_exactly_the_facts_printed(certificate: Certificate) -> None:
    status, said, text = standing(certificate.code)
    assert (status, said) == (200, "genuine")
    for line in certificate.facts:
        assert f'data-fact="{line["key"]}">{line["value"]}</dd>' in text
        assert line["en"] in text
    assert "<script" not in text
    assert "真实有效" in text


def test_void_replaced_used_and_expired(certificate: Certificate) -> None:
    user = certificate.veterinarian.user
    new = actions.replace_certificate(user, certificate, "换车", {"vehicle": "苏K2"})
    assert standing(certificate.code)[1] == "replaced"
    assert new.number in standing(certificate.code)[2]
    assert standing(new.code)[1] == "genuine"
    with patch.object(clock, "now", return_value=new.valid_until + timedelta(seconds=1)):
        assert standing(new.code)[1] == "expired"
    actions.report_arrival(
        user, new, Reported(amount=new.amount, arrived_at=clock.now(), place="湖州", reporter="货主")
    )
    assert standing(new.code)[1] == "used"


def test_void_says_why(certificate: Certificate) -> None:
    actions.void_certificate(certificate.veterinarian.user, certificate, "货主放弃运输")
    _status, said, text = standing(certificate.code)
    assert said == "void"
    assert "货主放弃运输" in text


def test_altered_and_unknown_give_nothing_away(certificate: Certificate) -> None:
    changed = certificate.code[:90] + ("A" if certificate.code[90] != "A" else "B") + certificate.code[91:]
    status, said, text = standing(changed)
    assert (status, said) == (404, "altered")
    assert certificate.owner not in text
    for code in (certificate.number, "x", "A" * 3000, "%00", "..%2f"):
        status, said, text = standing(code)
        assert status == 404
        assert said in {"unknown", ""}
        assert certificate.owner not in text


def test_trust_and_revocations_are_public_and_work_together(certificate: Certificate) -> None:
    actions.void_certificate(certificate.veterinarian.user, certificate, "作废")
    ring = Keyring.of(parse_trust(Client().get("/c/trust").content.decode()))
    revoked = read_revocations(Client().get("/c/revocations").content.decode(), ring)
    assert check(certificate.address + certificate.code, ring, [revoked], clock.now()).verdict is Verdict.VOID
    assert all("private" not in key for key in json.loads(Client().get("/c/trust").content)["keys"])


def test_the_text_of_a_code_can_be_pasted(certificate: Certificate) -> None:
    page = Client().get("/c/").content.decode()
    assert "粘贴" in page
    assert 'href="/offline/"' in page, "whoever will be without a network finds the page that needs none"
    for text in (certificate.address + certificate.code, certificate.code):
        assert Client().get("/c/", {"code": text}).headers["Location"] == f"/c/{certificate.code}"
    assert Client().get("/c/", {"code": "//evil.example/"}).status_code == 422


def test_too_many_checks_are_slowed(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "LIMIT", RateLimit(3))
    answers = [standing(certificate.code)[0] for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]


def test_the_rate_fills_again_and_forgets_the_oldest() -> None:
    limit = RateLimit(60)
    assert [limit.is_allowed("a", 0.0) for _ in range(61)].count(True) == 60
    assert limit.is_allowed("a", 1.0)
    assert not limit.is_allowed("a", 1.0)
    for number in range(20_010):
        limit.is_allowed(str(number), 2.0)
    assert len(limit.buckets) <= 20_000
