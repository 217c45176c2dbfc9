"""Pages of placement: the list of verdicts, the league, a site's findings beside its plan, judging and reporting."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.queries import has_permission
from oversite.base.sites.queries import areas_of, class_label
from oversite.oversight.rules import actions, choices, drawing, queries, reports
from oversite.oversight.rules.forms import JudgementForm, ReportForm, RulingForm
from oversite.oversight.rules.library import book_of_version, books
from oversite.oversight.rules.models import Evaluation
from oversite.oversight.rules.present import Present, present_of
from oversite.oversight.rules.queries import Judged
from oversite.oversight.rules.tabs import OUTCOMES, citation, clause_numbers, problem_of, sentence, words_of
from oversite.oversight.rules.visibility import Sight
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.excel import CONTENT_TYPE
from oversite.screens.filters import ChoiceFilter, TextFilter
from oversite.screens.formats import INSTANT, NUMBER
from oversite.screens.list_page import ListPage
from oversite.screens.page import PageView, require

MAX_SHOWN, MAX_ON_WALL = 8, 16
NOTHING_LOST = Present((), ())
SHOWN = ("open", "not_met", "judgement", "met", "all")


def live_url(cameras: Sequence[str]) -> str:
    """The wall with the live pictures of cameras (their uids)."""
    return reverse("viewing:wall") + "?" + "&".join(f"camera={uid}" for uid in cameras)


def placement_url(site: Any) -> str:
    """The page of a site's findings."""
    return reverse("rules:site", args=[site.uid])


class Evaluations(ListPage):
    """The newest verdict of every site."""

    menu = "rules"
    title = _("Placement")
    lead = _("Every site judged by its rulebook: every night, and whenever its areas or cameras change.")
    permission = "rules.read"
    default_sort = "-not_met"
    columns = (
        Column("site", _("site"), "site.name", sort="site__name", link=lambda row: placement_url(row.site)),
        Column("class", _("class"), lambda row: class_label(row.site.site_class)),
        Column("agency", _("agency"), "site.agency.name", sort="site__agency__name"),
        Column("not_met", _("not met"), "not_met", NUMBER, "not_met"),
        Column("judgement", _("officer's judgement"), "judgement", NUMBER, "judgement"),
        Column("judged", _("judged by an officer"), "judged", NUMBER, "judged"),
        Column("met", _("met"), "met", NUMBER, "met"),
        Column("at", _("changed at"), "evaluated_at", INSTANT, "evaluated_at"),
        Column("confirmed", _("last confirmed at"), "confirmed_at", INSTANT, "confirmed_at"),
    )
    filters = (
        TextFilter("q", _("site or agency"), ("site__name", "site__code", "site__agency__name")),
        ChoiceFilter("book", _("rulebook"), lambda _user: _book_choices(), field="book"),
    )
    empty = EmptyState(_("No site has been judged yet"), _("Sites are judged at night, or at once from their page."))

    def queryset(self, user: Any) -> QuerySet[Evaluation]:
        return queries.evaluations(user).filter(is_newest=True).defer("findings", "grounds")

    def page_acts(self, user: Any) -> list[Act]:
        del user
        return [Act(_("League of agencies"), reverse("rules:league"), "chart-bar")]


def _book_choices() -> list[tuple[str, str]]:
    return [(book.key, words_of({"zh": book.title.zh, "en": book.title.en})) for book in books()]


def _book_words(evaluation: Evaluation) -> str:
    """The book of a verdict by its title and version; by its word where it is plugged in no more."""
    book = book_of_version(evaluation.book, evaluation.version)
    title = words_of({"zh": book.title.zh, "en": book.title.en}) if book else evaluation.book
    return f"{title} {evaluation.version}"


class League(PageView):
    """Agencies by the share of what is met."""

    menu = "rules"
    title = _("League of agencies")
    lead = _("Findings at the sites of each agency; officers' judgements count as signed.")
    permission = "rules.read"
    template_name = "rules/league.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The table."""
        return self.show({"rows": [(row, f"{row.share:.1%}") for row in queries.league(request.user)]})


class SitePage:
    """What the pages about a judged site share."""

    menu = "rules"
    permission = "rules.read"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        """The judged sites that the user sees."""
        return queries.judged_sites(user)


class SitePlacement(SitePage, PageView):
    """Areas on the plan picture, findings beside them, red where something is missing."""

    template_name = "rules/site.html"

    def heading(self, subject: Any = None) -> Any:
        return f"{subject.name} · {_('Placement')}" if subject is not None else _("Placement")

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The newest verdict; a site that was never judged is judged now."""
        site = self.subject()
        evaluation = queries.newest_evaluation(site) or actions.evaluate_site(site, "opened")
        return self.show({"subject": site, **_shown(request, site, evaluation), "page_acts": self.acts(site)})

    def acts(self, site: Any) -> list[Act]:
        """What can be done about the site."""
        uid = [site.uid]
        acts = [
            Act(_("Site"), reverse("sites:site", args=uid), "building-warehouse"),
            Act(_("Open findings as a list"), reverse("rules:workbook", args=uid), "file-spreadsheet"),
            Act(_("Construction list"), reverse("rules:construction", args=uid), "clipboard-list"),
        ]
        if has_permission(self.user, "rules.declare"):
            acts += [
                Act(_("Facts of the site"), reverse("rules:declare-site", args=uid), "adjustments"),
                Act(_("Plan picture"), reverse("rules:picture-upload", args=uid), "map-2"),
                Act(_("Plan cameras"), reverse("rules:plan", args=uid), "device-cctv"),
            ]
        acts.append(Act(_("Judge again"), reverse("rules:evaluate", args=uid), "refresh", is_dialog=True))
        if has_permission(self.user, "rules.judge"):
            acts.append(
                Act(_("Sign the report"), reverse("rules:report", args=uid), "file-check", is_main=True, is_dialog=True)
            )
        return acts


class PastEvaluation(PageView):
    """An earlier verdict as it was found."""

    menu = "rules"
    permission = "rules.read"
    model_pk = "uid"
    template_name = "rules/site.html"

    def queryset(self, user: Any) -> QuerySet[Evaluation]:
        return queries.evaluations(user)

    def heading(self, subject: Any = None) -> Any:
        return f"{subject.site.name} · {_('Placement')}" if subject is not None else ""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The findings of that day."""
        evaluation = self.subject()
        context = _shown(request, evaluation.site, evaluation)
        return self.show({"subject": evaluation, "is_past": not evaluation.is_newest, **context})


def _shown(request: HttpRequest, site: Any, evaluation: Evaluation | None) -> dict[str, Any]:
    """The findings that the address asks for, by area."""
    judged = queries.judged_findings(evaluation, request.user) if evaluation else []
    wanted = request.GET.get("show", "open")
    wanted = wanted if wanted in SHOWN else "open"
    area = request.GET.get("area")
    sight = Sight(site, request.user)
    present = present_of(site) if evaluation and evaluation.is_newest else NOTHING_LOST
    rows = [
        _row(number, each, sight, present)
        for number, each in enumerate(judged)
        if (_is_wanted(each, wanted) or (wanted == "open" and present.is_uncovered(each.finding)))
        and (area is None or (each.finding["area"] or "") == area)
    ]
    counts = queries.counts_of(judged)
    areas = _areas(site, judged)
    return {
        "site": site,
        "evaluation": evaluation,
        "present": _present(site, present, sight),
        "problem": problem_of(evaluation),
        "groups": _groups(rows, areas),
        "areas": areas,
        "area": area,
        "wanted": wanted,
        "counts": [(key, OUTCOMES.html(key), counts[key]) for key in queries.OUTCOMES],
        "filters": [(key, label, key == wanted) for key, label in _FILTERS],
        "history": [
            (each, _book_words(each))
            for each in queries.evaluations(request.user).filter(site=site).defer("findings", "grounds")[:20]
        ],
        "picture": drawing.props(site, request.user, areas),
        "can_declare": has_permission(request.user, "rules.declare"),
        "can_judge": has_permission(request.user, "rules.judge"),
    }


def _present(site: Any, found: Present, sight: Sight) -> dict[str, Any]:
    """What nobody sees now, and the cameras that are offline, as far as the user sees them."""
    areas, book = queries.area_names(site), queries.book_of(site)
    redundancy = book.redundancy.id if book and book.redundancy else ""
    return {
        "offline": [sight.visible[uid] for uid in found.offline if uid in sight.visible],
        "offline_count": len(found.offline),
        "uncovered": [
            {
                "area": areas.get(each["area"] or "", _("the site as a whole")),
                "title": words_of(each["title"]),
                "says": _lacking(sight.finding(each)),
                "is_spare": each["rule"] == redundancy,
            }
            for each in found.uncovered
        ],
    }


def _lacking(finding: dict[str, Any]) -> str:
    """What is missing, or no more sure."""
    return words_of(finding["missing"]) or words_of(finding["reason"])


_FILTERS = (
    ("open", _("to be dealt with")),
    ("not_met", _("not met")),
    ("judgement", _("officer's judgement")),
    ("met", _("met")),
    ("all", _("all")),
)


def _is_wanted(judged: Judged, wanted: str) -> bool:
    return wanted == "all" or (judged.is_open if wanted == "open" else judged.outcome == wanted)


def _row(number: int, judged: Judged, sight: Sight, present: Present) -> dict[str, Any]:
    finding = judged.finding
    named, look = sight.named(finding), finding["look_at"] or finding["cameras"]
    order = {uid: number for number, uid in enumerate(sight.names)}
    every = [*named, *sorted(set(look) - named.keys(), key=lambda uid: (order.get(uid, len(order)), uid))]
    shown = every if len(every) <= MAX_SHOWN else every[: min(len(named), MAX_SHOWN)]
    return {
        "number": number,
        "outcome": judged.outcome,
        "state": OUTCOMES.html(judged.outcome),
        "area": finding["area"] or "",
        "clause": clause_numbers(judged),
        "citation": citation(judged),
        "title": words_of(finding["title"]),
        "says": sentence(judged),
        "cameras": [_camera(uid, sight, present) for uid in shown],
        "folded": [_camera(uid, sight, present) for uid in every if uid not in shown],
        "count": len(every),
        "is_alone": len(every) == 1,
        "is_uncovered": present.is_uncovered(finding),
        "wall": live_url(every[:MAX_ON_WALL]) if len(every) > 1 else "",
        "on_wall": MAX_ON_WALL if len(every) > MAX_ON_WALL else 0,
        "judgement": judged.judgement,
        "is_officers": finding["outcome"] == "judgement",
        "can_rule": judged.is_open or finding["outcome"] in {"not_applicable", "governed_elsewhere"},
    }


def _camera(uid: str, sight: Sight, present: Present) -> dict[str, Any]:
    """A camera with its live picture."""
    return {
        "uid": uid,
        "name": sight.names.get(uid, uid),
        "live": live_url([uid]),
        "is_lost": uid in present.offline,
    }


def _areas(site: Any, judged: Iterable[Judged]) -> list[dict[str, Any]]:
    """The areas with how much is open in each; the site itself comes first."""
    open_in: dict[str, list[str]] = {}
    for each in judged:
        if each.is_open:
            open_in.setdefault(each.finding["area"] or "", []).append(each.outcome)
    rows: list[dict[str, Any]] = [{"code": "", "name": _("the site as a whole"), "pk": None, "is_key": False}]
    key = queries.key_areas(site)
    rows += [
        {"code": each.code, "name": each.name, "pk": each.pk, "is_key": each.is_key or each.code in key}
        for each in areas_of(site)
    ]
    return [{**row, **_openness(open_in.get(str(row["code"]), []))} for row in rows]


def _openness(outcomes: Sequence[str]) -> dict[str, Any]:
    not_met, judgement = outcomes.count("not_met"), outcomes.count("judgement")
    return {"not_met": not_met, "judgement": judgement, "tone": "now" if not_met else "soon" if judgement else "good"}


def _groups(rows: Sequence[dict[str, Any]], areas: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], list[Any]]]:
    groups = [(area, [row for row in rows if row["area"] == area["code"]]) for area in areas]
    return [(area, found) for area, found in groups if found]


class Evaluate(SitePage, ActPage):
    """Judge a site now."""

    title = _("Judge the site again")
    button = _("Judge")

    def sentence(self, subject: Any) -> Any:
        return _("The rules of today are applied to %(site)s as it is registered now.") % {"site": subject.name}

    def perform(self, subject: Any, form: forms.Form, user: Any) -> str:
        del form, user
        actions.evaluate_site(subject, "asked")
        actions.refresh_plan(subject)
        return placement_url(subject)


class SignReport(SitePage, ActPage):
    """Print and sign the gap report."""

    title = _("Sign the gap report")
    permission = "rules.judge"
    clause = "C-eval"
    button = _("Sign")
    form_class = ReportForm

    def form(self, **kwargs: Any) -> forms.Form:
        site = self.subject()
        return super().form(initial={"place": site.address or site.name}, **kwargs)

    def sentence(self, subject: Any) -> Any:
        return _("The findings at %(site)s are printed with their clauses and signed in your name.") % {
            "site": subject.name
        }

    def perform(self, subject: Any, form: forms.Form, user: Any) -> str:
        document = reports.sign_report(user, subject, form.cleaned_data["place"])
        return reverse("documents:document", args=[document.uid])


class FindingPage:
    """What the acts about one finding share."""

    menu = "rules"
    permission = "rules.judge"
    model_pk = "uid"
    kwargs: dict[str, Any]
    user: Any

    def queryset(self, user: Any) -> QuerySet[Evaluation]:
        """The newest verdicts that the user sees."""
        return queries.evaluations(user).filter(is_newest=True)

    def finding(self, evaluation: Evaluation) -> dict[str, Any]:
        """The finding that the address names."""
        number = self.kwargs["number"]
        if number >= len(evaluation.findings):
            raise Http404
        return Sight(evaluation.site, self.user).finding(evaluation.findings[number])


class Judge(FindingPage, ActPage):
    """Sign what was seen."""

    title = _("Sign a judgement")
    clause = "C-eval"
    reason = "required"
    reason_label = _("What you saw")
    button = _("Sign")
    form_class = JudgementForm

    def sentence(self, subject: Any) -> Any:
        finding = self.finding(subject)
        told = {
            "rule": words_of(finding["title"]),
            "clause": choices.said(queries.citation_of(subject, finding)),
            "look": words_of(finding["reason"]),
        }
        return _("“%(rule)s” (%(clause)s): %(look)s Your word stands until what it rests on changes.") % told

    def perform(self, subject: Any, form: forms.Form, user: Any) -> str:
        finding = self.finding(subject)
        given = form.cleaned_data
        actions.sign_judgement(
            user, subject.site, finding["rule"], finding["area"] or "", given["verdict"], given["reason"]
        )
        return placement_url(subject.site)


class Rule(FindingPage, ActPage):
    """Write down customs' word about a rule here."""

    title = _("Rule about this provision")
    clause = "C13"
    button = _("Write down")
    form_class = RulingForm

    def sentence(self, subject: Any) -> Any:
        finding = self.finding(subject)
        return _("“%(rule)s” (%(clause)s) at %(site)s.") % {
            "rule": words_of(finding["title"]),
            "clause": choices.said(queries.citation_of(subject, finding)),
            "site": subject.site.name,
        }

    def perform(self, subject: Any, form: forms.Form, user: Any) -> str:
        finding = self.finding(subject)
        given = form.cleaned_data
        actions.make_ruling(
            user, subject.site, finding["rule"], finding["area"] or "", given["kind"], given["citation"]
        )
        return placement_url(subject.site)


def findings_workbook(request: HttpRequest, uid: Any) -> FileResponse:
    """The open findings (or with `?all=1` every one) as a workbook."""
    require(request.user, "rules.read")
    site = get_object_or_404(queries.judged_sites(request.user), uid=uid)
    stream = reports.export_findings(request.user, site, only_open=request.GET.get("all") != "1")  # type: ignore[arg-type]
    name = f"{site.code}-findings.xlsx"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=CONTENT_TYPE)
