"""What speaks of seed that was not inspected or not reported."""

from datetime import timedelta

import pytest

from oversite.common import clock
from oversite.common.errors import Refused
from oversite.domains.quarantine.declarations.models import Declaration, PurchaseReport
from oversite.domains.quarantine.inspections.models import Inspection
from oversite.domains.quarantine.laboratory import actions as laboratory
from oversite.domains.quarantine.registry.models import LicensedSpecies, Pond, Producer
from oversite.domains.quarantine.reporting import actions, queries
from oversite.domains.quarantine.reporting.models import Finding
from oversite.domains.quarantine.rules.models import Species
from oversite.domains.quarantine.rules.queries import today

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q18")]


def kinds():
    return sorted(Finding.objects.values_list("kind", flat=True))


def test_seed_whose_day_has_passed_without_a_certificate(case):
    assert actions.find_all() == 0
    Declaration.objects.update(departs_on=today() - timedelta(days=1))
    assert actions.find_all() == 1
    assert actions.find_all() == 0
    assert (Finding.objects.get().kind, Finding.objects.get().party) == ("left", case.producer.name)


def test_certified_seed_is_no_finding(case):
    Declaration.objects.update(departs_on=today() - timedelta(days=1), state="certified", outcome="certified")
    assert actions.find_all() == 0


def test_a_withdrawn_declaration_that_was_never_made_again(case):
    long_ago = today() - timedelta(days=40)
    Declaration.objects.update(departs_on=long_ago, state="withdrawn", submitted_at=clock.now() - timedelta(days=50))
    assert actions.find_all() == 1
    assert kinds() == ["shrunk"]


def test_a_withdrawn_one_made_again_is_no_finding(case):
    old = Declaration.objects.get()
    old.pk, old.uid, old.number = None, "0b1c0e64-7d2b-4f3c-9d3a-000000000001", "苏AGAIN"
    old.departs_on = today() + timedelta(days=3)
    old.save()
    first = Declaration.objects.exclude(number="苏AGAIN")
    first.update(
        state="withdrawn", departs_on=today() - timedelta(days=40), submitted_at=clock.now() - timedelta(days=50)
    )
    assert actions.find_all() == 0


def test_a_licensed_producer_with_stock_that_never_declares(case):
    Declaration.objects.update(created_at=clock.now() - timedelta(days=500))
    Producer.objects.update(decided_at=clock.now() - timedelta(days=500))
    assert actions.find_all() == 0
    species = Species.objects.get(key="giant-prawn")
    LicensedSpecies.objects.create(producer=case.producer, species=species)
    Pond.objects.create(producer=case.producer, code="1", species=species, stock=9000, counted_at=clock.now())
    assert actions.find_all() == 1
    assert kinds() == ["silent"]


def test_a_certificate_on_a_report_that_was_invalidated(case):
    sample = case.released()
    Inspection.objects.update(certificate_number="3200000001")
    laboratory.invalidate_report(case.approver, sample, "样品混淆")
    assert actions.find_all() == 1
    assert kinds() == ["report"]


def purchase(keeper, **changes):
    values = {
        "party": "王某",
        "area_code": "321012",
        "from_area": "330500",
        "facts": "加州鲈苗种 20 万尾",
        "happened_on": today(),
        **changes,
    }
    return actions.report_purchase(keeper, **values)


def test_a_purchase_across_provinces_is_entered_by_hand(keeper):
    assert purchase(keeper).kind == "bought"
    for changes in ({"from_area": "320100"}, {"happened_on": today() + timedelta(days=1)}):
        with pytest.raises(Refused):
            purchase(keeper, **changes)


def bought(case, **changes):
    values = {
        "agency": case.county,
        "buyer_name": "王某",
        "buyer_phone": "13900000009",
        "species": Species.objects.get(key="giant-prawn"),
        "amount": 20,
        "unit": "10k-tail",
        "from_area": "330500",
        "seller_name": "湖州某场",
        "certificate_number": "3300012345",
        "to_area": "321012",
        "to_address": "江都",
        "arrived_at": clock.now() - timedelta(hours=2),
        "reported_at": clock.now(),
        "reported_by": "王某",
        "is_late": False,
        **changes,
    }
    return PurchaseReport.objects.create(**values)


def test_a_purchase_with_certificate_reported_in_time_is_no_finding(case, keeper):
    bought(case)
    assert actions.find_all() == 0
    with pytest.raises(Refused) as refused:
        purchase(keeper)
    assert refused.value.code == "quarantine.finding.reported"
    assert "3300012345" in str(refused.value)
    assert purchase(keeper, party="李某").kind == "bought"


def test_a_late_report_and_seed_without_a_certificate_are_findings(case):
    bought(case, is_late=True)
    bought(case, certificate_number="", buyer_name="李某")
    assert actions.find_all() == 2
    assert kinds() == ["bought", "bought"]
    assert {each.party for each in Finding.objects.all()} == {"王某", "李某"}
    assert actions.find_all() == 0


def test_missing_certificates_of_introduced_seed_are_a_finding(case):
    Inspection.objects.update(findings={"introduction": {"answer": "no"}}, decided_at=clock.now())
    assert actions.find_all() == 1
    assert kinds() == ["bought"]


def test_a_finding_whose_seed_is_certified_after_all_settles_itself(case):
    Declaration.objects.update(departs_on=today() - timedelta(days=1))
    actions.find_all()
    Declaration.objects.update(state="certified", outcome="certified")
    actions.find_all()
    finding = Finding.objects.get()
    assert (finding.state, finding.decided_by) == ("explained", "夜间核对")


def test_what_was_decided_stays(keeper):
    finding = purchase(keeper)
    with pytest.raises(Refused):
        actions.decide_finding(keeper, finding, "explained", " ")
    assert actions.decide_finding(keeper, finding, "confirmed", "移交立案").state == "confirmed"
    with pytest.raises(Refused):
        actions.decide_finding(keeper, finding, "explained", "再议")
    assert [each.pk for each in queries.findings(keeper)] == [finding.pk]
