"""The demonstration's register at work: a verification, a contact list, problem reports, own tests, purchases."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from oversite.base.accounts.models import User
from oversite.common import clock

APPLICANT = "91320583MA20FEED0"
"""The credit code of a producer that waits for confirmation, without its check sign."""


def load_register(users: Mapping[str, User], farmer: User, producer: Any, point: Any, species: Any) -> None:
    """Load it by the acts that people would take."""
    _contacts(users)
    _problems(users, farmer)
    _own_tests(farmer, producer)
    _applicant(point, species)
    _purchases(users["q-officer"], farmer, species)


def _contacts(users: Mapping[str, User]) -> None:
    from oversite.domains.quarantine.registry import actions
    from oversite.domains.quarantine.rules.queries import today

    title = "设区市水产苗种产地检疫工作联系人信息表（示范）"
    call = actions.call_contacts(users["q-province"], title, today() + timedelta(days=14))
    row = call.entries.select_related("agency", "call__agency").get(region="南京")
    facts = {"name": "示范联系人", "unit": "南京市水生动物卫生监督所", "post": "科长", "contact": "025-80000100"}
    actions.file_contact(users["q-nanjing"], row, facts | {"remarks": ""})


def _problems(users: Mapping[str, User], farmer: User) -> None:
    from oversite.domains.quarantine.registry import actions

    asked = "请问同一养殖池一天内可以分两批申报吗？"
    problem = actions.report_problem(farmer, "同一养殖池分批申报", asked)
    answer = "可以。每批单独申报，合计数量不超过该池存量。"
    actions.answer_problem(users["q-province"], problem, answer, "answered")
    actions.report_problem(users["q-officer"], "申报点夏季服务时间调整", "七月起上午提前半小时，请协助核对公示内容。")


def _own_tests(farmer: User, producer: Any) -> None:
    from oversite.domains.quarantine.registry import actions
    from oversite.domains.quarantine.rules.queries import today

    for test in actions.plan_tests(producer):
        facts = {"laboratory": "江苏省水生动物疫病检测实验室（示范）", "report_number": "示范-自检-001"}
        actions.file_test(farmer, test, facts | {"sampled_on": today() - timedelta(days=25), "result": "negative"})


def _applicant(point: Any, species: Any) -> None:
    from oversite.domains.quarantine.registry import actions
    from oversite.domains.quarantine.registry.checks import with_check_sign

    facts = {
        "name": "昆山锦溪水产苗种场（示范）",
        "credit_code": with_check_sign(APPLICANT),
        "agency": point.agency,
        "licence_number": "苏苗(2025)昆002",
        "licence_valid_until_on": clock.now().date() + timedelta(days=900),
        "address": "昆山市锦溪镇示范路2号",
        "area_code": point.area_codes[0],
        "contact_name": "锦溪苗种场负责人",
        "contact_phone": "13900000008",
    }
    actions.apply_producer(facts, "q-applicant", [species])


def _purchases(officer: User, farmer: User, species: Any) -> None:
    from oversite.domains.quarantine.declarations.purchases import report_purchase

    facts = {
        "species": species,
        "amount": 20,
        "unit": "10k-tail",
        "from_area": "330500",
        "seller_name": "湖州示范苗种场",
        "to_area": "320583",
    }
    own = {"buyer_phone": "13900000001", "to_address": "昆山市周庄镇示范苗种场", "certificate_number": "3300000001"}
    report_purchase(farmer, facts | own | {"arrived_at": clock.now() - timedelta(hours=5)})
    other = {"buyer_name": "张浦示范养殖户", "buyer_phone": "13900000007", "to_address": "昆山市张浦镇"}
    late = {"arrived_at": clock.now() - timedelta(hours=40), "certificate_number": "3300000002"}
    report_purchase(officer, facts | other | late)
