"""Issuing: a number that is used once, facts that never change, a document that anyone can check."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import pypdf
import pytest
from django.db import transaction

from domains.quarantine.certificates.cases import TERMS, WITHIN, House
from oversite.base.documents.queries import damaged_documents, document_bytes
from oversite.base.numbers.queries import gap_report, number_of
from oversite.common import clock, config
from oversite.common.errors import Refused
from oversite.domains.quarantine.certificates import actions, keys, queries, tasks
from oversite.domains.quarantine.certificates.facts import Terms
from oversite.domains.quarantine.certificates.models import Certificate, SigningKey
from oversite.domains.quarantine.certificates.numbering import POOL, certificate_pool
from oversite.domains.quarantine.certificates.proof.verification import Keyring, Verdict, check, read_revocations

pytestmark = pytest.mark.django_db


def issued(house: House, terms: Terms = TERMS, **changes: object) -> Certificate:
    veterinarian = house.veterinarian(3)
    return actions.issue_certificate(veterinarian.user, house.inspection(veterinarian, **changes), terms)


@pytest.mark.req("Q1", "Q6")
def test_a_certificate_is_issued_stored_and_checked_offline(house: House) -> None:
    certificate = issued(house)
    assert certificate.number == "3200000001"
    assert certificate.kind == "animal-a"
    number = number_of(POOL, certificate.number)
    assert number is not None
    assert (number.state, number.subject_id) == ("issued", str(certificate.uid))
    finding = check(
        certificate.address + certificate.code,
        Keyring.of(keys.trusted_keys()),
        [read_revocations(queries.revocation_list(), Keyring.of(keys.trusted_keys()))],
        clock.now(),
    )
    assert finding.verdict is Verdict.GENUINE
    assert finding.claims is not None
    assert finding.claims.number == certificate.number
    assert finding.claims.valid_until == certificate.valid_until
    assert finding.revocations_as_of is not None
    assert certificate.inspection.declaration.state in {"certified", "qualified"}
    assert gap_report(certificate_pool()).is_balanced


@pytest.mark.req("Q1")
def test_the_print_shows_what_is_stored(house: House) -> None:
    certificate = actions.complete_certificate(issued(house))
    assert certificate.document_uid == certificate.uid
    reader = pypdf.PdfReader(BytesIO(document_bytes(certificate.document_uid)))
    assert len(reader.pages) == 2
    for page, copy in zip(reader.pages, ("第一联", "第二联"), strict=True):
        text = "".join(page.extract_text().split())
        assert copy in text
        for line in certificate.facts:
            assert "".join(line["value"].split()) in text, line["key"]
    facts = {line["key"]: line["value"] for line in certificate.facts}
    assert "壹佰贰拾万尾" in facts["quantity"]
    assert facts["validity"].startswith("应于叁日内到达有效")
    assert actions.complete_certificate(certificate).document_uid == certificate.document_uid
    assert damaged_documents() == []


@pytest.mark.req("Q1")
def test_within_the_province_it_is_form_b_for_the_day(house: House) -> None:
    before_midnight = datetime(2026, 11, 22, 15, 59, 58, tzinfo=UTC)
    with patch.object(clock, "now", return_value=before_midnight):
        certificate = issued(house, WITHIN, to_area="320102")
    assert certificate.kind == "animal-b"
    assert certificate.valid_until == datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
    with patch.object(clock, "now", return_value=before_midnight + timedelta(seconds=2)):
        assert queries.shown_state(certificate) == "expired"
        assert Certificate.objects.get(pk=certificate.pk).valid_until == certificate.valid_until
    assert "carrier" not in {line["key"] for line in certificate.facts}


@pytest.mark.parametrize("days", [0, 6])
def test_days_beyond_the_form_use_no_number_up(house: House, days: int) -> None:
    with pytest.raises(Refused, match="1"), transaction.atomic():
        issued(house, Terms(**{**TERMS.as_json(), "days": days}))
    assert not Certificate.objects.exists()


@pytest.mark.req("Q9")
@pytest.mark.parametrize("change", [{"vehicle": ""}, {"carrier": "  "}, {"destination": ""}, {"remark": "\U0001f41f"}])
def test_a_blank_or_unprintable_line_uses_no_number_up(house: House, change: dict[str, str]) -> None:
    veterinarian = house.veterinarian(1)
    terms = Terms(**{**TERMS.as_json(), **change})
    inspection = house.inspection(veterinarian)
    with pytest.raises(Refused) as refused, transaction.atomic():
        actions.issue_certificate(veterinarian.user, inspection, terms)
    assert refused.value.status == 422
    assert gap_report(certificate_pool()).balance.issued == 0


@pytest.mark.req("Q1")
def test_only_who_inspected_in_their_area_and_office_can_issue(house: House) -> None:
    inspector = house.veterinarian()
    inspection = house.inspection(inspector)
    for other, code in (
        (house.veterinarian(), "stranger"),
        (house.veterinarian(area_codes=["3301"]), "area"),
        (house.veterinarian(valid_until_on=date(2020, 1, 1)), "office"),
        (house.veterinarian(is_active=False), "office"),
    ):
        with pytest.raises(Refused) as refused, transaction.atomic():
            actions.issue_certificate(other.user, inspection, TERMS)
        assert refused.value.code == f"quarantine.certificate.{code}"
    assert actions.issue_certificate(inspector.user, inspection, TERMS).veterinarian == inspector


@pytest.mark.req("Q1")
def test_nobody_else_has_the_right(house: House) -> None:
    veterinarian = house.veterinarian()
    officer = house.make_user(house.county, "quarantine-officer")
    with pytest.raises(Refused):
        actions.issue_certificate(officer, house.inspection(veterinarian), TERMS)


@pytest.mark.req("Q1")
def test_an_inspection_has_one_certificate(house: House) -> None:
    veterinarian = house.veterinarian()
    inspection = house.inspection(veterinarian)
    actions.issue_certificate(veterinarian.user, inspection, TERMS)
    with pytest.raises(Refused), transaction.atomic():
        actions.issue_certificate(veterinarian.user, inspection, TERMS)
    assert gap_report(certificate_pool()).balance.issued == 1


@pytest.mark.req("Q8")
def test_nothing_issues_on_an_unreleased_report(house: House) -> None:
    veterinarian = house.veterinarian()
    inspection = house.inspection(veterinarian)
    inspection.needed_tests = ["white-spot"]
    inspection.save()
    with pytest.raises(Refused) as refused:
        actions.issue_certificate(veterinarian.user, inspection, TERMS)
    assert refused.value.code == "quarantine.certificate.undecided"


@pytest.mark.req("Q1")
def test_without_a_number_left_nothing_happens(house: House) -> None:
    veterinarian = house.veterinarian(numbers=0)
    with pytest.raises(Refused) as refused, transaction.atomic():
        actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)
    assert refused.value.code == "numbers.pool.exhausted"
    assert not Certificate.objects.exists()


def test_an_expired_key_is_refused_until_it_is_renewed(house: House) -> None:
    issued(house)
    SigningKey.objects.filter(purpose="code").update(ends_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(Refused) as refused, transaction.atomic():
        issued(house)
    assert refused.value.code == "quarantine.key.expired"
    keys.renew_key("code")
    second = issued(house)
    ring = Keyring.of(keys.trusted_keys())
    revoked = [read_revocations(queries.revocation_list(), ring)]
    for certificate in Certificate.objects.all():
        assert check(certificate.address + certificate.code, ring, revoked, clock.now()).is_genuine
    assert second.key_fingerprint != Certificate.objects.order_by("id")[0].key_fingerprint


def test_a_print_that_was_cut_off_is_made_again(house: House, data_dir: Path) -> None:
    certificate = issued(house)
    with (
        pytest.raises(RuntimeError),
        patch("oversite.base.documents.actions.record", side_effect=RuntimeError("power lost")),
        transaction.atomic(),
    ):
        actions.complete_certificate(certificate)
    assert len(damaged_documents()) == 1  # the file lies there without a row
    tasks.complete_certificates.func()
    certificate.refresh_from_db()
    assert certificate.document_uid is not None
    assert damaged_documents() == []
    assert gap_report(certificate_pool()).is_balanced


@pytest.mark.req("Q1")
def test_fsck_explains_and_mends(house: House) -> None:
    from oversite.project.commands.fsck import check

    certificate = issued(house)
    found = [
        finding for finding in check(config.current(), repair=False, hashes=False) if finding.part == "certificates"
    ]
    assert [(finding.what, finding.mended) for finding in found] == [("no-pdf", False)]
    list(check(config.current(), repair=True, hashes=False))
    certificate.refresh_from_db()
    assert certificate.document_uid is not None
    Certificate.objects.filter(pk=certificate.pk).update(state="void")
    assert queries.strayed_numbers() == [f"{certificate.number}: the certificate is void, its number is not void"]


@pytest.mark.req("Q1")
def test_a_form_within_the_province_cannot_name_a_destination_beyond_it(house: House) -> None:
    with pytest.raises(Refused) as refused, transaction.atomic():
        issued(house, to_area="320102")
    assert refused.value.code == "quarantine.certificate.destination"
    assert not Certificate.objects.exists()


@pytest.mark.req("Q1")
def test_a_certificate_that_ends_before_the_seed_leaves_is_refused(house: House) -> None:
    leaves_on = clock.now().astimezone(clock.BEIJING).date() + timedelta(days=20)
    with pytest.raises(Refused) as refused, transaction.atomic():
        issued(house, departs_on=leaves_on)
    assert refused.value.code == "quarantine.certificate.early"
    assert not Certificate.objects.exists()
    today = clock.now().astimezone(clock.BEIJING).date().isoformat()
    assert issued(house, replace(TERMS, departs_on=today), departs_on=leaves_on).number


@pytest.mark.req("Q1")
def test_midnight_between_the_form_and_the_number_is_judged_by_the_printed_instant(house: House) -> None:
    midnight = datetime(2026, 11, 22, 16, 0, 0, tzinfo=UTC)
    veterinarian = house.veterinarian()
    inspection = house.inspection(veterinarian, departs_on=date(2026, 11, 22))
    with patch.object(clock, "now", return_value=midnight - timedelta(seconds=1)) as now:
        key = keys.code_key()

        def strike() -> object:
            now.return_value = midnight
            return key

        with patch.object(keys, "code_key", strike), pytest.raises(Refused) as refused, transaction.atomic():
            actions.issue_certificate(veterinarian.user, inspection, replace(TERMS, departs_on="2026-11-22"))
    assert refused.value.code == "quarantine.certificate.departed"
    assert not Certificate.objects.exists()


@pytest.mark.req("Q1")
def test_seed_that_has_left_gets_no_certificate_and_both_days_are_named(house: House) -> None:
    today = clock.now().astimezone(clock.BEIJING).date()
    left = (today - timedelta(days=1)).isoformat()
    with pytest.raises(Refused) as refused, transaction.atomic():
        issued(house, replace(TERMS, departs_on=left), departs_on=today)
    assert refused.value.code == "quarantine.certificate.departed"
    assert f"{left} 早于签发日期 {today}" in str(refused.value)
    assert not Certificate.objects.exists()
