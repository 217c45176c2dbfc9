"""What a certificate prints, line by line: the same for the PDF, the public page and the detail."""

import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from oversite.common.clock import BEIJING
from oversite.domains.quarantine.certificates.templates import Template
from oversite.domains.quarantine.certificates.validity import Mode
from oversite.domains.quarantine.rules.numerals import capital_date, capital_number, in_capitals

if TYPE_CHECKING:
    from oversite.domains.quarantine.inspections.facts import Decision
    from oversite.domains.quarantine.registry.models import Veterinarian

LABELS: Final[dict[str, tuple[str, str]]] = {
    "number": ("编号", "Number"),
    "owner": ("货主", "Owner"),
    "owner_phone": ("联系电话", "Telephone"),
    "species": ("动物种类", "Species"),
    "product": ("产品名称", "Product"),
    "quantity": ("数量及单位", "Quantity"),
    "purpose": ("用途", "Purpose"),
    "departure": ("启运地点", "Place of departure"),
    "destination": ("到达地点", "Destination"),
    "origin_place": ("产地", "Origin"),
    "producer": ("生产单位名称地址", "Producer and address"),
    "carrier": ("承运人", "Carrier"),
    "carrier_phone": ("承运人电话", "Carrier's telephone"),
    "transport": ("运载方式", "Transport"),
    "vehicle": ("运载工具牌号", "Vehicle number"),
    "disinfectant": ("装运前消毒", "Disinfected before loading with"),
    "tags": ("牲畜耳标号", "Ear tags"),
    "marks": ("检疫标志号", "Quarantine marks"),
    "validity": ("有效期", "Validity"),
    "licence": ("水产苗种生产许可证号", "Seed production licence"),
    "remark": ("备注", "Remarks"),
    "veterinarian": ("官方兽医", "Official veterinarian"),
    "issued_on": ("签发日期", "Date of issue"),
    "agency": ("动物卫生监督所", "Issuing agency"),
    "agency_phone": ("动物卫生监督所联系电话", "Agency's telephone"),
    "replaces": ("换发自", "Replaces"),
}
"""Field → statutory label, and its English."""
END: Final = ("veterinarian", "issued_on", "agency", "agency_phone", "replaces")
"""What stands below the table, as far as the template has it; `replaces` only where there is one."""
NOTHING: Final = "/"
"""What a line says that has nothing to say: none stays blank, so that nobody can add to it (req: Q9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the veterinarian adds at issue; of a certificate that replaces another only this may differ."""

    days: int = 1
    transport_zh: str = ""
    carrier: str = ""
    carrier_phone: str = ""
    vehicle: str = ""
    disinfectant: str = ""
    marks: str = ""
    destination: str = ""
    remark: str = ""
    departs_on: str = ""
    """The day on which the seed really leaves (ISO 8601); empty: the declared one. Not printed."""

    def as_json(self) -> dict[str, Any]:
        """For the row."""
        return asdict(self)

    def changed(self, changes: dict[str, Any]) -> "Terms":
        """With some of them changed; raises `TypeError` for anything that may not change."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Who issues which number under which template, from when to when."""

    number: str
    template: Template
    veterinarian: "Veterinarian"
    issued_at: datetime
    valid_until: datetime
    replaces: str = ""


def terms_of(decision: "Decision", days: int = 1) -> Terms:
    """What declaration and inspection propose."""
    return Terms(
        days=days,
        transport_zh=decision.transport_zh,
        carrier=decision.carrier.name,
        carrier_phone=decision.carrier.phone,
        vehicle=decision.vehicle,
        disinfectant=decision.disinfectant,
        destination=decision.destination.address,
        remark="",
        departs_on=decision.departs_on.isoformat(),
    )


def printed_facts(decision: "Decision", terms: Terms, issue: Issue) -> list[dict[str, str]]:
    """The lines in their order: key, both labels, and the text exactly as printed."""
    values = _values(decision, terms, issue)
    template = issue.template
    ends = [key for key in END if key != "agency_phone" or template.has_agency_phone]
    shown = [key for key in ("number", *template.fields, *ends) if key != "replaces" or values[key]]
    return [_line(key, values[key].strip() or _empty(key, issue), template.kind) for key in shown]


def _line(key: str, value: str, kind: str) -> dict[str, str]:
    return {"key": key, "zh": label_of(key, kind), "en": LABELS[key][1], "value": value}


def _empty(key: str, issue: Issue) -> str:
    """Required lines stay empty, which refuses the issue; the others are struck out."""
    return "" if key in issue.template.required else NOTHING


def label_of(key: str, kind: str) -> str:
    """The statutory label of a line; the forms for products call their destination otherwise."""
    return "目的地" if key == "destination" and kind.startswith("product") else LABELS[key][0]


def blank_facts(facts: list[dict[str, str]], template: Template) -> list[str]:
    """The labels of lines that must be filled in and are not."""
    return [fact["zh"] for fact in facts if fact["key"] in template.required and not fact["value"].strip()]


def _values(decision: "Decision", terms: Terms, issue: Issue) -> dict[str, str]:
    quantity, issued_on = decision.quantity, issue.issued_at.astimezone(BEIJING).date()
    agency = decision.agency
    species = f"{decision.species_zh}（{decision.species_latin}）" if decision.species_latin else decision.species_zh
    return {
        "number": issue.number,
        "owner": decision.owner.name,
        "owner_phone": decision.owner.phone,
        "species": species,
        "product": decision.product_zh,
        "quantity": in_capitals(quantity),
        "purpose": decision.purpose_zh,
        "departure": f"{_from(decision, issue)}（{decision.departure.kind_zh}）",
        "destination": f"{terms.destination}（{decision.destination.kind_zh}）" if terms.destination else "",
        "origin_place": decision.departure.address,
        "producer": f"{decision.producer_name}，{decision.departure.address}",
        "tags": "",
        "marks": terms.marks,
        "carrier": terms.carrier,
        "carrier_phone": terms.carrier_phone,
        "transport": terms.transport_zh,
        "vehicle": terms.vehicle,
        "disinfectant": terms.disinfectant,
        "validity": _validity(issue, terms),
        "licence": decision.licence_number,
        "remark": terms.remark,
        "veterinarian": f"{issue.veterinarian.user.name}（{issue.veterinarian.certificate_number}）",
        "issued_on": f"{issued_on:%Y-%m-%d}（{capital_date(issued_on)}）",
        "agency": agency.name,
        "agency_phone": agency.phone,
        "replaces": issue.replaces,
    }


def _from(decision: "Decision", issue: Issue) -> str:
    """The place of departure; forms within the province begin with the city."""
    address = decision.departure.address
    return address if issue.template.names_province else re.sub(r"^[^省市]{1,8}(省|自治区)", "", address)


def _validity(issue: Issue, terms: Terms) -> str:
    ends = f"至 {issue.valid_until.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
    match issue.template.validity.mode:
        case Mode.DAYS:
            return f"应于{capital_number(terms.days)}日内到达有效（{ends}）"
        case Mode.CALENDAR_DAY:
            return f"应于本日内到达有效（{ends}）"
        case Mode.HOURS24:
            return f"自签发时起二十四小时内有效（{ends}）"
