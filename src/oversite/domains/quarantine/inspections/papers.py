"""The work record and the treatment notice as their forms print them."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q

from oversite.base.documents.actions import print_document
from oversite.base.documents.queries import documents_of
from oversite.common import clock
from oversite.domains.quarantine.declarations.words import ORIGIN_ZH, PLACE_ZH, PURPOSE_ZH
from oversite.domains.quarantine.inspections import checklist, queries
from oversite.domains.quarantine.inspections.measures import name_zh
from oversite.domains.quarantine.inspections.models import Inspection, Signature, TreatmentNotice
from oversite.domains.quarantine.inspections.strokes import svg
from oversite.domains.quarantine.rules.numerals import in_capitals
from oversite.domains.quarantine.rules.quantities import Quantity

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

Role = Signature.Role
RECORD, NOTICE = "quarantine.work-record", "quarantine.treatment-notice"
FATES_ZH: Final[dict[str, str]] = {"void": "（已作废）", "replaced": "（已换发）"}
ANSWERS_ZH: Final[dict[str, str]] = {"yes": "符合", "no": "不符合", "na": "不适用"}


def print_record(user: "User", inspection: Inspection) -> UUID:
    """Print and keep the work record of a decided inspection; one that was printed before is superseded.

    A second print of one record has its number with a serial behind it: two papers never bear the same.
    """
    number = inspection.record_number
    printed = documents_of(inspection).filter(form=RECORD)
    again = printed.filter(Q(number=number) | Q(number__startswith=f"{number}-")).count()
    data = record_data(inspection) | {"record": number, "print": again + 1}
    document = print_document(
        user,
        RECORD,
        data,
        number=f"{number}-{again + 1}" if again else number,
        subject=inspection,
        agency=inspection.agency,
        supersedes=printed.filter(superseded_by=None).first(),
    )
    return document.uid


def print_notice(user: "User", notice: TreatmentNotice) -> UUID:
    """Print and keep a treatment notice."""
    data = notice_data(notice)
    return print_document(user, NOTICE, data, number=notice.number, subject=notice, agency=notice.agency).uid


def record_data(inspection: Inspection) -> dict[str, object]:
    """Text only, in the words and the order of the form."""
    declared, findings = inspection.declaration, inspection.findings
    is_tested = bool(inspection.needed_tests)
    reports = [report for report in queries.test_reports(inspection) if report.is_released]
    signed = queries.signatures_of(inspection)
    return {
        "owner": declared.producer.name,
        "agency": inspection.agency.name,
        "phone": inspection.agency.phone,
        "farm": declared.producer.name,
        "place": inspection.place,
        "licence": declared.producer.licence_number,
        "vehicle": declared.vehicle,
        "species": "　".join(filter(None, (declared.species.name_zh, declared.product_name))),
        "quantity": declared.quantity.text_zh,
        "counted": _text(inspection.counted_amount, declared.unit),
        "purpose": PURPOSE_ZH[declared.purpose],
        "origin": ORIGIN_ZH[declared.origin],
        "from": f"{declared.from_address}（{PLACE_ZH[declared.from_kind]}）",
        "to": f"{declared.to_address}（{PLACE_ZH[declared.to_kind]}）",
        "declaration": declared.number,
        "declared": clock.beijing_text(declared.submitted_at) if declared.submitted_at else "",
        "begun": clock.beijing_text(inspection.begun_at) if inspection.begun_at else "",
        "decided": clock.beijing_text(inspection.decided_at) if inspection.decided_at else "",
        "sections": [
            {
                "label": section.label_zh,
                "items": [_item(item, findings.get(item.key, {})) for item in section.items],
            }
            for section in checklist.sections()
        ],
        "is_tested": is_tested,
        "reports": [f"{report.disease} {report.number} {report.result}" for report in reports],
        "is_qualified": inspection.verdict == Inspection.Verdict.QUALIFIED,
        "grounds": inspection.grounds,
        "certificates": [f"{number}{FATES_ZH.get(fate, '')}" for number, fate in reversed(inspection.certificates)],
        "notice": queries.notice_number(inspection),
        "disinfectant": inspection.disinfectant,
        "remark": inspection.remark,
        "veterinarians": [str(each) for each in (inspection.veterinarian, inspection.second) if each is not None],
        "signatures": [svg(signed[role].strokes) for role in (Role.FIRST, Role.SECOND) if role in signed],
        "owner_signature": svg(signed[Role.OWNER].strokes) if Role.OWNER in signed else "",
        "owner_signed": _signed_text(signed[Role.OWNER]) if Role.OWNER in signed else "",
    }


def notice_data(notice: TreatmentNotice) -> dict[str, object]:
    """Text only, in the words and the order of the form."""
    inspection = notice.inspection
    return {
        "party": notice.party_name,
        "party_phone": notice.party_phone,
        "species": inspection.declaration.species.name_zh,
        "quantity": in_capitals(Quantity(notice.amount, notice.unit)),
        "declaration": inspection.declaration.number,
        "grounds": notice.grounds.rstrip("。"),
        "basis": notice.basis,
        "measures": [
            {
                "name": name_zh(each["kind"]),
                "order": each.get("order", ""),
                "text": each["text"],
                "grounds": each.get("grounds", ""),
            }
            for each in notice.measures
        ],
        "veterinarian": notice.issued_by,
        "agency": notice.agency.name,
        "phone": notice.agency.phone,
        "issued": clock.beijing_text(notice.issued_at)[:10],
    }


def _item(item: checklist.Item, given: dict[str, str]) -> dict[str, str]:
    return {
        "label": item.label_zh,
        "answer": ANSWERS_ZH.get(given.get("answer", ""), ""),
        "note": given.get("note", ""),
    }


def _signed_text(signature: Signature) -> str:
    return f"{signature.name}　{clock.beijing_text(signature.signed_at)}"


def _text(amount: int | None, unit: str) -> str:
    return Quantity(amount, unit).text_zh if amount is not None else ""
