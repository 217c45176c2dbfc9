"""`/api/v1/placement`: verdicts on the placement of cameras, their findings, and construction lists."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from oversite.oversight.rules import queries
from oversite.oversight.rules.models import Evaluation, Judgement, PlanLine
from oversite.oversight.rules.queries import Judged
from oversite.oversight.rules.tabs import problem_of
from oversite.oversight.rules.visibility import Sight
from oversite.screens.api import Page, PageAsk, Ref, Words, answers, caller, filtered, one_of, page, ref

router = Router(tags=["placement"])

Outcome = Annotated[str, Field(pattern=f"^({'|'.join(queries.OUTCOMES)})$")]


class Said(Schema):
    """A text in both languages."""

    zh: str
    en: str


class VerdictSummary(Schema):
    """The newest verdict on a site; the counts take officers' judgements in, `judged` says how many there are."""

    uid: UUID
    site: Ref | None
    agency: str
    book: str
    version: str
    evaluated_at: datetime
    confirmed_at: datetime
    met: int
    not_met: int
    judgement: int
    not_applicable: int
    governed_elsewhere: int
    judged: int
    problem: str


class VerdictFilter(PageAsk):
    """Which verdicts."""

    site: UUID | None = None
    book: Words = ""


class Loss(Schema):
    """A camera of a key area, what nobody sees without it, and the rules that are then no longer met."""

    camera: str
    uncovers: Said | None
    breaks: list[str] = []


class JudgementDetail(Schema):
    """What an officer signed about a finding; it holds until what it rests on changes."""

    verdict: str
    remark: str
    signed_by: str
    signed_at: datetime


class FindingDetail(Schema):
    """One finding; `outcome` counts now, `found` is what the rules say; cameras are named by their uid."""

    number: int
    rule: str
    clause: list[str]
    citation: Said
    area: str
    outcome: Outcome
    found: Outcome
    title: Said
    missing: Said | None
    reason: Said | None
    cameras: list[str]
    look_at: list[str]
    losses: list[Loss]
    judgement: JudgementDetail | None


class FindingFilter(PageAsk):
    """Which findings; `open` are those that are not met or wait for an officer."""

    outcome: Outcome | None = None
    area: Words = ""
    clause: Words = ""
    open: bool = False


class PlanLineDetail(Schema):
    """One camera of the construction list."""

    number: int
    area: str
    state: Annotated[str, one_of(PlanLine.State)]
    code: str
    camera: Ref | None
    kind: str
    abilities: list[str]
    control: str
    mount: list[str]
    stands: list[str]
    sees: list[str]
    rules: list[str]
    changed_at: datetime


@router.get("/verdicts", response=answers(Page[VerdictSummary]), url_name="verdicts", summary="Verdicts on placement")
def verdicts(request: HttpRequest, ask: Query[VerdictFilter]) -> Page[VerdictSummary]:
    """The newest verdict of every site in the caller's subtree that a rulebook judges."""
    return page(filtered(_newest(request), site__uid=ask.site, book=ask.book), ask, _verdict)


@router.get(
    "/verdicts/{uuid:uid}",
    response=answers(VerdictSummary, also=[404]),
    url_name="verdict",
    summary="One verdict on placement",
)
def verdict(request: HttpRequest, uid: UUID) -> VerdictSummary:
    """A verdict with its counts; its findings are a list of their own."""
    return _verdict(get_object_or_404(_newest(request), uid=uid))


@router.get(
    "/verdicts/{uuid:uid}/findings",
    response=answers(Page[FindingDetail], also=[404]),
    url_name="findings",
    summary="Findings of a verdict",
)
def findings(request: HttpRequest, uid: UUID, ask: Query[FindingFilter]) -> Page[FindingDetail]:
    """The findings with their clauses, in the order of the site's areas; `clause` takes in what stands below it."""
    judged = _judged(request, uid)
    begin = int(ask.after or 0)
    found = [
        (number, each) for number, each in enumerate(judged, start=1) if number > begin and _is_asked_for(each, ask)
    ]
    shown = found[: ask.limit]
    return Page(
        items=[_finding(number, each) for number, each in shown],
        next=str(shown[-1][0]) if shown else ask.after,
        has_more=len(found) > len(shown),
    )


@router.get(
    "/verdicts/{uuid:uid}/findings/{int:number}",
    response=answers(FindingDetail, also=[404]),
    url_name="finding",
    summary="One finding",
)
def finding(request: HttpRequest, uid: UUID, number: int) -> FindingDetail:
    """A finding by its number in the verdict, counted from 1."""
    judged = _judged(request, uid)
    if not 1 <= number <= len(judged):
        raise Http404
    return _finding(number, judged[number - 1])


@router.get(
    "/sites/{uuid:uid}/plan-lines",
    response=answers(Page[PlanLineDetail], also=[404]),
    url_name="plan-lines",
    summary="Construction list of a site",
)
def plan_lines(request: HttpRequest, uid: UUID, ask: Query[PageAsk]) -> Page[PlanLineDetail]:
    """The cameras of the plan that was adopted last, each planned, built or verified; none where there is no plan."""
    site = get_object_or_404(queries.judged_sites(caller(request, "rules.read")), uid=uid)
    sight = Sight(site, caller(request, "rules.read"))
    return page(queries.lines_of(site), ask, lambda line: _plan_line(line, sight))


def _judged(request: HttpRequest, uid: UUID) -> list[Judged]:
    """The findings as the caller may read them: without cameras that the caller does not see."""
    return queries.judged_findings(get_object_or_404(_newest(request), uid=uid), caller(request, "rules.read"))


def _newest(request: HttpRequest) -> Any:
    return queries.evaluations(caller(request, "rules.read")).filter(is_newest=True)


def _verdict(evaluation: Evaluation) -> VerdictSummary:
    return VerdictSummary(
        uid=evaluation.uid,
        site=ref(evaluation.site),
        agency=evaluation.site.agency.name,
        book=evaluation.book,
        version=evaluation.version,
        evaluated_at=evaluation.evaluated_at,
        confirmed_at=evaluation.confirmed_at,
        judged=evaluation.judged,
        problem=problem_of(evaluation),
        **{each: getattr(evaluation, each) for each in queries.OUTCOMES},
    )


def _clauses(judged: Judged) -> list[str]:
    cited = judged.finding["clause"]
    return [cited] if isinstance(cited, str) else list(cited)


def _is_asked_for(judged: Judged, ask: FindingFilter) -> bool:
    return (
        (ask.outcome is None or judged.outcome == ask.outcome)
        and (not ask.area or judged.finding["area"] == ask.area)
        and (not ask.clause or any(f"{each}.".startswith(f"{ask.clause}.") for each in _clauses(judged)))
        and (not ask.open or judged.is_open)
    )


def _finding(number: int, judged: Judged) -> FindingDetail:
    said, signed = judged.finding, judged.judgement
    return FindingDetail(
        number=number,
        rule=said["rule"],
        clause=_clauses(judged),
        citation=Said(zh=judged.citation.zh, en=judged.citation.en),
        area=said["area"] or "",
        outcome=judged.outcome,
        found=said["outcome"],
        title=said["title"],
        missing=said["missing"],
        reason=said["reason"],
        cameras=said["cameras"],
        look_at=said["look_at"],
        losses=said["losses"],
        judgement=_judgement(signed) if signed else None,
    )


def _judgement(signed: Judgement) -> JudgementDetail:
    return JudgementDetail(
        verdict=signed.verdict, remark=signed.remark, signed_by=signed.signed_name, signed_at=signed.signed_at
    )


def _plan_line(line: PlanLine, sight: Sight) -> PlanLineDetail:
    spec = line.spec
    return PlanLineDetail(
        number=line.number,
        area=line.area_code,
        state=line.state,
        code=line.code,
        camera=ref(line.camera) if line.camera is not None and str(line.camera.uid) in sight.visible else None,
        kind=spec["kind"],
        abilities=spec["abilities"],
        control=spec.get("control_asked") or spec["control"] or "",
        mount=spec["mount"] or [],
        stands=spec["stands"] or [],
        sees=spec["sees"] or [],
        rules=spec.get("because", []),
        changed_at=line.changed_at,
    )
