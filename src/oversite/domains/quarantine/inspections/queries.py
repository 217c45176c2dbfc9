"""Reading inspections, disease records and treatment notices, each through the reader's rights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.urls import reverse

from oversite.base.accounts.queries import has_permission, restrict
from oversite.base.agencies.queries import chain_of
from oversite.domains.quarantine.declarations.words import ORIGIN_ZH, PLACE_ZH, PURPOSE_ZH, TRANSPORT_ZH
from oversite.domains.quarantine.inspections.facts import Decision, PersonFacts, PlaceFacts
from oversite.domains.quarantine.inspections.models import DiseaseRecord, Inspection, Signature, TreatmentNotice
from oversite.domains.quarantine.inspections.slots import TEST_REPORTS, TestReport
from oversite.domains.quarantine.rules.divisions import is_same_province
from oversite.domains.quarantine.rules.quantities import Quantity
from oversite.domains.quarantine.rules.queries import number, requirements, today

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.declarations.models import Declaration
    from oversite.domains.quarantine.registry.models import Producer
    from oversite.domains.quarantine.rules.models import Disease, Species

READ = "quarantine.inspection.read"
CONDUCT = "quarantine.inspection.conduct"
FILE = "quarantine.disease.file"
PATHS = ("agency", "declaration__producer__unit")


def inspections(user: "User", permission: str = READ) -> QuerySet[Inspection]:
    """The inspections that the user may use with `permission`; a producer reads those of its own seed."""
    rows = Inspection.objects.select_related(
        "declaration__producer__unit",
        "declaration__species",
        "declaration__point",
        "agency",
        "veterinarian__user",
        "second__user",
    )
    return restrict(rows, user, permission, *PATHS)


def inspection_of(declaration: "Declaration") -> Inspection | None:
    """The inspection of a declaration, once veterinarians are assigned."""
    return Inspection.objects.filter(declaration_id=declaration.pk).select_related("veterinarian", "second").first()


def test_reports(inspection: Inspection) -> list[TestReport]:
    """Every report that any source knows about the inspection's samples."""
    return [report for source in TEST_REPORTS for report in source(inspection)]


def unreleased_tests(inspection: Inspection) -> list[str]:
    """The keys of diseases whose needed test has no released report yet: nothing issues before (req: Q8)."""
    released = {report.disease_key for report in test_reports(inspection) if report.is_released}
    return [key for key in inspection.needed_tests if key not in released]


def failed_tests(inspection: Inspection) -> list[TestReport]:
    """The released reports that are not negative."""
    return [report for report in test_reports(inspection) if report.is_released and not report.is_negative]


def certifiable(user: "User") -> QuerySet[Inspection]:
    """The qualified inspections that wait for their certificate (req: Q1).

    Ask `decision` for the facts: it refuses what a report speaks against since.
    """
    return inspections(user, CONDUCT).filter(verdict=Inspection.Verdict.QUALIFIED, declaration__state="qualified")


def decision(inspection: Inspection) -> Decision:
    """The facts of a qualified inspection; raises `ValueError` for one that is not, or with unreleased tests."""
    declared = inspection.declaration
    if inspection.verdict != Inspection.Verdict.QUALIFIED or inspection.decided_at is None:
        raise ValueError("not qualified")
    released = [report for report in test_reports(inspection) if report.is_released]
    if not _is_negative(inspection, released):
        raise ValueError("tests speak against it")
    each = [one for one in (inspection.veterinarian, inspection.second) if one is not None]
    return Decision(
        inspection_uid=inspection.uid,
        declaration_uid=declared.uid,
        declaration_number=declared.number,
        record_number=inspection.record_number,
        agency=inspection.agency,
        point_code=declared.point.code,
        point_name=declared.point.name,
        goods=declared.goods,
        product_zh=declared.product_name,
        species_key=declared.species.key,
        species_zh=declared.species.name_zh,
        species_latin=declared.species.latin,
        quantity=found_quantity(inspection),
        purpose=declared.purpose,
        purpose_zh=PURPOSE_ZH[declared.purpose],
        origin_zh=ORIGIN_ZH[declared.origin],
        departure=_place(declared.from_area, declared.from_address, declared.from_kind),
        destination=_place(declared.to_area, declared.to_address, declared.to_kind),
        leaves_province=not is_same_province(declared.from_area, declared.to_area),
        producer_uid=declared.producer.uid,
        producer_name=declared.producer.name,
        licence_number=declared.producer.licence_number,
        owner=PersonFacts(declared.producer.name, declared.declarant_phone),
        consignee=PersonFacts(declared.consignee_name, declared.consignee_phone),
        carrier=PersonFacts(declared.carrier_name, declared.carrier_phone),
        transport=declared.transport,
        transport_zh=TRANSPORT_ZH[declared.transport],
        vehicle=declared.vehicle,
        disinfectant=inspection.disinfectant,
        departs_on=declared.departs_on,
        decided_at=inspection.decided_at,
        veterinarians=each,
        test_reports=released,
        remark=inspection.remark,
    )


def found_quantity(inspection: Inspection) -> Quantity:
    """What was found on the spot, in the unit of the declaration: nothing that was not seen is certified."""
    declared = inspection.declaration.quantity
    return declared if inspection.counted_amount is None else Quantity(inspection.counted_amount, declared.unit)


def _is_negative(inspection: Inspection, released: Sequence[TestReport]) -> bool:
    """Whether every needed test has a released report, and every released one is negative."""
    return {*inspection.needed_tests} <= {each.disease_key for each in released} and all(
        each.is_negative for each in released
    )


def _place(area_code: str, address: str, kind: str) -> PlaceFacts:
    return PlaceFacts(area_code, address, kind, PLACE_ZH[kind])


def disease_records(user: "User") -> QuerySet[DiseaseRecord]:
    """The disease records, for all who may read them: a disease knows no subtree (req: Q2)."""
    rows = DiseaseRecord.objects.select_related("species", "disease", "agency", "producer")
    return rows if has_permission(user, "quarantine.disease.read") else rows.none()


def on_file(number: str, producer: str) -> Exists:
    """Whether what a row tells of a `disease_id` stands in the records, by report number and producer at these paths.

    Laboratories number each for themselves: the same number with another producer is another report (req: Q2).
    """
    told = {"report_number": OuterRef(number), "disease_id": OuterRef("disease_id")}
    same = Q(producer_id=OuterRef(producer)) | Q(producer=None)
    return Exists(DiseaseRecord.objects.filter(same, withdrawn_at=None, **told))


def served_by(user: "User") -> str:
    """The path of the subtree that a prevention centre works for: that of the agency to which it belongs."""
    chain = chain_of(user.agency)
    return str(chain[max(len(chain) - 2, 0)].path)


def suspected_records(user: "User") -> QuerySet[DiseaseRecord]:
    """What the user's own centre filed as suspected, and has neither confirmed nor withdrawn."""
    return disease_records(user).filter(
        agency_id=user.agency_id, result=DiseaseRecord.Result.SUSPECTED, withdrawn_at=None
    )


def filing_url(
    producer: "Producer", species: "Species", disease: "Disease", sampled_on: date | None, report: str, method: str = ""
) -> str:
    """The address of the form of a disease record with what a report says of it; people look at it and file."""
    told = {
        "species": species.pk,
        "disease": disease.pk,
        "producer": producer.pk,
        "area_code": producer.area_code,
        "place": producer.address or producer.name,
        "sampled_on": sampled_on.isoformat() if sampled_on else "",
        "result": DiseaseRecord.Result.POSITIVE,
        "positive_count": 1,
        "report_number": report,
        "method": method,
    }
    return reverse("quarantine_inspections:disease-new") + "?" + urlencode(told)


def treatments(user: "User") -> QuerySet[TreatmentNotice]:
    """The treatment notices of the subtree, and those about the user's own seed."""
    rows = TreatmentNotice.objects.select_related("inspection__declaration__producer__unit", "agency")
    return restrict(rows, user, READ, "agency", "inspection__declaration__producer__unit")


def notice_of(declaration: "Declaration") -> TreatmentNotice | None:
    """The treatment notice that a declaration ended in."""
    return TreatmentNotice.objects.filter(inspection__declaration=declaration).first()


def notice_number(inspection: Inspection) -> str:
    """The number of the treatment notice on an inspection; empty while there is none."""
    return TreatmentNotice.objects.filter(inspection=inspection).values_list("number", flat=True).first() or ""


def due_records() -> QuerySet[Inspection]:
    """Those whose work record does not say yet what became of the certificate (req: Q9)."""
    return Inspection.objects.filter(is_record_due=True).order_by("id")


def signatures_of(inspection: Inspection) -> dict[str, Signature]:
    """The signatures that stand under the findings as they are now, by role (req: Q12)."""
    return {each.role: each for each in inspection.signatures.filter(ended_at=None)}


def unsigned(inspection: Inspection) -> list[Signature.Role]:
    """The roles that have not signed."""
    present = signatures_of(inspection)
    wanted = [role for role in Signature.Role if role != Signature.Role.SECOND or inspection.second is not None]
    return [role for role in wanted if role not in present]


def in_the_field(user: "User") -> QuerySet[Inspection]:
    """The open inspections to which the user was sent, the next first."""
    sent = Q(veterinarian__user_id=user.pk) | Q(second__user_id=user.pk)
    open_states = ("assigned", "inspecting", "testing")
    return inspections(user, CONDUCT).filter(sent, declaration__state__in=open_states).order_by("planned_on", "pk")


def without_introduction_papers() -> QuerySet[Inspection]:
    """The decided ones at which certificates of introduced seed were missing, for work that no person does (Q18)."""
    rows = Inspection.objects.filter(findings__introduction__answer="no").exclude(decided_at=None)
    return rows.select_related("declaration__producer", "declaration__species")


def last_sender(inspection: Inspection) -> str:
    """Who saved the findings last."""
    return inspection.drafts.order_by("-pk").values_list("sender", flat=True).first() or ""


def people_of(inspection: Inspection) -> Sequence[int]:
    """The accounts of the veterinarians assigned."""
    return [one.user_id for one in (inspection.veterinarian, inspection.second) if one is not None]


def history_of(declaration: "Declaration") -> QuerySet[DiseaseRecord]:
    """What the veterinarian sees: records of the place and of its city within the months that the rule says (req: Q2).

    Those of the species, and those of the diseases that the procedure has looked for in it; positive ones first.
    """
    since = today() - timedelta(days=31 * number("inspection.history_months"))
    wanted = Q(species_id=declaration.species.pk)
    wanted |= Q(disease__key__in=[asked.disease_key for asked in requirements(declaration.species)])
    near = Q(area_code__startswith=declaration.from_area[:4]) | Q(producer_id=declaration.producer.pk)
    rows = DiseaseRecord.objects.filter(wanted, near, withdrawn_at=None, sampled_on__gte=since)
    worst = Case(When(result="positive", then=0), When(result="suspected", then=1), default=2)
    return rows.select_related("species", "disease", "producer").order_by(worst, "-sampled_on")


def last_positive(producer: "Producer") -> date | None:
    """The day of the newest positive finding at a producer, filed by the centre or tested by itself."""
    filed = DiseaseRecord.objects.filter(producer=producer, result="positive", withdrawn_at=None)
    days = [*filed.values_list("sampled_on", flat=True)]
    tested = producer.tests.filter(result="positive").values_list("sampled_on", flat=True)
    return max([*days, *(day for day in tested if day is not None)], default=None)


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """What was filed for one month: `month` as 2026-11, samples and positive ones."""

    month: str
    samples: int
    positives: int


def trend(records: QuerySet[DiseaseRecord]) -> list[MonthFigures]:
    """Samples and positive samples by month, without gaps between the first month and the last."""
    figures: dict[str, tuple[int, int]] = {}
    rows = records.order_by().values_list("sampled_on", "sample_count", "positive_count")
    for sampled_on, samples, positives in rows.iterator(chunk_size=2000):
        month = f"{sampled_on:%Y-%m}"
        before = figures.get(month, (0, 0))
        figures[month] = (before[0] + samples, before[1] + positives)
    return [MonthFigures(month, *figures.get(month, (0, 0))) for month in _months(figures)]


def _months(figures: Iterable[str]) -> list[str]:
    known = sorted(figures)
    if not known:
        return []
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (known[0], known[-1]))
    return [f"{serial // 12:04d}-{serial % 12 + 1:02d}" for serial in range(first, last + 1)]
