"""The demonstration's laboratory: samples in every state, a year of declarations for the figures, records to deliver.

Samples go through the actions that people's acts go through; the year behind is written as it would lie there today.
It uses the bodies of quarantine that are loaded already, and makes its own where there are none; it may run twice.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from django.db import transaction

from oversite.base.accounts.models import User
from oversite.base.agencies import actions as agencies
from oversite.base.agencies.models import Agency
from oversite.base.numbers.actions import INSTALLATION, Holder, allot
from oversite.common import clock
from oversite.domains.quarantine.declarations.models import Declaration
from oversite.domains.quarantine.inspections.models import Inspection
from oversite.domains.quarantine.laboratory import actions, queries
from oversite.domains.quarantine.laboratory.actions.custody import Arrived
from oversite.domains.quarantine.laboratory.judging import Measured
from oversite.domains.quarantine.laboratory.models import Sample
from oversite.domains.quarantine.laboratory.readings import Reading
from oversite.domains.quarantine.registry.checks import with_check_sign
from oversite.domains.quarantine.registry.models import (
    Laboratory,
    LaboratoryMethod,
    LaboratoryPerson,
    LicensedSpecies,
    Point,
    Pond,
    Producer,
    Veterinarian,
)
from oversite.domains.quarantine.reporting import actions as reporting
from oversite.domains.quarantine.rules.divisions import JIANGSU
from oversite.domains.quarantine.rules.models import Disease, Species
from oversite.domains.quarantine.rules.queries import today
from oversite.project.demo.account import Account

PROVINCE, CITY, COUNTY, HOME = "320000", "321000", "321012", "320000L"
PEOPLE = (
    ("lab-tester", "孙检测", HOME, "quarantine-laboratory"),
    ("lab-reviewer", "钱复核", HOME, "quarantine-laboratory"),
    ("lab-approver", "赵批准", HOME, "quarantine-laboratory"),
    ("jd-vet-1", "周兽医", COUNTY, "quarantine-veterinarian"),
    ("jd-vet-2", "吴兽医", COUNTY, "quarantine-veterinarian"),
    ("jd-supervisor", "郑监督", COUNTY, "quarantine-supervisor"),
    ("js-province", "王省级", PROVINCE, "quarantine-province"),
)
METHODS = (("wtd", "SC/T 7202.4"), ("wsd", "GB/T 28630.2"), ("svc", "GB/T 15805.5"), ("gchd", "GB/T 36190"))
STAGES = ("taken", "sealed", "sent", "received", "rejected", "testing", "review", "approval", "released", "positive")
STEPS_OF_YEAR = 620
SERIAL = count(1)


@transaction.atomic
def load(account: Any) -> list[Account]:
    """Load what is not there yet; `account` makes or finds an account of the demonstration."""
    _bodies()
    told = [
        account({"username": username, "name": name, "agency": code, "roles": [role]})
        for username, name, code, role in PEOPLE
    ]
    laboratory = _laboratory()
    _point_and_people()
    if not Sample.objects.exists():
        _samples(laboratory)
    if not Declaration.objects.filter(state="archived", number__startswith="苏(320000)DEMO").exists():
        _year()
        reporting.find_all()
    reporting.collect_entries(User.objects.get(username="jd-supervisor"))
    return told


def _agency(parent: Agency | None, code: str, name: str, kind: str, level: int) -> Agency:
    found = Agency.objects.filter(code=code).first()
    return found or agencies.create_agency(None, parent=parent, code=code, name=name, kind=kind, level=level)


def _bodies() -> None:
    root = Agency.objects.filter(depth=1).order_by("path").first()
    province = _agency(root, PROVINCE, "江苏省水生动物卫生监督所", "agriculture", 1)
    for code, name in JIANGSU.items():
        city = _agency(province, code, f"{name}市水生动物卫生监督所", "agriculture", 2)
        if code == CITY:
            _agency(city, COUNTY, "扬州市江都区水生动物卫生监督所", "agriculture", 3)
    _agency(province, HOME, "江苏省水产品质量检测中心", "laboratory", 3)


def _laboratory() -> Laboratory:
    home = Agency.objects.get(code=HOME)
    laboratory, _is_new = Laboratory.objects.get_or_create(
        unit=home,
        defaults={
            "name": home.name,
            "agency": Agency.objects.get(code=PROVINCE),
            "cma_number": "211020340123",
            "cnas_number": "CNAS L01234",
            "designated_by": "江苏省农业农村厅",
            "designated_until_on": today() + timedelta(days=900),
            "address": "南京市鼓楼区",
        },
    )
    for key, standard in METHODS:
        disease = Disease.objects.get(key=key)
        LaboratoryMethod.objects.get_or_create(laboratory=laboratory, disease=disease, standard=standard)
    for duty in ("tester", "reviewer", "approver"):
        user = User.objects.get(username=f"lab-{duty}")
        LaboratoryPerson.objects.get_or_create(
            laboratory=laboratory, user=user, duty=duty, defaults={"name": user.name, "qualification": "水生生物检验员"}
        )
    return laboratory


def _point_and_people() -> None:
    county = Agency.objects.get(code=COUNTY)
    for number in (1, 2):
        user = User.objects.get(username=f"jd-vet-{number}")
        values = {"agency": county, "certificate_number": f"GF3210120{number:02d}", "area_codes": [COUNTY]}
        Veterinarian.objects.get_or_create(user=user, defaults=values | {"phone": "0514-86540000"})
    for code, name in JIANGSU.items():
        agency = county if code == CITY else Agency.objects.get(code=code)
        area = COUNTY if code == CITY else code
        Point.objects.get_or_create(
            code=f"SB{area}", defaults={"name": f"{name}水产苗种检疫申报点", "agency": agency, "area_codes": [area]}
        )
        for number, kind in ((1, "原种场"), (2, "良种场")):
            code = with_check_sign(f"91{area}MA1JGJY{number:02d}")
            _producer(code, f"{name}市水产{kind}", agency, area)


def _producer(code: str, name: str, agency: Agency, area: str) -> None:
    producer, is_new = Producer.objects.get_or_create(
        credit_code=code,
        defaults={
            "name": name,
            "agency": agency,
            "state": "confirmed",
            "area_code": area,
            "address": f"{name}场部",
            "applied_at": clock.now() - timedelta(days=800),
            "decided_at": clock.now() - timedelta(days=790),
            "licence_number": f"苏苗许{code[2:8]}",
        },
    )
    if is_new:
        species = Species.objects.get(key="giant-prawn")
        LicensedSpecies.objects.create(producer=producer, species=species)
        stock = {"stock": 5_000_000, "unit": "tail", "counted_at": clock.now() - timedelta(days=20)}
        Pond.objects.create(producer=producer, code="1号池", species=species, **stock)


def _declaration(producer: Producer, point: Point, species: Species, **values: Any) -> Declaration:
    number = next(SERIAL)
    return Declaration(
        number=f"苏(320000)DEMO{number:08d}",
        uid=UUID(int=0x5EED_0000_0000 + number),
        producer=producer,
        point=point,
        agency=point.agency,
        species=species,
        declarant_name="李场长",
        declarant_phone="0514-86541234",
        from_kind="farm",
        from_area=producer.area_code,
        from_address=producer.address,
        to_kind="farm",
        consignee_name="收苗单位",
        **values,
    )


def _inspection(producer: Producer) -> Inspection:
    """An inspection under way."""
    now, point = clock.now(), Point.objects.get(code=f"SB{COUNTY}")
    declaration = _declaration(
        producer,
        point,
        Species.objects.get(key="giant-prawn"),
        state="inspecting",
        amount=1_200_000,
        unit="tail",
        purpose="farming",
        to_area="330503",
        to_address="湖州市南浔区菱湖镇",
        departs_on=today() + timedelta(days=2),
        created_at=now - timedelta(days=3),
        submitted_at=now - timedelta(days=3),
    )
    declaration.save()
    first, second = (Veterinarian.objects.get(user__username=f"jd-vet-{number}") for number in (1, 2))
    return Inspection.objects.create(
        declaration=declaration,
        agency=point.agency,
        veterinarian=first,
        second=second,
        assigned_at=now - timedelta(days=2),
        assigned_by="郑监督",
        planned_on=today(),
        begun_at=now,
        place=producer.address,
        needed_tests=["wtd"],
    )


def _samples(laboratory: Laboratory) -> None:
    county = Agency.objects.get(code=COUNTY)
    allot(None, queries.seal_pool(), INSTALLATION, Holder.of(county), 500)
    producer = Producer.objects.filter(area_code=COUNTY).order_by("id").first()
    assert producer is not None
    for place, stage in enumerate(STAGES):
        _sample(laboratory, _inspection(producer), place + 1, stage)
    released = Sample.objects.filter(state="released", is_negative=True).first()
    assert released is not None
    again = _sample(laboratory, _inspection(producer), len(STAGES) + 1, "released")
    actions.invalidate_report(_user("lab-approver"), again, "阳性对照批号登记有误")
    kept = Sample.objects.get(pk=released.pk)
    kept.retained_until_on = today() - timedelta(days=1)
    kept.save()


def _user(username: str) -> User:
    return User.objects.get(username=username)


def _sample(laboratory: Laboratory, inspection: Inspection, place: int, stage: str) -> Sample:
    """A sample walked as far as `stage`."""
    first, second = _user("jd-vet-1"), _user("jd-vet-2")
    given = actions.NewSample(
        laboratory=laboratory,
        diseases=["wtd"],
        seal=f"F{place:08d}",
        count=150,
        base_amount=1_200_000,
        base_unit="tail",
        storage="充氧、4 °C 冷藏",
        second=second,
        witness_name="李场长",
        pond="1号池",
        stage="体长 0.8 cm",
        latitude=Decimal("32.513400"),
        longitude=Decimal("119.557800"),
    )
    sample = actions.take_sample(first, inspection, given)
    if stage == "taken":
        return sample
    sample = actions.countersign(second, sample)
    if stage == "sealed":
        return sample
    cold = Decimal("4.5")
    sample = actions.hand_over(first, sample, carrier="冷链专车 苏K12345", temperature_c=cold, is_seal_intact=True)
    return sample if stage == "sent" else _in_laboratory(sample, stage)


def _in_laboratory(sample: Sample, stage: str) -> Sample:
    tester, reviewer, approver = (_user(f"lab-{duty}") for duty in ("tester", "reviewer", "approver"))
    arrived = Arrived(temperature_c=Decimal("6.0"), is_seal_intact=stage != "rejected", count=150, giver="冷链专车")
    if stage == "rejected":
        return actions.reject_sample(tester, sample, "seal", "封签断裂，袋口有水渗出", arrived)
    sample = actions.receive_sample(tester, sample, arrived)
    if stage == "received":
        return sample
    test, is_positive = sample.tests.get(), stage == "positive"
    readings = tuple(Reading(f"混样{number}", 22.7 if is_positive and number == 3 else None) for number in range(1, 6))
    entry = actions.TestEntry(
        method=queries.methods_for(test)[0],
        instrument="荧光定量PCR仪 QS5（校准至2027-03）",
        measured=Measured(kind="ct", readings=readings, positive_control=21.35),
        result="positive" if is_positive else "negative",
        tested_on=today(),
    )
    actions.enter_result(tester, test, entry)
    sample = Sample.objects.get(pk=sample.pk)
    if stage == "testing":
        return sample
    sample = actions.submit_results(tester, sample)
    if stage == "review":
        return sample
    sample = actions.pass_review(reviewer, sample)
    return sample if stage == "approval" else actions.release_report(approver, sample)


def _year() -> None:
    """Declarations of the twelve months behind, spread over cities, species, purposes and directions by fixed steps."""
    producers = list(Producer.objects.filter(credit_code__contains="MA1JGJY").order_by("area_code", "id"))
    points = {code: point for point in Point.objects.all() for code in point.area_codes}
    keys = (
        "giant-prawn",
        "common-carp",
        "grass-carp",
        "mitten-crab",
        "largemouth-bass",
        "red-crayfish",
        "mandarin-fish",
    )
    species = [Species.objects.get(key=key) for key in keys]
    purposes = ("farming", "farming", "farming", "breeding", "release")
    rows = []
    for number in range(STEPS_OF_YEAR):
        day = today() - timedelta(days=1 + (number * 37) % 365)
        producer = producers[(number * 7 + number // 11) % (len(producers) - 3)]
        rows.append(_past(number, day, producer, points[producer.area_code], species[(number * 5) % 7], purposes))
    Declaration.objects.bulk_create(rows, batch_size=200)


def _past(number: int, day: date, producer: Producer, point: Point, species: Species, purposes: Any) -> Declaration:
    at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC) - timedelta(days=4)
    outcome, state = ("treated", "archived") if number % 29 == 0 else ("certified", "archived")
    if number % 97 == 5:
        outcome, state = "", "accepted"
    elif number % 113 == 7:
        outcome, state = "", "withdrawn"
    cities = list(JIANGSU)
    to_area = (producer.area_code, cities[number % 13], "330503", "340100")[(number // 3) % 4]
    return _declaration(
        producer,
        point,
        species,
        state=state,
        outcome=outcome,
        amount=20 + (number * 13) % 180,
        unit="10k-piece" if species.key == "mitten-crab" else "10k-tail",
        purpose=purposes[number % 5],
        to_area=to_area,
        to_address="收苗单位养殖基地",
        departs_on=day,
        created_at=at,
        submitted_at=at,
        archived_at=at + timedelta(days=6) if state == "archived" else None,
    )
