"""Everybody finds on the duty desk what waits for them, and nothing of others."""

from datetime import timedelta

import pytest

from oversite.base.agencies.actions import create_agency
from oversite.domains.quarantine import roles
from oversite.domains.quarantine.inspections import actions as inspections
from oversite.domains.quarantine.inspections.queries import disease_records
from oversite.domains.quarantine.laboratory.desk import to_record
from oversite.domains.quarantine.registry import actions as registry
from oversite.domains.quarantine.registry.models import Producer
from oversite.domains.quarantine.rules.queries import diseases, today

pytestmark = pytest.mark.django_db


def second_producer(first):
    """A confirmed producer under the agency of the `first`."""
    kept = {"agency": first.agency, "category": first.category, "area_code": first.area_code, "state": "confirmed"}
    return Producer.objects.create(
        name="昆山第二苗种场",
        credit_code="91320583MA1ABCDE6X",
        licence_number="苏苗2024002",
        licence_valid_until_on=first.licence_valid_until_on,
        applied_at=first.applied_at,
        **kept,
    )


def desk(client, user):
    client.force_login(user)
    return client.get("/").content.decode()


@pytest.mark.req("Q5")
def test_a_declaration_waits_for_the_point_and_then_for_its_veterinarians(house, client):
    declared = house.submitted()
    link = f"/quarantine/declarations/{declared.uid}/"
    assert link in desk(client, house.officer)
    assert link not in desk(client, house.stranger.user)
    declared = house.accepted()
    assign = f"/quarantine/inspections/assign/{declared.uid}/"
    assert assign in desk(client, house.officer)
    inspection = inspections.assign(
        house.officer, declared, house.first, house.second, planned_on=today(), place="示范苗种场"
    )
    assert assign not in desk(client, house.officer)
    page = f"/quarantine/inspections/{inspection.uid}/"
    assert page in desk(client, house.first.user)
    assert page in desk(client, house.second.user)
    assert page not in desk(client, house.officer)


@pytest.mark.req("Q11", "Q15", "Q16")
def test_units_cities_and_problems_wait_for_those_who_answer_for_them(house, client, make_user):
    campaign = registry.call_campaign(house.keeper, "2026年核查", today() + timedelta(days=30))
    call = registry.call_contacts(house.keeper, "联系人信息表", today() + timedelta(days=3))
    problem = registry.report_problem(house.farmer, "打不开", "申报页打不开")
    province, farmer = desk(client, house.keeper), desk(client, house.farmer)
    units, row = f"/campaigns/{campaign.uid}/units/", f"/contacts/{call.uid}/"
    assert all(part in province for part in (units, row, f"/problems/{problem.uid}/"))
    assert units in farmer
    assert row not in farmer
    city = make_user(house.city, roles.SUPERVISOR)
    assert row in desk(client, city)
    values = {"name": "孙七", "unit": "苏州监督所", "post": "科长", "contact": "13900000007", "remarks": ""}
    registry.file_contact(city, call.entries.get(region="苏州"), values)
    assert row not in desk(client, city)
    registry.answer_problem(house.keeper, problem, "已修复", "answered")
    assert "已修复" not in desk(client, house.keeper)
    assert f"/problems/{problem.uid}/" in desk(client, house.farmer)


@pytest.mark.req("Q8")
def test_a_sample_waits_for_the_duty_that_works_on_it_next(case, client):
    sample = case.received()
    assert str(sample.uid) in desk(client, case.tester)
    assert str(sample.uid) not in desk(client, case.approver)


@pytest.mark.req("Q2", "Q8")
def test_positive_reports_wait_for_the_prevention_centre_until_they_are_on_file(case, client, make_user):
    sample = case.released("positive", 24.8)
    centre = create_agency(
        None, parent=case.laboratory.agency, code="PREV", name="疫控中心", kind="prevention", level=3
    )
    filer = make_user(centre, roles.PREVENTION)
    assert sample.report_number in desk(client, filer)
    assert f"report_number={sample.report_number}" not in desk(client, case.tester)
    where = next(row.url for row in to_record(filer).rows)
    form = client.get(where).context["form"] if client.force_login(filer) is None else None
    facts = {name: form[name].value() for name in form.fields}
    assert facts["report_number"] == sample.report_number
    record = {name: value for name, value in facts.items() if value not in (None, "")} | {"area_code": "320500"}
    assert client.post(where, record).status_code == 302
    assert sample.report_number not in desk(client, filer)
    assert (disease_records(filer).get().result, disease_records(filer).get().producer) == ("positive", sample.producer)


@pytest.mark.req("Q2", "Q17")
def test_a_report_of_another_producer_with_the_same_number_is_not_taken_for_the_one_on_file(case, make_user):
    sample = case.released("positive", 24.8)
    centre = create_agency(
        None, parent=case.laboratory.agency, code="PREV", name="疫控中心", kind="prevention", level=3
    )
    filer = make_user(centre, roles.PREVENTION)
    facts = {
        "species": sample.species,
        "disease": sample.tests.get().disease,
        "area_code": "320500",
        "place": "锦溪镇某场",
        "sampled_on": today(),
        "result": "positive",
        "sample_count": 1,
        "positive_count": 1,
        "report_number": sample.report_number,
    }
    another = second_producer(sample.producer)
    inspections.file_record(filer, facts | {"producer": another})
    assert len(to_record(filer).rows) == 1
    inspections.file_record(filer, facts)
    assert to_record(filer).rows == [], "a record that names no producer goes by the number alone"


@pytest.mark.req("Q2")
def test_what_is_only_suspected_waits_for_its_final_result(house, client, make_user):
    centre = create_agency(None, parent=house.province, code="PREV", name="疫控中心", kind="prevention", level=3)
    filer = make_user(centre, roles.PREVENTION)
    facts = {
        "species": house.carp,
        "disease": diseases().get(key="cev"),
        "area_code": "320583",
        "place": "周庄镇某场",
        "sampled_on": today(),
        "result": "suspected",
        "sample_count": 3,
    }
    found = inspections.file_record(filer, facts)
    page = f"/diseases/{found.uid}/"
    assert page in desk(client, filer)
    inspections.withdraw_record(filer, found, "复检阴性")
    assert page not in desk(client, filer)


@pytest.mark.req("Q-acc")
def test_the_people_of_quarantine_see_the_site_of_their_hatchery(house, client):
    site = house.producer.site
    for user in (house.first.user, house.officer, house.keeper, house.farmer):
        assert f"/sites/{site.uid}/" in desk(client, user)
    assert f"/sites/{site.uid}/" not in desk(client, house.stranger.user)


@pytest.mark.req("Q9")
def test_the_search_box_finds_a_paper_by_its_number_within_the_rights_of_who_asks(house, client):
    declared = house.submitted()

    def found(user, asked):
        client.force_login(user)
        return [thing.url for thing in client.get("/search/", {"q": asked}).context["found"]]

    page = f"/quarantine/declarations/{declared.uid}/"
    assert found(house.officer, declared.number[:-3]) == [page]
    wide = "".join(chr(ord(each) + 0xFEE0) if each.isascii() else each for each in declared.number)
    assert found(house.officer, wide) == [page], "typed with the wide characters of a Chinese keyboard"
    assert found(house.officer, declared.number[:3]) == [], "too little to go by"
    assert found(house.stranger.user, declared.number) == []


@pytest.mark.req("Q8", "Q9")
def test_a_report_and_a_seal_lead_to_their_sample(case, client):
    sample = case.released()
    for number in (sample.number, sample.report_number, sample.seal_number):
        client.force_login(case.tester)
        assert [thing.url for thing in client.get("/search/", {"q": number}).context["found"]] == [
            f"/quarantine/laboratory/{sample.uid}/"
        ]
