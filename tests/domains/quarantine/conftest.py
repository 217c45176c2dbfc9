"""A province with a city and a county, a point, two veterinarians, a hatchery with a pond of carp."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from oversite.base.accounts.models import User
from oversite.base.agencies.actions import create_agency
from oversite.common import clock
from oversite.domains.quarantine import roles
from oversite.domains.quarantine.declarations import actions as declarations
from oversite.domains.quarantine.registry import actions as registry
from oversite.domains.quarantine.registry.models import Producer
from oversite.domains.quarantine.rules import actions as rules
from oversite.domains.quarantine.rules.models import Disease, FarmCategory, Species
from oversite.domains.quarantine.rules.queries import today


def credit_code(stem: str = "91320583MA1ABCDE5") -> str:
    """A credit code with a right check sign."""
    from oversite.domains.quarantine.registry.checks import with_check_sign

    return with_check_sign(stem)


@dataclass
class House:
    """Everybody and everything that a declaration needs."""

    province: Any
    city: Any
    county: Any
    elsewhere: Any
    carp: Any
    koi: Any
    point: Any
    officer: Any
    supervisor: Any
    keeper: Any
    first: Any
    second: Any
    stranger: Any
    producer: Any
    farmer: Any
    pond: Any

    def values(self, **changes: Any) -> dict[str, Any]:
        """The values of a declaration that nothing speaks against."""
        return {
            "point": self.point,
            "declarant_name": "张三",
            "declarant_phone": "13900000001",
            "species": self.carp,
            "pond": self.pond,
            "amount": 3,
            "unit": "10k-tail",
            "purpose": "farming",
            "origin": "bred",
            "from_kind": "farm",
            "from_area": "320583",
            "from_address": "昆山市周庄镇示范苗种场",
            "to_kind": "farm",
            "to_area": "330100",
            "to_address": "杭州市余杭区某养殖场",
            "consignee_name": "李四",
            "consignee_phone": "13900000002",
            "transport": "road",
            "vehicle": "苏E12345",
            "carrier_name": "王五",
            "carrier_phone": "13900000003",
            "departs_on": today() + timedelta(days=5),
            **changes,
        }

    def draft(self, **changes: Any) -> Any:
        return declarations.draft_declaration(self.farmer, self.producer, self.values(**changes))

    def submitted(self, **changes: Any) -> Any:
        return declarations.submit_declaration(self.farmer, self.draft(**changes))

    def accepted(self, **changes: Any) -> Any:
        declared = self.submitted(**changes)
        return declarations.accept_declaration(self.officer, declared, declared.departs_on, "1号池")


@pytest.fixture
def house(db: None, make_user: Any, data_dir: Any) -> House:
    def agency(parent: Any, code: str, name: str, level: int) -> Any:
        values = {"address": f"{name}路1号", "phone": "051212345678"}
        return create_agency(None, parent=parent, code=code, name=name, kind="agriculture", level=level, **values)

    province = agency(None, "320000", "江苏省水生动物卫生监督所", 1)
    city = agency(province, "320500", "苏州市水生动物卫生监督所", 2)
    county = agency(city, "320583", "昆山市水生动物卫生监督所", 3)
    elsewhere = agency(province, "320100", "南京市水生动物卫生监督所", 2)
    officer = make_user(county, roles.OFFICER, username="officer")
    place = {"latitude": "31.3", "longitude": "120.9", "address": "昆山市前进路1号"}
    point = registry.save_point(
        None,
        None,
        {
            "code": "KS01",
            "name": "周庄检疫申报点",
            "agency": county,
            "hours": "周一至周五 8:30–17:00",
            "phone": "051257000000",
            "area_codes": ["320583"],
            **place,
        },
        [officer],
    )

    def veterinarian(at: Any, name: str, areas: list[str]) -> Any:
        values = {
            "user": make_user(at, roles.VETERINARIAN, username=name),
            "agency": at,
            "certificate_number": f"苏渔兽医{name}",
            "valid_until_on": date(2030, 1, 1),
            "area_codes": areas,
            "phone": "13800000000",
        }
        return registry.save_veterinarian(None, None, values)

    carp, koi = Species.objects.get(key="common-carp"), Species.objects.get(key="koi")
    producer = Producer(
        name="昆山示范水产苗种场",
        credit_code=credit_code(),
        agency=county,
        licence_number="苏苗2024001",
        licence_valid_until_on=date(2030, 1, 1),
        licence_issuer="昆山市农业农村局",
        water_certificate="苏昆养证2020001",
        category=FarmCategory.objects.get(key="province-improved"),
        area_code="320583",
        contact_name="张三",
        contact_phone="13900000001",
        applied_at=clock.now(),
        applied_username="farmer",
        **place,
    )
    producer.save()
    producer.licensed.create(species=carp)
    done = registry.confirm_producer(None, producer, "farmer")
    User.objects.filter(username="farmer").update(must_change_password=False)
    farmer = User.objects.get(username="farmer")
    stock = {"code": "1号", "species": carp, "stock": 10, "unit": "10k-tail"}
    pond = registry.save_pond(None, done.producer, None, stock)
    return House(
        province,
        city,
        county,
        elsewhere,
        carp,
        koi,
        point,
        officer,
        make_user(county, roles.SUPERVISOR, username="supervisor"),
        make_user(province, roles.PROVINCE, username="keeper"),
        veterinarian(county, "A1", ["320583"]),
        veterinarian(county, "A2", ["320500"]),
        veterinarian(elsewhere, "B1", ["320100"]),
        done.producer,
        farmer,
        pond,
    )


@pytest.fixture
def procedure(house: House) -> Any:
    """A procedure of the province: carp are looked over for one disease and tested for another."""
    values = {"group": "fish", "title": "鱼类规程", "effective_on": date(2024, 1, 1), "source": "测试"}
    draft = rules.draft_procedure(None, None, values)
    for key, needs_test in (("svc", False), ("cev", True)):
        entry = {"disease": Disease.objects.get(key=key), "needs_test": needs_test, "period_days": 90}
        rules.save_entry(None, draft, None, entry, [house.carp])
    return rules.publish_procedure(None, draft)


@pytest.fixture
def case(db: None, data_dir: Any, make_user: Any) -> Any:
    """An inspection under way, with its laboratory; numbers begin anew in each test."""
    from itertools import count

    from domains.quarantine.laboratory import cases
    from oversite.base.agencies.actions import create_agency

    cases.SERIAL = count(0)
    next(cases.SERIAL)
    return cases.make_case(create_agency, make_user)
