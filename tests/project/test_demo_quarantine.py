"""The demonstration of quarantine shows every state, and may be loaded twice."""

import pytest

from oversite.base.agencies.models import Agency
from oversite.base.numbers.models import Number
from oversite.base.numbers.queries import unbalanced_pools
from oversite.common import config
from oversite.domains.quarantine.certificates.kinds import CertificateKind
from oversite.domains.quarantine.certificates.models import Certificate, Enrolment, SigningKey
from oversite.domains.quarantine.certificates.queries import remaining, shown_state, strayed_numbers
from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.declarations.models import Declaration
from oversite.domains.quarantine.inspections.queries import due_records
from oversite.domains.quarantine.registry.models import CampaignItem, Producer
from oversite.domains.quarantine.registry.views.campaign_map import item_state
from oversite.domains.quarantine.reporting.models import Batch, BatchItem, Entry
from oversite.domains.quarantine.reporting.words import RETRIED, batch_state
from oversite.domains.quarantine.rules.divisions import JIANGSU
from oversite.project.demo.load import load
from oversite.video.cameras.models import Camera

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300), pytest.mark.thorough]


def test_a_declaration_stands_in_every_state(data_dir):
    accounts = load(config.current())
    assert {account.username for account in accounts} > {"q-province", "q-officer", "q-vet-1", "q-producer"}
    assert set(Declaration.objects.values_list("state", flat=True)) == set(State)
    assert unbalanced_pools() == []
    counted = [model.objects.count() for model in (Declaration, Certificate, Enrolment, Number)]
    assert len(load(config.current())) == len(accounts)
    assert [model.objects.count() for model in (Declaration, Certificate, Enrolment, Number)] == counted
    _check_certificates()
    _check_deliveries()
    _check_verification()
    hatchery = Producer.objects.get(name="昆山示范水产苗种场")
    assert [camera.area.name for camera in Camera.objects.filter(site=hatchery.site)] == ["1号池"]


def _check_deliveries() -> None:
    """A delivery in every state, records refused with why, and every operation waiting for the next one."""
    assert {batch_state(batch) for batch in Batch.objects.all()} == {"settled", "delivered", RETRIED, "failed"}
    assert all(item.reason for item in BatchItem.objects.filter(outcome="refused"))
    assert set(Entry.objects.filter(state="ready").values_list("wanted", flat=True)) == {"i", "u", "d"}
    assert set(Entry.objects.values_list("state", flat=True)) >= {"incomplete", "ready", "sent", "accepted", "refused"}


def _check_verification() -> None:
    """Each of the thirteen cities has units to verify, and they stand in every state."""
    items = list(CampaignItem.objects.select_related("agency"))
    assert {item_state(item) for item in items} == {"confirmed", "complete", "incomplete"}
    paths = Agency.objects.filter(code__in=list(JIANGSU)).values_list("path", flat=True)
    assert {sum(item.agency.path.startswith(path) for item in items) >= 4 for path in paths} == {True}


def _check_certificates() -> None:
    """One certificate in every state, genuine ones with seal and signature, and spoilt numbers."""
    rows = list(Certificate.objects.order_by("issued_at"))
    assert {shown_state(row) for row in rows} == {*Certificate.State.values, "expired"}
    assert [row.replaced_by.number for row in rows if row.state == "replaced"] == [
        row.number for row in rows if row.replaces
    ]
    assert {row.amount - remaining(row) for row in rows} == {0, 1, 3}
    assert any(row.printed_at and row.document_uid for row in rows)
    assert {(row.seal is not None, row.signature is not None) for row in rows} == {(True, True), (True, False)}
    assert set(Number.objects.filter(subject_id="").values_list("state", flat=True)) >= {"void", "lost"}
    assert {row.kind for row in rows} == {*CertificateKind.values}
    assert strayed_numbers() == []
    assert all(key.begins_at <= rows[0].issued_at for key in SigningKey.objects.exclude(enrolment__kind="signature"))
    assert not due_records().exists(), "every work record bears its certificate"
