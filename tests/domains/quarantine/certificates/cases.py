"""A qualified inspection with everybody in it, without walking the way to it."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

from oversite.base.numbers.actions import INSTALLATION, Holder, allot
from oversite.common import clock
from oversite.domains.quarantine.certificates.facts import Terms
from oversite.domains.quarantine.certificates.numbering import certificate_pool
from oversite.domains.quarantine.declarations.models import Declaration
from oversite.domains.quarantine.inspections.models import Inspection
from oversite.domains.quarantine.registry.models import Point, Producer, Veterinarian
from oversite.domains.quarantine.rules.models import Species

SERIAL = count(1)
TERMS = Terms(
    days=3,
    transport_zh="公路",
    carrier="顺达水产运输队",
    carrier_phone="0514-80000001",
    vehicle="苏K12345",
    disinfectant="聚维酮碘",
    destination="浙江省湖州市南浔区菱湖镇鱼种场",
)
WITHIN = replace(TERMS, destination="江苏省南京市玄武区养殖场")
"""For seed that stays in the province."""


@dataclass(slots=True)
class House:
    """province › city › county with a point, a producer's own unit, and the makers of people and cases."""

    province: Any
    city: Any
    county: Any
    unit: Any
    point: Point
    producer: Producer
    species: Species
    make_user: Any

    def veterinarian(self, numbers: int = 10, **changes: Any) -> Veterinarian:
        """An official veterinarian of the county with `numbers` in hand."""
        user = self.make_user(self.county, "quarantine-veterinarian")
        values = {
            "user": user,
            "agency": self.county,
            "certificate_number": f"GF32{next(SERIAL):06d}",
            "valid_until_on": date(2035, 12, 31),
            "area_codes": ["3210"],
            **changes,
        }
        return with_numbers(Veterinarian.objects.create(**values), numbers)

    def inspection(self, *veterinarians: Veterinarian, to_area: str = "330503", **changes: Any) -> Inspection:
        """A qualified inspection by one or two veterinarians, waiting for its certificate."""
        now = clock.now()
        declaration = Declaration.objects.create(
            number=f"苏(320000){uuid4().hex[:20]}C",
            state="qualified",
            producer=self.producer,
            point=self.point,
            agency=self.county,
            declarant_name="李养殖",
            declarant_phone="0514-86000000",
            species=self.species,
            from_kind="farm",
            from_area="321012",
            from_address="江苏省扬州市江都区邵伯镇甘棠路8号",
            to_kind="farm",
            to_area=to_area,
            to_address=changes.pop("to_address", TERMS.destination if to_area.startswith("33") else WITHIN.destination),
            consignee_name="湖州菱湖鱼种场",
            carrier_name="顺达水产运输队",
            carrier_phone="0514-80000001",
            vehicle="苏K12345",
            departs_on=changes.pop("departs_on", date(2026, 1, 1)),
            created_at=now,
            **{"amount": 1_200_000, "unit": "tail", "purpose": "farming", **changes},
        )
        first, second = (*veterinarians, None)[:2]
        return Inspection.objects.create(
            declaration=declaration,
            agency=self.county,
            veterinarian=first,
            second=second,
            assigned_at=now,
            assigned_by="站长",
            planned_on=now.date(),
            place="邵伯镇甘棠路8号",
            disinfectant="聚维酮碘",
            verdict="qualified",
            decided_at=now,
            record_number=f"JL{uuid4().hex[:8]}",
        )


def with_numbers(veterinarian: Veterinarian, numbers: int) -> Veterinarian:
    """The veterinarian with `numbers` in hand."""
    if numbers:
        allot(None, certificate_pool(), INSTALLATION, Holder.of(veterinarian), numbers)
    return veterinarian


def make_house(create_agency: Any, make_user: Any, above: tuple[Any, Any, Any] | None = None) -> House:
    """The agencies and the producer; `above` brings province, city and county."""
    number = next(SERIAL)

    def agency(parent: Any, name: str, kind: str = "agriculture", level: int = 3) -> Any:
        code = f"Q{number}-{next(SERIAL)}"
        return create_agency(None, parent=parent, code=code, name=name, kind=kind, level=level)

    if above is None:
        province = agency(None, "江苏省动物卫生监督所", level=1)
        city = agency(province, "扬州市动物卫生监督所", level=2)
        above = (province, city, agency(city, "扬州市江都区动物卫生监督所"))
    province, city, county = above
    type(county).objects.filter(pk=county.pk).update(phone="0514-86800000")
    county = type(county).objects.get(pk=county.pk)
    unit = agency(county, "江都区邵伯湖罗氏沼虾苗种场", "enterprise")
    point = Point.objects.create(code=f"SB{number}", name="邵伯申报点", agency=county, area_codes=["321012"])
    producer = Producer.objects.create(
        name="江都区邵伯湖罗氏沼虾苗种场",
        credit_code=f"91321012MA1{number:07d}",
        agency=county,
        unit=unit,
        state="confirmed",
        licence_number="（苏）农渔苗（2024）第0012号",
        applied_at=clock.now(),
    )
    species = Species.objects.filter(name_zh="罗氏沼虾").first() or Species.objects.create(
        key=f"macrobrachium-{number}", name_zh="罗氏沼虾", latin="Macrobrachium rosenbergii", group="crustacean"
    )
    return House(province, city, county, unit, point, producer, species, make_user)


def stand_alone() -> House:
    """A house in a database of its own, outside pytest."""
    from oversite.base.accounts.actions import create_user, grant_role
    from oversite.base.accounts.models import Role, User
    from oversite.base.agencies.actions import create_agency

    def make_user(agency: Any, *roles: str) -> Any:
        number = next(SERIAL)
        user = create_user(None, username=f"alone{number}", name=f"王检疫{number}", agency=agency).user
        for key in roles:
            grant_role(None, user, Role.objects.get(key=key))
        return User.objects.get(pk=user.pk)

    return make_house(create_agency, make_user)
