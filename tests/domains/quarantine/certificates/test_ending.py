"""Void and replacement: reasons, links both ways, burnt numbers, and nothing beyond the stated lines."""

from io import BytesIO

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from domains.quarantine.certificates.cases import TERMS, House
from oversite.base.audit.models import Entry
from oversite.base.documents.queries import document_bytes
from oversite.base.numbers.queries import gap_report, number_of
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.domains.quarantine.certificates import actions, keys, queries
from oversite.domains.quarantine.certificates.actions.arrivals import Reported
from oversite.domains.quarantine.certificates.models import Certificate
from oversite.domains.quarantine.certificates.numbering import POOL, certificate_pool
from oversite.domains.quarantine.certificates.proof.verification import Keyring, Verdict, check, read_revocations
from oversite.domains.quarantine.declarations.actions import move
from oversite.domains.quarantine.declarations.flow import Step
from oversite.domains.quarantine.inspections.models import Inspection
from oversite.domains.quarantine.inspections.queries import certifiable

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q1")]


@pytest.fixture
def certificate(house: House) -> Certificate:
    veterinarian = house.veterinarian(3)
    return actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)


def verdict_of(certificate: Certificate) -> Verdict:
    """As an inspector without a network sees it."""
    ring = Keyring.of(keys.trusted_keys())
    revoked = read_revocations(queries.revocation_list(), ring)
    return check(certificate.address + certificate.code, ring, [revoked], clock.now()).verdict


def test_void_says_why_who_when_and_burns_the_number(certificate: Certificate) -> None:
    user = certificate.veterinarian.user
    void = actions.void_certificate(user, certificate, "货主放弃运输")
    assert (void.state, void.ended_reason, void.ended_by) == ("void", "货主放弃运输", user.name)
    assert void.ended_at is not None
    number = number_of(POOL, certificate.number)
    assert number is not None
    assert (number.state, number.reason) == ("void", "货主放弃运输")
    assert verdict_of(void) is Verdict.VOID
    assert gap_report(certificate_pool()).is_balanced
    for act in (
        lambda: actions.void_certificate(user, certificate, "again"),
        lambda: actions.replace_certificate(user, certificate, "again", {"vehicle": "苏K2"}),
    ):
        with pytest.raises(Refused, match=r"证明|Certificate"), transaction.atomic():
            act()


@pytest.mark.parametrize("mark", ["已作废", "已换发"])
def test_a_print_of_one_that_ended_says_so_on_every_sheet_and_the_issued_document_stays(
    certificate: Certificate, mark: str
) -> None:
    complete = actions.complete_certificate(certificate)
    assert complete.document_uid is not None
    issued = document_bytes(complete.document_uid)
    client = Client()
    client.force_login(certificate.veterinarian.user)
    address = reverse("quarantine_certificates:print", args=[certificate.uid])
    assert client.get(address + "?file=pdf").content == issued
    if mark == "已作废":
        actions.void_certificate(certificate.veterinarian.user, certificate, "货主放弃运输")
    else:
        actions.replace_certificate(certificate.veterinarian.user, certificate, "车辆故障", {"vehicle": "苏K2"})
    pages = PdfReader(BytesIO(client.get(address + "?file=pdf").content)).pages
    texts = ["".join(page.extract_text().split()) for page in pages]
    assert len(texts) == 2
    assert all(mark in text and "此件无效" in text for text in texts)
    assert document_bytes(complete.document_uid) == issued


def test_a_reason_is_needed(certificate: Certificate) -> None:
    with pytest.raises(Refused) as refused:
        actions.void_certificate(certificate.veterinarian.user, certificate, "  ")
    assert refused.value.code == "quarantine.certificate.reason"


def test_a_replacement_names_its_old_one_and_is_named_by_it(certificate: Certificate) -> None:
    user = certificate.veterinarian.user
    new = actions.complete_certificate(
        actions.replace_certificate(user, certificate, "车辆故障换车", {"vehicle": "苏K99999"})
    )
    old = Certificate.objects.get(pk=certificate.pk)
    assert old.state == "replaced"
    assert (new.replaces, old.replaced_by) == (old, new)
    assert new.number != old.number
    facts = {line["key"]: line["value"] for line in new.facts}
    before = {line["key"]: line["value"] for line in old.facts}
    assert facts["replaces"] == old.number
    changed = {key for key in before if before[key] != facts[key]}
    assert changed <= {"number", "vehicle", "validity", "issued_on"}
    assert verdict_of(old) is Verdict.REPLACED
    assert verdict_of(new) is Verdict.GENUINE
    assert gap_report(certificate_pool()).is_balanced
    written = Entry.objects.get(act="quarantine.certificate.issued", subject_id=str(new.pk))
    assert (written.data["replaces"], written.data["code_sha256"]) == (old.number, new.code_sha256)


@pytest.mark.parametrize(
    "changes", [{"owner": "别人"}, {"amount": 5}, {"species": "鲤"}, {}, {"vehicle": TERMS.vehicle}]
)
def test_only_the_stated_lines_may_change(certificate: Certificate, changes: dict[str, object]) -> None:
    with pytest.raises(Refused), transaction.atomic():
        actions.replace_certificate(certificate.veterinarian.user, certificate, "换证", changes)
    assert Certificate.objects.count() == 1


def test_after_an_arrival_there_is_no_way_back(certificate: Certificate) -> None:
    user = certificate.veterinarian.user
    now = clock.now()
    actions.report_arrival(user, certificate, Reported(amount=1, arrived_at=now, place="湖州", reporter="货主"))
    with pytest.raises(Refused) as refused:
        actions.void_certificate(user, certificate, "太晚")
    assert refused.value.code == "quarantine.certificate.arrived"


def test_another_agency_cannot_reach_it(certificate: Certificate, house: House) -> None:
    stranger = house.make_user(house.province, "quarantine-officer")
    with pytest.raises(Refused):
        actions.void_certificate(stranger, certificate, "无权")
    assert queries.certificates(stranger).filter(pk=certificate.pk).exists()
    producer = house.make_user(house.unit, "quarantine-producer")
    assert queries.certificates(producer).get() == certificate


def test_a_void_one_leaves_its_declaration_waiting_for_another(certificate: Certificate) -> None:
    user, inspection = certificate.veterinarian.user, certificate.inspection
    assert (inspection.declaration.state, inspection.declaration.outcome) == ("certified", "certified")
    actions.void_certificate(user, certificate, "货主放弃运输")
    inspection = Inspection.objects.get(pk=inspection.pk)
    assert (inspection.declaration.state, inspection.declaration.outcome) == ("qualified", "")
    assert inspection.certificate_number == ""
    assert inspection in certifiable(user)
    again = actions.issue_certificate(user, inspection, TERMS)
    assert again.number != certificate.number
    assert inspection.certificate_number == again.number
    assert gap_report(certificate_pool()).is_balanced


def test_a_file_that_was_archived_is_open_again_when_its_certificate_is_void(certificate: Certificate) -> None:
    declaration = certificate.inspection.declaration
    move(None, declaration, Step.ARCHIVE)
    actions.void_certificate(certificate.veterinarian.user, certificate, "信息有误")
    declaration.refresh_from_db()
    assert (declaration.state, declaration.archived_at) == ("qualified", None)


def test_without_another_it_is_closed_with_a_reason(certificate: Certificate) -> None:
    user, inspection = certificate.veterinarian.user, certificate.inspection
    with pytest.raises(Refused) as refused, transaction.atomic():
        actions.close_without_certificate(user, inspection, "有证不能关闭")
    assert refused.value.code == "quarantine.flow.impossible"
    actions.void_certificate(user, certificate, "货主放弃运输")
    with pytest.raises(Refused) as refused, transaction.atomic():
        actions.close_without_certificate(user, inspection, " ")
    assert refused.value.code == "quarantine.certificate.reason"
    actions.close_without_certificate(user, inspection, "货主不再出运")
    declaration = Inspection.objects.get(pk=inspection.pk).declaration
    assert (declaration.state, declaration.outcome) == ("closed", "closed")
    assert declaration.closed_reason == "货主不再出运"
    assert not certifiable(user).exists()
    with pytest.raises(Refused), transaction.atomic():
        actions.issue_certificate(user, Inspection.objects.get(pk=inspection.pk), TERMS)


def test_after_a_replacement_the_inspection_names_the_new_number(certificate: Certificate) -> None:
    user = certificate.veterinarian.user
    new = actions.replace_certificate(user, certificate, "换车", {"vehicle": "苏K99999"})
    inspection = Inspection.objects.get(pk=certificate.inspection_id)
    assert (inspection.certificate_number, inspection.declaration.state) == (new.number, "certified")


@pytest.mark.parametrize(
    "elsewhere", ["浙江省杭州市余杭区养殖场", "江苏省苏州市吴江区养殖场", "浙江省湖州市南浔区江苏省吴江区"]
)
def test_a_destination_outside_the_declared_area_needs_a_new_declaration(
    certificate: Certificate, elsewhere: str
) -> None:
    user = certificate.veterinarian.user
    with pytest.raises(Refused) as refused, transaction.atomic():
        actions.replace_certificate(user, certificate, "换收货单位", {"destination": elsewhere})
    assert refused.value.code == "quarantine.certificate.destination"
    refined = {"destination": "浙江省湖州市南浔区双林镇3号塘"}
    assert actions.replace_certificate(user, certificate, "细化地点", refined).destination == refined["destination"]
