"""An inspection under way, seals in the agency's hand, and a laboratory with its three people."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from oversite.base.numbers.actions import INSTALLATION, Holder, allot
from oversite.common import clock
from oversite.domains.quarantine.declarations.models import Declaration
from oversite.domains.quarantine.inspections.models import Inspection
from oversite.domains.quarantine.laboratory import actions, queries
from oversite.domains.quarantine.laboratory.judging import Measured
from oversite.domains.quarantine.laboratory.models import Sample
from oversite.domains.quarantine.laboratory.readings import Reading
from oversite.domains.quarantine.registry.models import (
    Laboratory,
    LaboratoryMethod,
    LaboratoryPerson,
    Point,
    Producer,
    Veterinarian,
)
from oversite.domains.quarantine.rules.models import Disease, Species
from oversite.domains.quarantine.rules.queries import today

SERIAL = count(1)


@dataclass(slots=True)
class Case:
    """Everybody who has to do with one inspection and its samples."""

    county: Any
    laboratory: Laboratory
    producer: Producer
    inspection: Inspection
    taker: Any
    second: Any
    tester: Any
    reviewer: Any
    approver: Any
    farmer: Any

    def new(self, **changes: Any) -> actions.NewSample:
        """A sample as the plan asks for it."""
        values = {
            "laboratory": self.laboratory,
            "diseases": ["wtd"],
            "seal": f"F{next(SERIAL):08d}",
            "count": 150,
            "base_amount": 1_200_000,
            "base_unit": "tail",
            "storage": "充氧冷藏",
            "second": self.second,
            "witness_name": "李养殖",
            **changes,
        }
        return actions.NewSample(**values)

    def taken(self, **changes: Any) -> Sample:
        return actions.take_sample(self.taker, self.inspection, self.new(**changes))

    def sealed(self) -> Sample:
        return actions.countersign(self.second, self.taken())

    def sent(self) -> Sample:
        return actions.hand_over(self.taker, self.sealed(), carrier="顺丰冷链", temperature_c=None, is_seal_intact=True)

    def arrived(self, **changes: Any) -> Any:
        from oversite.domains.quarantine.laboratory.actions.custody import Arrived

        values = {"temperature_c": None, "is_seal_intact": True, "count": 150, "giver": "顺丰冷链", **changes}
        return Arrived(**values)

    def received(self) -> Sample:
        return actions.receive_sample(self.tester, self.sent(), self.arrived())

    def entry(self, result: str = "negative", ct: float | None = None, **changes: Any) -> actions.TestEntry:
        measured = Measured(
            kind="ct", readings=(Reading("1", None), Reading("2", ct)), positive_control=22.1, negative_control=None
        )
        values = {
            "method": self.laboratory.methods.get(),
            "instrument": "荧光定量PCR仪 QS5",
            "measured": measured,
            "result": result,
            "tested_on": today(),
            **changes,
        }
        return actions.TestEntry(**values)

    def tested(self, result: str = "negative", ct: float | None = None) -> Sample:
        return self.measure(self.received(), result, ct)

    def measure(self, sample: Sample, result: str = "negative", ct: float | None = None) -> Sample:
        for test in sample.tests.all():
            actions.enter_result(self.tester, test, self.entry(result, ct))
        return Sample.objects.get(pk=sample.pk)

    def submitted(self, result: str = "negative", ct: float | None = None) -> Sample:
        return actions.submit_results(self.tester, self.tested(result, ct))

    def reviewed(self, result: str = "negative", ct: float | None = None) -> Sample:
        return actions.pass_review(self.reviewer, self.submitted(result, ct))

    def released(self, result: str = "negative", ct: float | None = None) -> Sample:
        return actions.release_report(self.approver, self.reviewed(result, ct))


def make_case(create_agency: Any, make_user: Any, county: Any = None) -> Case:
    """A case in a county of its own, or in one that there is."""
    number = next(SERIAL)

    def agency(parent: Any, name: str, kind: str = "agriculture") -> Any:
        code = f"L{number}-{next(SERIAL)}"
        return create_agency(None, parent=parent, code=code, name=name, kind=kind, level=3)

    county = county or agency(None, "扬州市江都区动物卫生监督所")
    unit = agency(county, "江都区邵伯湖罗氏沼虾苗种场", "enterprise")
    home = agency(county, "省水产检测中心", "laboratory")
    laboratory = Laboratory.objects.create(
        name="省水产检测中心",
        agency=county,
        unit=home,
        cma_number="CMA2110",
        designated_by="江苏省农业农村厅",
        designated_until_on=date(2035, 12, 31),
    )
    disease = Disease.objects.get(key="wtd")
    LaboratoryMethod.objects.create(laboratory=laboratory, disease=disease, standard="SC/T 7202.4")
    people = {}
    for duty in ("tester", "reviewer", "approver"):
        people[duty] = make_user(home, "quarantine-laboratory")
        LaboratoryPerson.objects.create(laboratory=laboratory, user=people[duty], name=duty, duty=duty)
    producer = Producer.objects.create(
        name=unit.name,
        credit_code=f"91321012MA{number:08d}",
        agency=county,
        unit=unit,
        state="confirmed",
        applied_at=clock.now(),
        area_code="321012",
    )
    taker, second = (make_user(county, "quarantine-veterinarian") for _each in range(2))
    inspection = _inspection(county, producer, taker, number)
    allot(None, queries.seal_pool(), INSTALLATION, Holder.of(county), 200)
    farmer = make_user(unit, "quarantine-producer")
    return Case(county, laboratory, producer, inspection, taker, second, **people, farmer=farmer)


def _inspection(county: Any, producer: Producer, user: Any, number: int) -> Inspection:
    now = clock.now()
    point = Point.objects.create(code=f"LP{number}", name="邵伯申报点", agency=county, area_codes=["321012"])
    veterinarian = Veterinarian.objects.create(
        user=user, agency=county, certificate_number=f"GL{number:06d}", area_codes=["3210"]
    )
    declaration = Declaration.objects.create(
        number=f"苏(320000)L{number:08d}C", state="inspecting", producer=producer, point=point, agency=county,
        declarant_name="李养殖", declarant_phone="0514-86000000", species=Species.objects.get(key="giant-prawn"),
        amount=1_200_000, unit="tail", purpose="farming", from_kind="farm", from_area="321012",
        from_address="扬州市江都区邵伯镇甘棠路8号", to_kind="farm", to_area="330503", to_address="湖州市南浔区菱湖镇",
        consignee_name="湖州菱湖鱼种场", departs_on=today() + timedelta(days=1), created_at=now, submitted_at=now,
    )  # fmt: skip
    return Inspection.objects.create(
        declaration=declaration, agency=county, veterinarian=veterinarian, assigned_at=now, assigned_by="站长",
        planned_on=today(), place="邵伯镇甘棠路8号", needed_tests=["wtd"],
    )  # fmt: skip
