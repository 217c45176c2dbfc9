"""Pages of the plan: what is proposed, and the construction list once it is adopted."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from oversite.base.sites.queries import in_language
from oversite.common.errors import Refused
from oversite.oversight.rules import actions, choices, construction_papers, holding, queries
from oversite.oversight.rules.engine.problems import FactsError
from oversite.oversight.rules.forms import AddedCamera, AreaChoice, PlanForm
from oversite.oversight.rules.models import PlanLine
from oversite.oversight.rules.plan_rows import spec_row
from oversite.oversight.rules.slots import PLAN_ADVICE, PLAN_CODES, Advice
from oversite.oversight.rules.tabs import OUTCOMES, words_of
from oversite.oversight.rules.views import MAX_SHOWN, SitePage, placement_url
from oversite.oversight.rules.visibility import Sight
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.excel import CONTENT_TYPE
from oversite.screens.form_page import error_list, section_views
from oversite.screens.page import PageView, go_to, require
from oversite.screens.print_page import PrintPage


def by_area(rows: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The lines area by area, in the order of the plan."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["area"], []).append(row)
    return list(groups.items())


def _lists(asked: Any) -> dict[str, list[Any]]:
    return {name: asked.getlist(name) for name in asked}


def _told(finding: dict[str, Any], key: str, areas: dict[str, str], sight: Sight) -> tuple[str, str, str]:
    """Area, title and sentence of a finding about the plan."""
    said = words_of(sight.finding(finding)[key])
    return areas.get(finding["area"] or "", ""), words_of(finding["title"]), said


def _foreseen(findings: Iterable[dict[str, Any]]) -> list[tuple[str, int]]:
    """How many findings of each outcome there will be once all is built."""
    counts = Counter(each["outcome"] for each in findings)
    return [(OUTCOMES.html(key), counts[key]) for key in queries.OUTCOMES]


def _advice(site: Any, user: Any) -> list[Advice]:
    """What to do first, so that a plan can name its cameras and count on those that stand there."""
    book = queries.book_of(site)
    domain = PLAN_ADVICE.get(book.key) if book else None
    unseen = queries.undeclared_cameras(site, user)
    links = [(name, reverse("rules:declare-camera", args=[uid])) for uid, name in unseen.items()]
    text = _(
        "Nothing is declared of %(count)s cameras; a plan around them cannot count on what they see. Declare first:"
    )
    told = Advice(text % {"count": len(links)}, links[:MAX_SHOWN])
    return [each for each in (domain(user, site) if domain else None, told if links else None) if each]


class Propose(SitePage, PageView):
    """Ask for a plan, see it, adopt it."""

    title = _("Plan cameras")
    lead = _("The fewest cameras that meet every rule, around those you keep.")
    permission = "rules.declare"
    template_name = "rules/plan.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The choice of cameras to keep."""
        del request
        site = self.subject()
        return self._page(site, self._form(site), None)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The plan for that choice, with a camera more or less that is held, or its adoption."""
        site = self.subject()
        form = self._form(site, data=request.POST)
        if not form.is_valid():
            return self._page(site, form, None, status=422)
        added = self._added(site, request.POST)
        if added is not None and "add" in request.POST and not added.is_valid():
            return self._page(site, form, None, status=422, added=added)
        try:
            held = holding.held_of(form.cleaned_data["held"])
            changed = self._changed(site, form, held, added)
            if changed != held:
                form = self._form(site, data={**_lists(request.POST), "held": [holding.text_of(changed)]})
                form.full_clean()
                added = None
            plan = self._plan(site, form, changed)
            if "adopt" in request.POST:
                actions.adopt_plan(self.user, site, plan)
                return go_to(request, reverse("rules:construction", args=[site.uid]))
        except Refused as refused:
            self.remember(refused)
            return self._page(site, form, None, status=refused.status, refused=refused, added=added)
        return self._page(site, form, plan, added=added)

    def _plan(self, site: Any, form: PlanForm, held: list[holding.Held]) -> dict[str, Any]:
        given = form.cleaned_data
        keep = {*given.get("keep", []), *Sight(site, self.user).hidden}
        return actions.propose_plan(site, keep, held, with_as_required=given["with_as_required"])

    def _changed(
        self, site: Any, form: PlanForm, held: list[holding.Held], added: AddedCamera | None
    ) -> list[holding.Held]:
        """The held cameras as the pressed button wants them."""
        asked = self.request.POST
        if "lock" in asked:
            return holding.lock(held, self._plan(site, form, held), asked["lock"])
        if "release" in asked:
            return holding.release(held, asked["release"])
        return holding.add(held, added.spec()) if added is not None and "add" in asked else held

    def _added(self, site: Any, asked: Any) -> AddedCamera | None:
        """The form of a camera that is added by hand, once its area is chosen."""
        book, code = queries.book_of(site), asked.get("add_area", "")
        if book is None or not code or not {"add", "choose"} & set(asked):
            return None
        try:
            area = choices.area_of(queries.site_facts(site, book), code)
        except FactsError as error:
            raise actions.unfit(error) from error
        if area is None:
            return None
        rules = choices.rules_about(book, site.site_class, area)
        return AddedCamera(asked if "add" in asked else None, book=book, area=area, rules=rules)

    def _form(self, site: Any, data: Any = None) -> PlanForm:
        cameras = list(queries.camera_names(site, self.user).items())
        if isinstance(data, dict):
            data = MultiValueDict(data)
        return PlanForm(data, cameras=cameras, initial={"held": holding.text_of(holding.held_at(site))})

    def _page(
        self,
        site: Any,
        form: PlanForm,
        plan: Any,
        status: int = 200,
        refused: Refused | None = None,
        added: AddedCamera | None = None,
    ) -> HttpResponse:
        book = queries.book_of(site)
        areas, sight = queries.area_names(site), Sight(site, self.user)
        views = queries.area_views(site, book) if book else {}
        context = {
            "subject": site,
            "form": form,
            "section_views": section_views(form, (), {}),
            "errors": [*error_list(form), *(error_list(added) if added is not None else [])],
            **self._adding(areas, added),
            "refused": refused,
            "advice": _advice(site, self.user),
            "plan": plan,
            "statement": words_of(plan["statement"]) if plan else "",
            "groups": by_area([spec_row(each, areas, book, sight, views) for each in plan["cameras"]])
            if plan and book
            else [],
            "count": len(plan["cameras"]) if plan else 0,
            "left": [_told(each, "missing", areas, sight) for each in (plan["left"] if plan else [])],
            "foreseen": _foreseen(plan["findings"]) if plan else [],
            "asked": [
                _told(each, "reason", areas, sight)
                for each in (plan["findings"] if plan else [])
                if each["outcome"] == "judgement"
            ],
            "dropped": self._dropped(site, form) if plan else [],
            "impossible": [each for each in plan["areas"] if each["impossible"]] if plan else [],
            "cancel": placement_url(site),
        }
        return self.show(context, status=status)

    def _adding(self, areas: dict[str, str], added: AddedCamera | None) -> dict[str, Any]:
        """What the page needs to add a camera: first its area is chosen, then what it is and sees."""
        code = added.area if added is not None else ""
        where = AreaChoice(areas=list(areas.items()), initial={"add_area": code})
        return {
            "where": where,
            "where_views": section_views(where, (), {}),
            "added": added,
            "added_views": section_views(added, (), {}) if added is not None else [],
        }

    def _dropped(self, site: Any, form: PlanForm) -> list[str]:
        """The cameras that stand there and are not in the plan."""
        kept = set(form.cleaned_data.get("keep", []))
        return [name for uid, name in queries.camera_names(site, self.user).items() if uid not in kept]


class Construction(SitePage, PageView):
    """The construction list of a site."""

    title = _("Construction list")
    template_name = "rules/construction.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Every line with its state."""
        del request
        site = self.subject()
        plan = queries.current_plan(site)
        rows = construction_papers.rows_of(site, self.user)
        states = Counter(row["word"] for row in rows)
        context = {
            "subject": site,
            "plan": plan,
            "groups": by_area(rows),
            "states": [(construction_papers.LINE_STATES.html(state), states[state]) for state in PlanLine.State],
            "statement": in_language(plan.statement_zh, plan.statement_en) if plan else "",
        }
        return self.show(context)

    def page_acts(self, user: Any) -> list[Act]:
        site = self.subject()
        acts = [
            Act(_("Placement"), placement_url(site), "checklist"),
            Act(_("Excel"), reverse("rules:construction-workbook", args=[site.uid]), "file-spreadsheet"),
            Act(_("Print"), reverse("rules:construction-print", args=[site.uid]), "printer"),
        ]
        if user.has_perm("rules.declare"):
            codes = reverse("rules:plan-codes", args=[site.uid])
            book = queries.book_of(site)
            coder = PLAN_CODES.get(book.key) if book else None
            why_not = coder.why_not(user, site) if coder else ""
            acts.append(Act(_("Allot codes"), codes, "barcode", why_not, is_dialog=True))
            acts.append(Act(_("Plan cameras"), reverse("rules:plan", args=[site.uid]), "device-cctv", is_main=True))
        return acts


class ConstructionPrint(SitePage, PrintPage):
    """The construction list on paper."""

    title = _("Construction list")

    def nothing(self, subject: Any, user: Any) -> EmptyState | None:
        del user
        return None if queries.current_plan(subject) else EmptyState(_("No plan has been adopted yet"))

    def filename(self, subject: Any) -> str:
        return f"{subject.code}-construction.pdf"

    def pdf(self, subject: Any, user: Any) -> bytes:
        return construction_papers.print_list(subject, user)


def construction_workbook(request: HttpRequest, uid: Any) -> FileResponse:
    """The construction list as a workbook."""
    require(request.user, "rules.read")
    site = get_object_or_404(queries.judged_sites(request.user), uid=uid)
    stream = construction_papers.export_list(site, request.user)
    name = f"{site.code}-construction.xlsx"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


class AllotCodes(SitePage, ActPage):
    """Give the planned cameras their codes for good."""

    title = _("Allot codes to the planned cameras")
    permission = "rules.declare"
    clause = "C-code"
    button = _("Allot")
    irreversible = _("A code that was allotted is never given to another position.")

    def sentence(self, subject: Any) -> Any:
        return _("Every line of the construction list of %(site)s without a code gets one.") % {"site": subject.name}

    def perform(self, subject: Any, form: forms.Form, user: Any) -> str:
        del form
        actions.allot_plan_codes(user, subject)
        return reverse("rules:construction", args=[subject.uid])
