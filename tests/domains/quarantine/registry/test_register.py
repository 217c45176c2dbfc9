"""The register: who keeps it, who registers, what is missing, who confirmed."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from oversite.base.accounts.models import User
from oversite.base.events.models import Event
from oversite.common.errors import Refused
from oversite.domains.quarantine import roles
from oversite.domains.quarantine.registry import actions, checks, queries
from oversite.domains.quarantine.registry.models import ContactEntry, Laboratory, PeriodicTest, Problem, Producer
from oversite.domains.quarantine.rules import actions as rules
from oversite.domains.quarantine.rules.models import Disease
from oversite.domains.quarantine.rules.queries import today

pytestmark = pytest.mark.django_db


def refusal(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return refused.value.code.split(".", 1)[-1]


def code(stem: str) -> str:
    total = sum(checks.CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(stem))
    return stem + checks.CREDIT_SIGNS[(31 - total % 31) % 31]


def registration(house, **changes):
    return {
        "point": house.point.pk,
        "name": "太仓新苗种场",
        "credit_code": code("91320585MA1TECT05"),
        "username": "taicang",
        "licence_number": "苏苗2025002",
        "licence_valid_until_on": "2030-01-01",
        "licence_issuer": "太仓市",
        "water_certificate": "苏太养证1",
        "licensed": [house.carp.pk],
        "address": "太仓市1号",
        "area_code": "320583",
        "contact_name": "赵六",
        "contact_phone": "13900000006",
        **changes,
    }


@pytest.mark.req("Q19")
def test_a_producer_registers_itself_and_signs_in_once_confirmed(house):
    cache.clear()
    url = reverse("quarantine_registry:register")
    assert Client().get(url).status_code == 200
    answer = Client().post(url, registration(house))
    assert answer.status_code == 302, answer.context["errors"] if answer.context else answer.content
    producer = Producer.objects.get(name="太仓新苗种场")
    assert "等待确认" in Client().get(answer.url).content.decode()
    assert not User.objects.filter(username="taicang").exists()
    assert Event.objects.filter(kind="quarantine.producer.applied", agency_path=house.county.path).exists()
    done = actions.confirm_producer(house.supervisor, producer, "taicang")
    farmer = User.objects.get(username="taicang")
    assert farmer.agency == done.producer.unit
    assert farmer.must_change_password
    assert farmer.check_password(done.password)
    assert queries.producer_of(farmer) == done.producer
    assert list(queries.producers(farmer)) == [done.producer]
    assert refusal(actions.confirm_producer, house.supervisor, producer, "x") == "producer.state"


@pytest.mark.req("Q19")
def test_what_cannot_be_a_registration(house):
    cache.clear()
    url = reverse("quarantine_registry:register")

    def post(**changes):
        return Client().post(url, registration(house, **changes)).status_code

    assert post(credit_code="91320585MA1TECT05X") == 422
    assert post(credit_code=house.producer.credit_code) == 409
    assert post(website="http://spam") == 422
    assert post(username="A B") == 422
    rules.enter_setting(None, "registration.open", "no", effective_on=today(), source="省")
    assert post() == 422, "the page says that it is closed"
    assert not Producer.objects.filter(name="太仓新苗种场").exists()


def test_one_address_registers_a_few_times_an_hour_only(house):
    cache.clear()
    url = reverse("quarantine_registry:register")
    codes = [Client().post(url, registration(house, credit_code="91320585MA1TECT05X")).status_code for _n in range(11)]
    assert codes == [422] * 10 + [429]
    cache.clear()


@pytest.mark.req("Q19")
def test_a_refused_producer_registers_again(house):
    values = {"name": "甲", "credit_code": code("91320585MA1TECT06"), "agency": house.county}
    producer = actions.apply_producer(values, "jia", [])
    actions.refuse_producer(house.supervisor, producer, "许可证不清")
    again = actions.apply_producer(values, "jia", [])
    assert (again.pk, again.state) == (producer.pk, "applied")


def test_a_producer_keeps_its_own_data_and_no_more(house):
    saved = actions.save_producer(house.farmer, house.producer, {"contact_phone": "13911111111"})
    assert saved.contact_phone == "13911111111"
    assert refusal(actions.save_producer, house.farmer, house.producer, {"name": "别的"}) == "registry.agency_only"
    values = {"code": "2号", "species": house.koi, "stock": 1}
    assert refusal(actions.save_pond, house.farmer, house.producer, None, values) == "pond.unlicensed"
    assert refusal(actions.save_producer, house.farmer, house.producer, {}, [house.koi]) == "licence.stocked"


def test_nobody_keeps_what_is_not_in_their_subtree(house, make_user):
    other = make_user(house.elsewhere, roles.SUPERVISOR)
    assert refusal(actions.save_point, other, house.point, {"name": "x"}) == "registry.outside"
    assert refusal(actions.save_point, house.supervisor, house.point, {"agency": house.province}) == "registry.outside"
    assert refusal(actions.save_producer, house.officer, house.producer, {}) != ""
    assert not queries.points(other).exists()


@pytest.mark.req("Q4", "Q-acc")
def test_points_and_veterinarians_serve_their_area(house):
    assert queries.points_for("320583") == [house.point]
    assert queries.points_for("320100") == []
    assert set(queries.veterinarians_for(house.county, "320583")) == {house.first, house.second}
    page = Client().get(reverse("quarantine_registry:public-points")).content.decode()
    assert "周庄检疫申报点" in page
    assert "周一至周五" in page
    values = {"user": house.first.user, "agency": house.county, "certificate_number": "neu"}
    assert refusal(actions.save_veterinarian, house.supervisor, None, values) == "veterinarian.twice"


@pytest.mark.req("Q7")
def test_a_laboratory_is_complete_with_accreditation_methods_and_three_hands(house):
    laboratory = actions.save_laboratory(house.keeper, None, {"name": "省实验室", "agency": house.province})
    assert len(checks.laboratory_problems(laboratory, today())) > 5
    until = date(2030, 1, 1)
    values = {
        "address": "南京",
        "contact_name": "钱",
        "contact_phone": "13900000009",
        "cma_number": "CMA1",
        "cma_valid_until_on": until,
        "designated_by": "江苏省农业农村厅",
        "designation_number": "苏农1",
        "designated_until_on": until,
    }
    actions.save_laboratory(house.keeper, laboratory, values)
    method = {"disease": Disease.objects.get(key="cev"), "standard": "SC/T 7229"}
    actions.save_method(house.keeper, laboratory, None, method)
    for duty in ("tester", "reviewer", "approver"):
        actions.save_person(house.keeper, laboratory, None, {"name": duty, "duty": duty})
    laboratory = Laboratory.objects.get()
    assert checks.laboratory_problems(laboratory, today()) == []
    assert list(queries.designated_laboratories()) == [laboratory]
    assert checks.laboratory_problems(laboratory, date(2031, 1, 1)) != []


@pytest.mark.req("Q11")
def test_every_unit_confirms_and_a_change_takes_it_back(house):
    campaign = actions.call_campaign(house.keeper, "2026年核查", today() + timedelta(days=30))
    kinds = sorted(campaign.items.values_list("kind", flat=True))
    assert kinds == ["agency"] * 4 + ["point", "producer"] + ["veterinarian"] * 3
    item = campaign.items.get(kind="producer")
    assert item.problems == []
    actions.save_producer(house.farmer, house.producer, {"contact_phone": ""})
    item.refresh_from_db()
    assert item.problems != []
    assert refusal(actions.confirm_item, house.farmer, item) == "campaign.incomplete"
    actions.save_producer(house.farmer, house.producer, {"contact_phone": "13900000001"})
    assert actions.confirm_item(house.farmer, item).confirmed_by == house.farmer.name
    actions.save_producer(house.farmer, house.producer, {"address": "新址"})
    item.refresh_from_db()
    assert item.confirmed_at is None
    assert [each.title for each in queries.campaign_items(house.farmer, campaign)] == [house.producer.name]
    point = campaign.items.get(kind="point")
    assert refusal(actions.confirm_item, house.farmer, point) == "campaign.outside"
    actions.close_campaign(house.keeper, campaign, "完成")
    assert refusal(actions.confirm_item, house.farmer, item) == "campaign.closed"


@pytest.mark.req("Q11")
def test_implausible_data_are_named(house):
    house.producer.latitude, house.producer.longitude = "120.9", "31.3"
    house.producer.save()
    house.producer.refresh_from_db()
    house.producer.licence_valid_until_on = date(2020, 1, 1)
    found = checks.producer_problems(house.producer, today())
    assert len(found) == 2, found


@pytest.mark.req("Q15")
def test_thirteen_cities_file_in_the_printed_order(house, make_user):
    call = actions.call_contacts(house.keeper, "联系人信息表", today() + timedelta(days=3))
    entries = list(call.entries.all())
    assert [entry.region for entry in entries][:3] == ["南京", "无锡", "徐州"]
    assert len(entries) == 13
    suzhou = call.entries.get(region="苏州")
    assert suzhou.agency == house.city
    filed = make_user(house.city, roles.SUPERVISOR)
    values = {"name": "孙七", "unit": "苏州监督所", "post": "科长", "contact": "13900000007", "remarks": ""}
    actions.file_contact(filed, suzhou, values)
    assert refusal(actions.file_contact, filed, call.entries.get(region="南京"), values) == "contacts.outside"
    assert queries.contact_calls(filed).get().filed_count == 1
    assert ContactEntry.objects.filter(call=call, filed_at=None).count() == 12
    client = Client()
    client.force_login(house.keeper)
    pdf = client.get(reverse("quarantine_registry:contacts-print", args=[call.uid]) + "?file=pdf")
    assert pdf.content.startswith(b"%PDF")
    page = client.get(reverse("quarantine_registry:contact-entries", args=[call.uid])).content.decode()
    assert "南京、无锡" in page
    workbook = client.get(reverse("quarantine_registry:contact-entries", args=[call.uid]) + "?export=xlsx")
    assert b"".join(workbook.streaming_content).startswith(b"PK")


@pytest.mark.req("Q16")
def test_a_problem_is_reported_and_answered(house):
    problem = actions.report_problem(house.farmer, "打不开", "申报页打不开")
    assert refusal(actions.answer_problem, house.farmer, problem, "好了", "answered") == "problem.own"
    actions.answer_problem(house.keeper, problem, "已修复", Problem.State.ANSWERED)
    problem.refresh_from_db()
    assert problem.state == "answered"
    actions.answer_problem(house.farmer, problem, "谢谢", Problem.State.CLOSED)
    assert refusal(actions.answer_problem, house.keeper, problem, "再", "in-hand") == "problem.closed"
    assert not queries.problems(house.officer).exists()
    assert queries.problems(house.keeper).count() == 1


@pytest.mark.req("Q17")
def test_periodic_tests_are_planned_reminded_and_filed(house, procedure):
    [test] = actions.plan_tests(house.producer)
    assert (test.disease.key, test.period_days) == ("cev", 90)
    assert actions.plan_tests(house.producer) == []
    assert actions.remind_tests(today()) == 0
    assert actions.remind_tests(test.due_on - timedelta(days=14)) == 1
    assert actions.remind_tests(test.due_on) == 0, "not again within a week"
    values = {"sampled_on": today(), "laboratory": "省实验室", "report_number": "R1", "result": "positive"}
    actions.file_test(house.farmer, test, values)
    following = PeriodicTest.objects.get(filed_at=None)
    assert following.due_on == today() + timedelta(days=90)
    assert Event.objects.filter(kind="quarantine.test.positive").exists()
    assert refusal(actions.file_test, house.farmer, test, values) == "test.filed"


@pytest.mark.req("Q17")
def test_a_result_begins_with_today_and_is_chosen_never_assumed(house, procedure, client):
    [test] = actions.plan_tests(house.producer)
    client.force_login(house.farmer)
    address = reverse("quarantine_registry:test", args=[test.uid])
    page = client.get(address).content.decode()
    assert f'value="{today().isoformat()}"' in page
    assert str(test) in page
    facts = {"sampled_on": today().isoformat(), "laboratory": "省实验室", "report_number": "R1"}
    assert client.post(address, facts).status_code == 422
    assert client.post(address, facts | {"result": "negative"}).status_code == 302


@pytest.mark.req("Q17")
def test_a_test_that_is_due_waits_on_the_desk_of_its_producer(house, procedure, client):
    [test] = actions.plan_tests(house.producer)
    address = reverse("quarantine_registry:test", args=[test.uid])
    client.force_login(house.farmer)
    assert address not in client.get("/").content.decode()
    PeriodicTest.objects.filter(pk=test.pk).update(due_on=today() - timedelta(days=1))
    page = client.get("/").content.decode()
    assert address in page
    assert "已逾期" in page
