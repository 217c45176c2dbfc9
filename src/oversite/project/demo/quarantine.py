"""The demonstration of quarantine: a province, its cities, a point, a hatchery, and declarations in every state."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.apps import apps

from oversite.base.accounts import actions as accounts
from oversite.base.accounts.models import User
from oversite.base.accounts.queries import shipped_role
from oversite.base.agencies import actions as agencies
from oversite.base.agencies.models import Agency
from oversite.base.numbers.actions import INSTALLATION, Holder, allot
from oversite.common import clock
from oversite.project.demo.account import Account
from oversite.project.demo.quarantine_certificates import (
    SET_UP_DAYS_AGO,
    ago,
    complete_certificates,
    load_certificates,
    load_enrolments,
)
from oversite.project.demo.quarantine_register import load_register
from oversite.video.cameras import actions as cameras
from oversite.video.cameras.models import Device

HOUSE = "oversite.domains.quarantine.certificates"
PROVINCE, CITY, COUNTY = "320000", "320500", "320583"
PEOPLE = (
    ("q-province", "省所管理员", PROVINCE, "quarantine-province"),
    ("q-prevention", "疫控中心填报员", "320000P", "quarantine-prevention"),
    ("q-nanjing", "南京市所管理员", "320100", "quarantine-supervisor"),
    ("q-supervisor", "昆山市所管理员", COUNTY, "quarantine-supervisor"),
    ("q-officer", "周庄申报点工作人员", COUNTY, "quarantine-officer"),
    ("q-vet-1", "官方兽医甲", COUNTY, "quarantine-veterinarian"),
    ("q-vet-2", "官方兽医乙", COUNTY, "quarantine-veterinarian"),
    ("q-laboratory", "实验室检测员", "320000L", "quarantine-laboratory"),
)
PRODUCER = "q-producer"
CREDIT_CODE = "91320583MA1ABCDE5A"
UNTIL = date(2035, 12, 31)
NUMBERS = 1000


@dataclass(frozen=True, slots=True)
class Cast:
    """Those who act in the declarations of the demonstration."""

    officer: User
    farmer: User
    first: Any
    second: Any
    producer: Any
    point: Any
    carp: Any
    koi: Any
    ponds: Mapping[str, Any]
    changes: Mapping[str, Any] = field(default_factory=dict)
    """In what a declaration differs from the one that everything is shown with."""


def load(devices: Iterable[Mapping[str, Any]], password: str) -> list[Account]:
    """Load what is not there yet and give the accounts; nothing where the domain is not installed.

    `devices` stand at the hatchery and sign in with `password`.
    """
    if not apps.is_installed(HOUSE):
        return []
    with ago(days=SET_UP_DAYS_AGO):
        _agencies()
        users = {name: _user(name, person, code, role) for name, person, code, role in PEOPLE}
    is_new = not _producers().filter(credit_code=_credit_code()).exists()
    if is_new:
        _story(users)
    for device in devices:
        _device(device, password)
    people = [*PEOPLE, (PRODUCER, "昆山示范苗种场", _credit_code(), "quarantine-producer")]
    return [_account(name, role) for name, _person, _code, role in people]


def _device(row: Mapping[str, Any], password: str) -> None:
    """A camera at a pond of the hatchery."""
    if Device.objects.filter(gb_id=row["gb_id"]).exists():
        return
    told = dict(row)
    camera, site = dict(told.pop("camera")), _producers().get(credit_code=_credit_code()).site
    pond = site.areas.get(name=camera.pop("pond"))
    device = cameras.save_device(None, None, told | {"site": site}, password)
    placed = {"gb_id": row["gb_id"], "site": site, "area": pond, "device": device, "records": True}
    cameras.save_camera(None, None, camera | placed)


def _story(users: Mapping[str, User]) -> None:
    """The register is older than the keys, and these are older than what they sign: the past comes first."""
    with ago(days=SET_UP_DAYS_AGO):
        cast = _cast(users)
    load_enrolments(cast.first, cast.point)
    load_certificates(cast.first, cast.second, lambda **changes: _qualified(replace(cast, changes=changes)))
    _declarations(cast)
    load_register(users, cast.farmer, cast.producer, cast.point, cast.carp)
    complete_certificates()


def _agencies() -> None:
    from oversite.domains.quarantine.rules.divisions import JIANGSU

    rows = [(PROVINCE, "000000", "江苏省水生动物卫生监督所", "agriculture", 2)]
    rows += [(code, PROVINCE, f"{name}市水生动物卫生监督所", "agriculture", 3) for code, name in JIANGSU.items()]
    rows += [
        (COUNTY, CITY, "昆山市水生动物卫生监督所", "agriculture", 4),
        ("320000P", PROVINCE, "江苏省水生动物疫病预防控制中心", "prevention", 3),
        ("320000L", PROVINCE, "江苏省水生动物疫病检测实验室", "laboratory", 3),
    ]
    for code, parent, name, kind, level in rows:
        if not Agency.objects.filter(code=code).exists():
            above = Agency.objects.get(code=parent)
            facts = {"address": f"{name}（示范地址）", "phone": "025-80000000"}
            agencies.create_agency(None, parent=above, code=code, name=name, kind=kind, level=level, **facts)


def _user(username: str, name: str, code: str, role: str) -> User:
    found = User.objects.filter(username=username).first()
    if found is not None:
        return found
    user = accounts.create_user(None, username=username, name=name, agency=Agency.objects.get(code=code)).user
    accounts.grant_role(None, user, shipped_role(role))
    return user


def _account(username: str, role: str) -> Account:
    user = User.objects.select_related("agency").get(username=username)
    password = accounts.reset_password(None, user) if user.must_change_password else ""
    return Account(username, user.name, user.agency.name, (role,), password)


def _producers() -> Any:
    return apps.get_model("quarantine_registry", "Producer").objects


def _credit_code() -> str:
    from oversite.domains.quarantine.registry.checks import with_check_sign

    return with_check_sign(CREDIT_CODE[:17])


def _cast(users: Mapping[str, User]) -> Cast:
    """The register: point, veterinarians, laboratory, hatchery, a procedure of the province, the numbers."""
    from oversite.domains.quarantine.registry import actions as registry
    from oversite.domains.quarantine.rules.models import FarmCategory, Species

    county = Agency.objects.get(code=COUNTY)
    carp, koi = Species.objects.get(key="common-carp"), Species.objects.get(key="koi")
    point = registry.save_point(
        None,
        None,
        {
            "code": "KS01",
            "name": "昆山市周庄检疫申报点",
            "agency": county,
            "address": "昆山市周庄镇大桥路1号",
            "hours": "周一至周五 8:30–11:30、13:30–17:00",
            "phone": "0512-57000000",
            "area_codes": [COUNTY],
            "latitude": Decimal("31.1163"),
            "longitude": Decimal("120.8510"),
        },
        [users["q-officer"]],
    )
    first, second = (
        _veterinarian(users[name], county, number) for number, name in enumerate(("q-vet-1", "q-vet-2"), 1)
    )
    _laboratory(users["q-laboratory"])
    _procedure(carp, koi)
    _disease_records(users["q-prevention"], carp, koi)
    facts = {
        "name": "昆山示范水产苗种场",
        "credit_code": _credit_code(),
        "agency": county,
        "category": FarmCategory.objects.get(key="province-improved"),
        "licence_number": "苏苗(2024)昆001",
        "licence_valid_until_on": UNTIL,
        "licence_issuer": "昆山市农业农村局",
        "water_certificate": "苏昆府养证(2020)001",
        "address": "昆山市周庄镇示范苗种场",
        "area_code": COUNTY,
        "latitude": Decimal("31.1300"),
        "longitude": Decimal("120.8700"),
        "contact_name": "示范苗种场负责人",
        "contact_phone": "13900000001",
    }
    applied = registry.apply_producer(facts, PRODUCER, [carp, koi])
    producer = registry.confirm_producer(None, applied).producer
    ponds = {
        name: registry.save_pond(
            None, producer, None, {"code": name, "species": each, "stock": 200, "unit": "10k-tail", "area_m2": 2000}
        )
        for name, each in (("1号池", carp), ("2号池", koi))
    }
    _numbers(county, point, first)
    farmer = User.objects.get(username=PRODUCER)
    return Cast(users["q-officer"], farmer, first, second, producer, point, carp, koi, ponds)


def _veterinarian(user: User, agency: Agency, number: int) -> Any:
    from oversite.domains.quarantine.registry import actions as registry

    facts = {
        "user": user,
        "agency": agency,
        "certificate_number": f"苏渔兽医昆{number:03d}",
        "valid_until_on": UNTIL,
        "area_codes": [COUNTY],
        "phone": f"1380000000{number}",
    }
    return registry.save_veterinarian(None, None, facts)


def _laboratory(user: User) -> None:
    from oversite.domains.quarantine.registry import actions as registry
    from oversite.domains.quarantine.rules.models import Disease

    facts = {
        "name": "江苏省水生动物疫病检测实验室（示范）",
        "agency": Agency.objects.get(code=PROVINCE),
        "unit": user.agency,
        "cma_number": "CMA-示范-001",
        "cma_valid_until_on": UNTIL,
        "cnas_number": "CNAS-示范-L0001",
        "cnas_valid_until_on": UNTIL,
        "designated_by": "江苏省农业农村厅（示范）",
        "designation_number": "示范文件1号",
        "designated_until_on": UNTIL,
        "address": "南京市（示范地址）",
        "contact_name": "实验室联系人",
        "contact_phone": "025-80000001",
        "latitude": Decimal("32.0600"),
        "longitude": Decimal("118.7900"),
    }
    laboratory = registry.save_laboratory(None, None, facts)
    for key in ("khvd", "svc"):
        method = {"disease": Disease.objects.get(key=key), "standard": f"示范方法 {key.upper()}"}
        registry.save_method(None, laboratory, None, method | {"valid_until_on": UNTIL})
    for name, duty in (("检测员", "tester"), ("复核员", "reviewer"), ("批准人", "approver")):
        own = user if duty == "tester" else None
        registry.save_person(None, laboratory, None, {"name": name, "duty": duty, "user": own})


def _procedure(carp: Any, koi: Any) -> None:
    """A made-up procedure, marked as such, so that the way of a sample can be shown."""
    from oversite.domains.quarantine.rules import actions as rules
    from oversite.domains.quarantine.rules.models import Disease

    facts = {
        "group": "fish",
        "title": "鱼类产地检疫规程（示范数据，非法定文本）",
        "effective_on": date(2023, 4, 1),
        "source": "示范数据，由省级以现行规程替换",
    }
    draft = rules.draft_procedure(None, None, facts)
    for key, needs_test, chosen in (("svc", False, [carp, koi]), ("khvd", True, [koi])):
        entry = {"disease": Disease.objects.get(key=key), "needs_test": needs_test, "period_days": 30}
        rules.save_entry(None, draft, None, entry | {"source": "示范数据"}, chosen)
    rules.publish_procedure(None, draft)


def _disease_records(user: User, carp: Any, koi: Any) -> None:
    from oversite.domains.quarantine.inspections import actions as inspections
    from oversite.domains.quarantine.rules.models import Disease

    day = clock.now().date()
    for days, species, key, place, positives in (
        (20, carp, "svc", "昆山市锦溪镇某场", 0),
        (50, koi, "khvd", "苏州市吴江区某场", 1),
        (80, carp, "svc", "昆山市淀山湖镇某场", 0),
        (140, carp, "svc", "苏州市相城区某场", 2),
    ):
        facts = {
            "species": species,
            "disease": Disease.objects.get(key=key),
            "area_code": COUNTY if place.startswith("昆山") else "320509",
            "place": place,
            "latitude": Decimal("31.0") + Decimal(days) / 1000,
            "longitude": Decimal("120.7") + Decimal(days) / 1000,
            "sampled_on": day - timedelta(days=days),
            "result": "positive" if positives else "negative",
            "sample_count": 5,
            "positive_count": positives,
            "report_number": f"示范-{days:03d}",
        }
        inspections.file_record(user, facts)


def _numbers(county: Agency, point: Any, veterinarian: Any) -> None:
    """Certificate numbers handed down the tree, one step at a time."""
    from oversite.domains.quarantine.certificates.numbering import certificate_pool

    bodies = [Agency.objects.get(code=code) for code in (PROVINCE, CITY)]
    way = [INSTALLATION, *(Holder.of(each) for each in [*bodies, county, point, veterinarian])]
    for step, (giver, receiver) in enumerate(pairwise(way)):
        allot(None, certificate_pool(), giver, receiver, NUMBERS // 2**step)


def _declarations(cast: Cast) -> None:
    """One declaration in every state; each is brought there by the acts that people would take."""
    ways: list[Callable[[Cast], Any]] = [
        _draft,
        _submitted,
        _correcting,
        _refused,
        _withdrawn,
        _accepted,
        _assigned,
        _inspecting,
        _testing,
        _qualified,
        _unqualified,
        _treated,
        _certified,
        _archived,
    ]
    for way in ways:
        way(cast)


def _draft(cast: Cast, amount: int = 3, species: Any = None) -> Any:
    from oversite.domains.quarantine.declarations import actions as declarations
    from oversite.domains.quarantine.rules.queries import number, today

    own = species or cast.carp
    pond = cast.ponds["1号池" if own == cast.carp else "2号池"]
    facts = {
        "point": cast.point,
        "declarant_name": "示范苗种场负责人",
        "declarant_phone": "13900000001",
        "species": own,
        "pond": pond,
        "amount": amount,
        "unit": "10k-tail",
        "purpose": "farming",
        "origin": "bred",
        "from_kind": "farm",
        "from_area": COUNTY,
        "from_address": "昆山市周庄镇示范苗种场",
        "to_kind": "farm",
        "to_area": "330110",
        "to_address": "浙江省杭州市余杭区示范养殖场",
        "consignee_name": "余杭示范养殖场",
        "consignee_phone": "13900000002",
        "transport": "road",
        "vehicle": "苏E12345",
        "carrier_name": "示范水产运输队",
        "carrier_phone": "13900000003",
        "departs_on": today() + timedelta(days=number("declaration.lead_days") + 2),
    }
    return declarations.draft_declaration(cast.farmer, cast.producer, facts | dict(cast.changes))


def _submitted(cast: Cast, species: Any = None) -> Any:
    from oversite.domains.quarantine.declarations import actions as declarations

    return declarations.submit_declaration(cast.farmer, _draft(cast, species=species))


def _correcting(cast: Cast) -> Any:
    from oversite.domains.quarantine.declarations import actions as declarations

    return declarations.ask_correction(cast.officer, _submitted(cast), "请补充收货人的详细地址。")


def _refused(cast: Cast) -> Any:
    from oversite.domains.quarantine.declarations import actions as declarations

    return declarations.refuse_declaration(cast.officer, _submitted(cast), "到达地发生疫情，暂停调入。")


def _withdrawn(cast: Cast) -> Any:
    from oversite.domains.quarantine.declarations import actions as declarations

    return declarations.withdraw_declaration(cast.farmer, _submitted(cast), "客户取消订单")


def _accepted(cast: Cast, species: Any = None) -> Any:
    from oversite.domains.quarantine.declarations import actions as declarations

    declared = _submitted(cast, species)
    return declarations.accept_declaration(cast.officer, declared, declared.departs_on, "示范苗种场")


def _assigned(cast: Cast, species: Any = None) -> Any:
    from oversite.domains.quarantine.inspections import actions as inspections

    declared = _accepted(cast, species)
    plan = {"planned_on": declared.visit_on, "place": declared.visit_place}
    return inspections.assign(cast.officer, declared, cast.first, cast.second, **plan)


def _inspecting(cast: Cast, species: Any = None, **answers: str) -> Any:
    from oversite.domains.quarantine.inspections import actions as inspections
    from oversite.domains.quarantine.inspections import checklist

    inspection = _assigned(cast, species)
    draft = inspections.FieldDraft(
        client_id=uuid.uuid4(),
        written_at=clock.now(),
        revision=inspection.revision,
        findings={key: {"answer": answers.get(key, "yes")} for key in checklist.items()},
        counted_amount=inspection.declaration.amount,
        disinfectant="聚维酮碘",
    )
    return inspections.save_draft(cast.first.user, inspection, draft)


def _testing(cast: Cast) -> Any:
    from oversite.domains.quarantine.declarations.actions import move
    from oversite.domains.quarantine.declarations.flow import Step

    return move(cast.first.user, _inspecting(cast, cast.koi).declaration, Step.SAMPLE)


def _qualified(cast: Cast) -> Any:
    from oversite.domains.quarantine.inspections import actions as inspections

    return inspections.find_qualified(cast.first.user, _inspecting(cast))


def _unqualified(cast: Cast) -> Any:
    from oversite.domains.quarantine.inspections import actions as inspections

    bad = _inspecting(cast, microscopy="no")
    return inspections.find_unqualified(cast.first.user, bad, "镜检发现小瓜虫。")


def _treated(cast: Cast) -> Any:
    from oversite.domains.quarantine.inspections import actions as inspections

    ordered = inspections.Treatment(
        basis="《中华人民共和国动物防疫法》第四十八条",
        amount=3,
        unit="10k-tail",
        measures=[("isolate", ""), ("cure", "治疗14天后复检")],
        party_name=cast.producer.name,
        party_phone="13900000001",
    )
    return inspections.issue_treatment(cast.first.user, _unqualified(cast), ordered)


def _certified(cast: Cast) -> Any:
    from oversite.domains.quarantine.certificates import actions as certificates
    from oversite.domains.quarantine.certificates.facts import Terms

    terms = Terms(
        days=2,
        transport_zh="公路",
        carrier="示范水产运输队",
        carrier_phone="13900000003",
        vehicle="苏E12345",
        disinfectant="聚维酮碘",
        destination="浙江省杭州市余杭区示范养殖场",
        departs_on=clock.now().astimezone(clock.BEIJING).date().isoformat(),
    )
    return certificates.issue_certificate(cast.first.user, _qualified(cast), terms)


def _archived(cast: Cast) -> Any:
    from oversite.domains.quarantine.inspections import actions as inspections

    notice = _treated(cast)
    user, inspection = cast.first.user, notice.inspection
    day = clock.now().astimezone(clock.BEIJING).date()
    inspections.note_recovery(user, notice, done_on=day, how="治疗后复检未见病原")
    return inspections.archive(user, inspection)
