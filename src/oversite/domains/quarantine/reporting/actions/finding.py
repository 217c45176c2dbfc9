"""Looking for seed that was not inspected or not reported, and deciding what was found (req: Q18)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from oversite.base.audit.actions import record
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.certificates import queries as certifying
from oversite.domains.quarantine.declarations import queries as declaring
from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.inspections import queries as inspecting
from oversite.domains.quarantine.laboratory import queries as testing
from oversite.domains.quarantine.registry import queries as registry
from oversite.domains.quarantine.reporting import queries
from oversite.domains.quarantine.reporting.models import Finding
from oversite.domains.quarantine.rules.divisions import is_same_province
from oversite.domains.quarantine.rules.queries import number, today

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

Kind = Finding.Kind
UNDER_WAY = (State.SUBMITTED, State.CORRECTING, State.ACCEPTED, State.ASSIGNED, State.INSPECTING, State.TESTING)
DAYS_OF_A_MONTH = 30
NIGHT = "夜间核对"
"""Who decides what settled itself."""


def find_all(on: date | None = None) -> int:
    """Write every finding that is not there yet; those that were decided stay decided. Gives how many are new."""
    day = on or today()
    found = {each.key: each for each in _all(day)}
    known = set(Finding.objects.filter(key__in=list(found)).values_list("key", flat=True))
    fresh = [each for key, each in found.items() if key not in known]
    with transaction.atomic():
        _settle()
        Finding.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
        if fresh:
            counts = {str(kind): sum(each.kind == kind for each in fresh) for kind in Kind}
            record("quarantine.finding.found", actor=None, data=counts, clause="Q18")
    return len(fresh)


def _all(day: date) -> Iterator[Finding]:
    yield from _left(day)
    yield from _withdrawn(day)
    yield from _silent(day)
    yield from _bought()
    yield from _unseen_arrivals()
    yield from _voided_reports(day)


def _of(declaration: Any, kind: Kind, facts: str, on: date) -> Finding:
    return Finding(
        key=f"{kind}-{declaration.pk}",
        kind=kind,
        agency_id=declaration.agency_id,
        producer_id=declaration.producer_id,
        declaration=declaration,
        party=declaration.producer.name,
        area_code=declaration.from_area,
        facts=facts,
        happened_on=on,
        found_at=clock.now(),
    )


def _left(day: date) -> Iterator[Finding]:
    for each in declaring.all_declarations().filter(state__in=UNDER_WAY, departs_on__lt=day):
        facts = f"{each.number}：申报启运日 {each.departs_on}，{each.species.name_zh} {each.quantity.text_zh}，未见出证"
        yield _of(each, Kind.LEFT, facts, each.departs_on)


def _withdrawn(day: date) -> Iterator[Finding]:
    """Withdrawn, the time is up, and the producer has declared nothing of this species since."""
    until = day - timedelta(days=number("finding.withdrawn_days"))
    rows = declaring.all_declarations().filter(state=State.WITHDRAWN, departs_on__lt=until)
    again = declaring.all_declarations().exclude(state__in=(State.DRAFT, State.WITHDRAWN))
    later = {(producer, species): at for producer, species, at in _latest(again)}
    for each in rows.exclude(submitted_at=None):
        last = later.get((each.producer_id, each.species_id))
        if last is None or last < each.submitted_at:
            facts = f"{each.number}：撤回后未再申报，{each.species.name_zh} {each.quantity.text_zh}"
            yield _of(each, Kind.SHRUNK, facts, each.departs_on)


def _latest(rows: Any) -> Any:
    return rows.order_by().values_list("producer_id", "species_id").annotate(Max("submitted_at"))


def _silent(day: date) -> Iterator[Finding]:
    """Licensed for a catalogued species, with stock, and no declaration within the time."""
    months = number("finding.silent_months")
    since = day - timedelta(days=months * DAYS_OF_A_MONTH)
    heard = declaring.all_declarations().exclude(state=State.DRAFT).filter(created_at__date__gte=since)
    active = set(heard.values_list("producer_id", flat=True))
    rows = registry.all_producers().filter(
        state="confirmed", licensed__species__is_catalogued=True, decided_at__date__lt=since
    )
    for each in rows.filter(ponds__stock__gt=0).distinct():
        if each.pk not in active:
            yield Finding(
                key=f"{Kind.SILENT}-{each.pk}-{day:%Y}",
                kind=Kind.SILENT,
                agency_id=each.agency_id,
                producer=each,
                party=each.name,
                area_code=each.area_code,
                facts=f"持证生产目录内苗种且有存塘，{months} 个月内无申报",
                happened_on=day,
                found_at=clock.now(),
            )


def _bought() -> Iterator[Finding]:
    """Bought across provinces: reported too late or without a certificate, or seen by the veterinarian on the spot.

    What was reported in time and came with a certificate is none.
    """
    for each in declaring.irregular_purchases():
        why = "报告超过规定时限" if each.certificate_number else "无检疫证明"
        yield Finding(
            key=f"{Kind.BOUGHT}-report-{each.pk}",
            kind=Kind.BOUGHT,
            agency_id=each.agency_id,
            producer_id=each.producer_id,
            party=each.buyer_name,
            area_code=each.to_area,
            facts=f"自 {each.from_area} 购入 {each.species.name_zh} {each.quantity.text_zh}，{why}"[:500],
            happened_on=each.arrived_at.astimezone(clock.BEIJING).date(),
            found_at=clock.now(),
        )
    for inspection in inspecting.without_introduction_papers():
        facts = f"{inspection.declaration.number}：现场检查发现近12个月引种检疫证明不全"
        seen_on = inspection.decided_at.astimezone(clock.BEIJING).date() if inspection.decided_at else today()
        yield _of(inspection.declaration, Kind.BOUGHT, facts, seen_on)


def _unseen_arrivals() -> Iterator[Finding]:
    """Seed that left its province for a place that a point here serves, and whose arrival nobody reported in time."""
    for certificate in certifying.unreported_arrivals():
        points = registry.points_for(certificate.to_area)
        if not points:
            continue
        yield Finding(
            key=f"{Kind.BOUGHT}-certificate-{certificate.pk}",
            kind=Kind.BOUGHT,
            agency_id=points[0].agency_id,
            party=certificate.inspection.declaration.consignee_name,
            area_code=certificate.to_area,
            facts=f"检疫证明 {certificate.number}：{certificate.species} {certificate.quantity.text_zh}，到达后未报告",
            happened_on=certificate.valid_until.astimezone(clock.BEIJING).date(),
            found_at=clock.now(),
        )


def _settle() -> int:
    """Close what settled itself: declared seed that has its certificate after all."""
    rows = Finding.objects.filter(state=Finding.State.OPEN, kind=Kind.LEFT, declaration__outcome="certified")
    settled = 0
    for finding in rows.select_related("declaration"):
        finding.state, finding.decision = Finding.State.EXPLAINED, "其后已出具检疫证明"
        finding.decided_at, finding.decided_by = clock.now(), NIGHT
        finding.save()
        record("quarantine.finding.decided", actor=None, subject=finding, data={"state": finding.state}, clause="Q18")
        settled += 1
    return settled


def _voided_reports(day: date) -> Iterator[Finding]:
    for sample in testing.invalidated_after_certificate():
        declaration = sample.inspection.declaration
        facts = f"{declaration.number}：已出证，所依据检测报告 {sample.report_number} 已作废（{sample.invalid_reason}）"
        finding = _of(declaration, Kind.REPORT, facts[:500], day)
        finding.key = f"{Kind.REPORT}-{sample.pk}"
        yield finding


@transaction.atomic
def report_purchase(
    actor: "User", *, party: str, area_code: str, from_area: str, facts: str, happened_on: date, producer: Any = None
) -> Finding:
    """Enter a purchase across provinces that nobody reported, found in the field.

    Raises `Refused` where both places lie in one province, the day has not come, or the buyer did report it.
    """
    actor.require(queries.DECIDE)
    if is_same_province(area_code, from_area):
        raise Refused(
            "quarantine.finding.province", _("Both places lie in one province; nothing had to be reported."), "Q18", 422
        )
    if happened_on > today():
        raise Refused("quarantine.finding.day", _("This day has not come yet."), "Q18", 422)
    if report := declaring.regular_purchases(party, from_area, happened_on).first():
        raise Refused(
            "quarantine.finding.reported",
            _("%(buyer)s reported this purchase in time, on %(at)s, with certificate %(number)s: it is no finding.")
            % {"buyer": party, "at": clock.beijing_text(report.reported_at), "number": report.certificate_number},
            "Q18",
            409,
        )
    now = clock.now()
    finding = Finding.objects.create(
        key=f"{Kind.BOUGHT}-{now.timestamp()}-{actor.pk}",
        kind=Kind.BOUGHT,
        agency=actor.agency,
        producer=producer,
        party=party,
        area_code=area_code,
        facts=f"自 {from_area} 购入：{facts}"[:500],
        happened_on=happened_on,
        found_at=now,
        found_by=actor.name,
    )
    record("quarantine.finding.entered", actor=actor, subject=finding, data={"party": party}, clause="Q18")
    return finding


@transaction.atomic
def decide_finding(actor: "User", finding: Finding, state: str, decision: str) -> Finding:
    """Explain or confirm a finding; what was decided once stays. Raises `Refused` without a word why."""
    actor.require(queries.DECIDE)
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    if finding.state != Finding.State.OPEN:
        raise Refused("quarantine.finding.decided", _("This finding has been decided already."), "Q18", 409)
    if state not in (Finding.State.EXPLAINED, Finding.State.CONFIRMED) or not decision.strip():
        raise Refused("quarantine.finding.reason", _("Say what the finding turned out to be."), "Q18", 422)
    finding.state, finding.decision = state, decision[:500]
    finding.decided_at, finding.decided_by = clock.now(), actor.name
    finding.save()
    data = {"state": state, "decision": decision[:500]}
    record("quarantine.finding.decided", actor=actor, subject=finding, data=data, clause="Q18")
    return finding
