"""Changing: declare, judge anew, rule, sign a judgement, adopt a plan."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.base.sites.queries import sites_of_classes
from oversite.common import clock, config
from oversite.common.errors import Refused
from oversite.common.signing import open_signer
from oversite.oversight.rules import grounds, holding, labels, queries
from oversite.oversight.rules.construction import match_lines
from oversite.oversight.rules.engine.evaluation import evaluate
from oversite.oversight.rules.engine.fact_reading import read_facts
from oversite.oversight.rules.engine.findings import Finding, Outcome
from oversite.oversight.rules.engine.output import finding_json, plan_json
from oversite.oversight.rules.engine.planning import make_plan
from oversite.oversight.rules.engine.problems import FactsError
from oversite.oversight.rules.engine.rule import Rulebook
from oversite.oversight.rules.models import (
    AreaDeclaration,
    CameraDeclaration,
    CameraPlan,
    Evaluation,
    Judgement,
    PlanLine,
    Ruling,
    SiteDeclaration,
)
from oversite.oversight.rules.slots import PLAN_BUILT, PLAN_CODES, PlanSpot

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.sites.models import Area, Site
    from oversite.video.cameras.models import Camera

KEY_NAME = "rules"
MAX_PROBLEM = 4000


@transaction.atomic
def declare_site(actor: "User | None", site: "Site", values: Mapping[str, Any]) -> SiteDeclaration:
    """Say the features and facts of a site; raises `Refused` with the allowed words where they fit no book."""
    require_change(actor, site)
    made, _is_new = SiteDeclaration.objects.update_or_create(site=site, defaults=dict(values))
    _declared(actor, site, {"site": dict(values)})
    return made


@transaction.atomic
def declare_area(actor: "User | None", area: "Area", values: Mapping[str, Any]) -> AreaDeclaration:
    """Say what an area consists of: `area_class zone parts features facts`; raises `Refused` as `declare_site`."""
    require_change(actor, area.site)
    made, _is_new = AreaDeclaration.objects.update_or_create(area=area, defaults=dict(values))
    _declared(actor, area.site, {"area": area.code, **values})
    return made


@transaction.atomic
def declare_camera(actor: "User | None", camera: "Camera", values: Mapping[str, Any]) -> CameraDeclaration:
    """Say what a camera sees, where it stands, how it is mounted: `sees stands mount facts`."""
    require_change(actor, camera.site)
    made, _is_new = CameraDeclaration.objects.update_or_create(camera=camera, defaults=dict(values))
    _declared(actor, camera.site, {"camera": camera.gb_id, **values})
    return made


def require_change(actor: "User | None", site: "Site") -> None:
    """Raise `Refused` unless the actor may declare something of this site."""
    if actor is None:
        return
    actor.require("rules.declare", "C-eval")
    if not queries.judged_sites(actor).filter(pk=site.pk).exists():
        raise Refused("rules.site.outside", _("This site is not in your subtree."), "A4.1", 404, {"site": site.code})


def _declared(actor: "User | None", site: "Site", data: dict[str, Any]) -> None:
    """Refuse what fits no book; else write it down and judge anew."""
    book = queries.book_of(site)
    if book is not None:
        try:
            queries.site_facts(site, book)
        except FactsError as error:
            raise unfit(error) from error
    record("rules.declared", actor=actor, subject=site, data=data, clause="C-eval")
    evaluate_site(site, "declared")
    refresh_plan(site)


@transaction.atomic
def evaluate_site(site: "Site", cause: str) -> Evaluation | None:
    """Judge a site by the book in force today; none where no book knows its class. Safe to run twice.

    A verdict equal to the one before only moves that one's `confirmed_at`.
    """
    book = queries.book_of(site)
    if book is None:
        return None
    findings, its_grounds, problem = _findings(book, queries.facts_document(site))
    now = clock.now()
    digest = grounds.digest([book.key, book.version, findings, problem])
    newest = Evaluation.objects.select_for_update().filter(site=site, book=book.key, is_newest=True).first()
    if newest is not None and newest.digest == digest:
        newest.confirmed_at, newest.grounds = now, its_grounds
        newest.save(update_fields=["confirmed_at", "grounds"])
        _count(newest)
        return newest
    Evaluation.objects.filter(site=site, book=book.key, is_newest=True).update(is_newest=False)
    made = Evaluation.objects.create(
        site=site,
        book=book.key,
        version=book.version,
        cause=cause,
        evaluated_at=now,
        confirmed_at=now,
        problem=problem,
        findings=findings,
        grounds=its_grounds,
        digest=digest,
    )
    _count(made)
    _announce(made, newest)
    return made


def _findings(book: Rulebook, document: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[str, str], str]:
    """The findings, what each rests on, and why there are none."""
    try:
        facts = read_facts(document, book)
    except FactsError as error:
        told = {language: error.told(language)[:MAX_PROBLEM] for language in ("zh", "en")}
        return [], {}, json.dumps(told, ensure_ascii=False)
    found = [finding_json(each) for each in evaluate(book, facts)]
    return found, grounds.grounds_of(book, facts, found), ""


def _count(evaluation: Evaluation) -> None:
    """Keep the counts, officers' judgements taken in."""
    judged = queries.judged_findings(evaluation)
    counts = queries.counts_of(judged)
    for outcome in queries.OUTCOMES:
        setattr(evaluation, outcome, counts[outcome])
    evaluation.judged = sum(each.judgement is not None for each in judged)
    evaluation.save(update_fields=[*queries.OUTCOMES, "judged"])


def _announce(made: Evaluation, before: Evaluation | None) -> None:
    data = {"site": made.site.code, "not_met": made.not_met, "judgement": made.judgement}
    if before is not None:
        data["not_met_before"] = before.not_met
    publish("rules.evaluated", made.site, data, agency=made.site.agency)


def evaluate_all(cause: str) -> int:
    """Judge every active site that a book knows; gives how many."""
    count = 0
    for site in sites_of_classes(queries.judged_classes()).iterator():
        evaluate_site(site, cause)
        refresh_plan(site)
        count += 1
    return count


@transaction.atomic
def sign_judgement(actor: "User", site: "Site", rule: str, area_code: str, verdict: str, remark: str) -> Judgement:
    """Sign what an officer saw about one finding of the newest evaluation. Raises `Refused`.

    It stands until the facts it rests on change; a later one about the same finding takes its place.
    """
    require_judge(actor, site)
    evaluation = evaluate_site(site, "judgement")
    found = [] if evaluation is None else queries.judged_findings(evaluation)
    about = next(
        (each for each in found if (each.finding["rule"], each.finding["area"] or "") == (rule, area_code)), None
    )
    if evaluation is None or about is None:
        raise Refused("rules.finding.gone", _("There is no such finding any more."), "C-eval", 404)
    if about.finding["outcome"] != "judgement":
        raise Refused(
            "rules.finding.decided",
            _("This finding is not the officer's: the facts decide it. Change the facts instead."),
            "C-eval",
            409,
        )
    now = clock.now()
    its_grounds = evaluation.grounds[grounds.key_of(rule, area_code)]
    signer = open_signer(config.current().keys_dir, KEY_NAME)
    content = signed_content(site.code, evaluation.book, rule, area_code, verdict, remark, its_grounds, actor, now)
    made = Judgement.objects.create(
        site=site,
        book=evaluation.book,
        rule=rule,
        area_code=area_code,
        verdict=verdict,
        remark=remark,
        grounds=its_grounds,
        signed_by=actor,
        signed_name=str(actor),
        signed_at=now,
        signature=signer.sign(content),
        key_fingerprint=signer.fingerprint,
    )
    record(
        "rules.judgement.signed",
        actor=actor,
        subject=site,
        data={"rule": rule, "area": area_code, "verdict": verdict, "remark": remark},
        clause="C-eval",
    )
    _count(evaluation)
    return made


def signed_content(
    site: str, book: str, rule: str, area: str, verdict: str, remark: str, its_grounds: str, actor: object, at: Any
) -> bytes:
    """The bytes that a judgement's signature covers."""
    signed = [site, book, rule, area, verdict, remark, its_grounds, str(actor), at.isoformat()]
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()


@transaction.atomic
def make_ruling(actor: "User", site: "Site", rule: str, area_code: str, kind: str, citation: str = "") -> Ruling:
    """Write down customs' word about a rule here: required, not required, or displaced with its citation (C13)."""
    require_judge(actor, site)
    if kind == Ruling.Kind.DISPLACED and not citation.strip():
        raise Refused("rules.ruling.citation", _("Cite the other authority's rule."), "C13", 422)
    Ruling.objects.filter(site=site, rule=rule, area_code=area_code, is_withdrawn=False).update(is_withdrawn=True)
    made = Ruling.objects.create(
        site=site,
        rule=rule,
        area_code=area_code,
        kind=kind,
        citation=citation,
        made_by=str(actor),
        made_at=clock.now(),
    )
    data = {"rule": rule, "area": area_code, "kind": kind, "citation": citation}
    record("rules.ruling.made", actor=actor, subject=site, data=data, clause="C13")
    _refuse_unfit(site)
    evaluate_site(site, "ruling")
    return made


def unfit(error: FactsError, clause: str = "C-eval") -> Refused:
    """The refusal of facts that fit no book, in the reader's language, with every problem."""
    told = error.told(get_language() or "zh")
    return Refused("rules.facts", told, clause, 422, {"problems": [str(each) for each in error.problems]})


def _refuse_unfit(site: "Site") -> None:
    book = queries.book_of(site)
    if book is None:
        raise Refused("rules.book.none", _("No rulebook knows this class of sites."), status=409)
    try:
        queries.site_facts(site, book)
    except FactsError as error:
        raise unfit(error) from error


def require_judge(actor: "User", site: "Site") -> None:
    actor.require("rules.judge", "C-eval")
    if not queries.judged_sites(actor).filter(pk=site.pk).exists():
        raise Refused("rules.site.outside", _("This site is not in your subtree."), "A4.1", 404, {"site": site.code})


def propose_plan(
    site: "Site", keep: Iterable[str], held: Sequence[holding.Held] = (), *, with_as_required: bool = False
) -> dict[str, Any]:
    """A plan as JSON around the cameras to keep (their uids) and planned ones that are held; nothing is stored.

    Raises `Refused`.
    """
    book = queries.book_of(site)
    if book is None:
        raise Refused("rules.book.none", _("No rulebook knows this class of sites."), status=409)
    kept = set(keep)
    document = queries.facts_document(site)
    document["cameras"] = [{**each, "is_locked": True} for each in document["cameras"] if each["id"] in kept]
    document["cameras"] += holding.as_facts(held)
    try:
        facts = read_facts(document, book)
    except FactsError as error:
        raise unfit(error, "C-plan") from error
    made = make_plan(book, facts, with_as_required=with_as_required)
    plan = plan_json(book, facts, made)
    found = evaluate(book, made.as_facts(facts))
    plan["findings"] = [finding_json(each) for each in found]
    plan["left"] = _left(found, {*kept, *(each["id"] for each in held)})
    plan["cameras"] = holding.marked(plan["cameras"], held)
    plan["cameras"] = labels.labelled(book, facts, {**document["site"], "uid": str(site.uid)}, plan["cameras"])
    return plan


def _left(findings: Iterable[Finding], kept: set[str]) -> list[dict[str, Any]]:
    """What is not met even when all is built: cameras that are kept stay as they are, facts are no matter of cameras.

    Papers, codes and texts come with the hardware: of a planned camera they say nothing yet.
    """
    found = [each for each in findings if each.outcome is Outcome.NOT_MET]
    return [finding_json(each) for each in found if not each.look_at or kept.intersection(each.look_at)]


@transaction.atomic
def adopt_plan(actor: "User", site: "Site", plan: Mapping[str, Any]) -> CameraPlan:
    """Make a proposed plan the site's construction list; cameras that stand already are built at once."""
    require_change(actor, site)
    now = clock.now()
    CameraPlan.objects.filter(site=site, is_current=True).update(is_current=False)
    made = CameraPlan.objects.create(
        site=site,
        book=plan["book"],
        version=plan["version"],
        statement_zh=plan["statement"]["zh"][:500],
        statement_en=plan["statement"]["en"][:500],
        is_exact=plan["is_exact"],
        adopted_by=str(actor),
        adopted_at=now,
    )
    PlanLine.objects.bulk_create(_lines(made, plan["cameras"]))
    record("rules.plan.adopted", actor=actor, subject=site, data={"cameras": len(plan["cameras"])}, clause="C-plan")
    refresh_plan(site)
    return made


def _lines(plan: CameraPlan, cameras: Sequence[Mapping[str, Any]]) -> list[PlanLine]:
    return [
        PlanLine(
            plan=plan,
            number=number,
            area_code=each["area"] or "",
            spec=dict(each),
            code=(each.get("code") or "") if each.get("is_allotted") else "",
            changed_at=plan.adopted_at,
        )
        for number, each in enumerate(cameras, start=1)
    ]


@transaction.atomic
def allot_plan_codes(actor: "User", site: "Site") -> int:
    """Give every line without a code one for good, from the pools of the book's domain; gives how many.

    Where the camera of a line has a code, or a position is planned for it already, it is that one: position, code and
    line are one. Raises `Refused`: no plan, no such domain, or what the domain refuses.
    """
    require_change(actor, site)
    refresh_plan(site)
    plan = queries.current_plan(site)
    coder = PLAN_CODES.get(plan.book) if plan else None
    book = queries.book_of(site)
    if plan is None or book is None or coder is None:
        raise Refused("rules.plan.none", _("There is no adopted plan whose cameras could get codes."), "C-code", 409)
    lines = list(plan.lines.select_for_update(of=("self",)).select_related("camera"))
    codes = coder.allot(actor, site, _spots(site, lines, book))
    coded = []
    for line, code in zip(lines, codes, strict=True):
        if line.code != code:
            line.code = code
            line.save(update_fields=["code"])
            coded.append(code)
    if coded:
        record("rules.plan.coded", actor=actor, subject=site, data={"codes": coded}, clause="C-code")
        refresh_plan(site)
    return len(coded)


def _spots(site: "Site", lines: Iterable[PlanLine], book: Rulebook) -> list[PlanSpot]:
    """Lines with where they hang; that stands on papers, which are Chinese."""
    views = queries.area_views(site, book)
    return [
        PlanSpot(
            line.spec,
            line.code,
            line.camera,
            labels.where_it_hangs(line.spec, book, lambda label: label.zh, views.get(line.area_code)),
        )
        for line in lines
    ]


@transaction.atomic
def refresh_plan(site: "Site") -> int:
    """Turn lines from planned to built to verified by what is registered and online; gives how many changed.

    A camera that was built as the line says takes over the line's code; what it sees, a person declares who has
    looked at its picture: the plan only proposes it.
    """
    plan = queries.current_plan(site)
    if plan is None:
        return 0
    lines = list(plan.lines.select_for_update(of=("self",)))
    changed = {line.pk: line for line in match_lines(lines, site)}
    if _hang_built(plan, lines):
        changed |= {line.pk: line for line in match_lines(lines, site)}
    for line in changed.values():
        line.changed_at = clock.now()
        line.save(update_fields=["camera", "code", "state", "changed_at"])
    return len(changed)


def _hang_built(plan: CameraPlan, lines: Sequence[PlanLine]) -> bool:
    """Let newly built cameras take over the codes of their lines; true where one did."""
    built = [line for line in lines if line.camera is not None and line.code]
    book, hang = queries.book_of(plan.site), PLAN_BUILT.get(plan.book)
    return bool(hang(plan.site, _spots(plan.site, built, book))) if built and book is not None and hang else False
