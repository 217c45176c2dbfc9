"""Pages of the plan: what is proposed, and the construction list once it is adopted."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.sites.queries import in_language
from oversite.common.errors import Refused
from oversite.oversight.rules import actions, choices, labels, queries
from oversite.oversight.rules.construction import lacks
from oversite.oversight.rules.engine import words
from oversite.oversight.rules.engine.rule import Rulebook
from oversite.oversight.rules.engine.sights import parse_sights
from oversite.oversight.rules.forms import PlanForm
from oversite.oversight.rules.models import PlanLine
from oversite.oversight.rules.tabs import words_of
from oversite.oversight.rules.views import SitePage, placement_url
from oversite.oversight.rules.visibility import Sight
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act
from oversite.screens.formats import State, StateFormat
from oversite.screens.page import PageView, go_to

LINE_STATES = StateFormat(
    {
        PlanLine.State.PLANNED: State(_("planned"), "quiet"),
        PlanLine.State.BUILT: State(_("built"), "busy"),
        PlanLine.State.VERIFIED: State(_("verified"), "good"),
    }
)


LACKS = {
    "kind": _("is of another kind"),
    "abilities": _("lacks abilities"),
    "control": _("lacks the control right"),
    "sees": _("does not say yet that it sees all this"),
    "online": _("offline"),
}
"""Why a built camera is not verified yet."""


def by_area(rows: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The lines area by area, in the order of the plan."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["area"], []).append(row)
    return list(groups.items())


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
        """The plan for that choice, or its adoption."""
        site = self.subject()
        form = self._form(site, data=request.POST)
        if not form.is_valid():
            return self._page(site, form, None, status=422)
        given = form.cleaned_data
        try:
            keep = {*given.get("keep", []), *Sight(site, self.user).hidden}
            plan = actions.propose_plan(site, keep, with_as_required=given["with_as_required"])
            if "adopt" in request.POST:
                actions.adopt_plan(self.user, site, plan)
                return go_to(request, reverse("rules:construction", args=[site.uid]))
        except Refused as refused:
            self.remember(refused)
            return self._page(site, form, None, status=refused.status, refused=refused)
        return self._page(site, form, plan)

    def _form(self, site: Any, **kwargs: Any) -> PlanForm:
        return PlanForm(cameras=list(queries.camera_names(site, self.user).items()), **kwargs)

    def _page(
        self, site: Any, form: PlanForm, plan: Any, status: int = 200, refused: Refused | None = None
    ) -> HttpResponse:
        from oversite.screens.form_page import error_list, section_views

        book = queries.book_of(site)
        areas, sight = queries.area_names(site), Sight(site, self.user)
        context = {
            "subject": site,
            "form": form,
            "section_views": section_views(form, (), {}),
            "errors": error_list(form),
            "refused": refused,
            "plan": plan,
            "statement": words_of(plan["statement"]) if plan else "",
            "groups": by_area([spec_row(each, areas, book, sight) for each in plan["cameras"]])
            if plan and book
            else [],
            "count": len(plan["cameras"]) if plan else 0,
            "left": [
                (areas.get(each["area"] or "", ""), words_of(each["title"]), words_of(sight.finding(each)["missing"]))
                for each in (plan["left"] if plan else [])
            ],
            "dropped": self._dropped(site, form) if plan else [],
            "impossible": [each for each in plan["areas"] if each["impossible"]] if plan else [],
            "cancel": placement_url(site),
        }
        return self.show(context, status=status)

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
        plan, book = queries.current_plan(site), queries.book_of(site)
        areas = queries.area_names(site)
        lines = list(plan.lines.select_related("camera__device", "camera__area")) if plan and book else []
        sight = Sight(site, self.user)
        rows = [self._row(line, areas, book, sight) for line in lines]
        states = Counter(line.state for line in lines)
        context = {
            "subject": site,
            "plan": plan,
            "groups": by_area(rows),
            "states": [(LINE_STATES.html(state), states[state]) for state in PlanLine.State],
            "statement": in_language(plan.statement_zh, plan.statement_en) if plan else "",
        }
        return self.show(context)

    def _row(self, line: PlanLine, areas: dict[str, str], book: Rulebook | None, sight: Sight) -> dict[str, Any]:
        row = spec_row(line.spec, areas, book, sight)
        camera = line.camera if line.camera is not None and str(line.camera.uid) in sight.visible else None
        missing: list[str] = []
        if line.camera is not None and line.state == PlanLine.State.BUILT:
            missing = lacks(line, line.camera, queries.camera_declaration(line.camera))
        return {
            **row,
            "name": row["name"] if camera is None else camera.name,
            "number": line.number,
            "code": line.code,
            "state": LINE_STATES.html(line.state),
            "lacks": "、".join(str(LACKS[each]) for each in missing),
            "camera": camera,
        }

    def page_acts(self, user: Any) -> list[Act]:
        site = self.subject()
        acts = [Act(_("Placement"), placement_url(site), "checklist")]
        if user.has_perm("rules.declare"):
            codes = reverse("rules:plan-codes", args=[site.uid])
            acts.append(Act(_("Allot codes"), codes, "barcode", is_dialog=True))
            acts.append(Act(_("Plan cameras"), reverse("rules:plan", args=[site.uid]), "device-cctv", is_main=True))
        return acts


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


def spec_row(spec: Any, areas: dict[str, str], book: Rulebook | None, sight: Sight) -> dict[str, Any]:
    """A planned camera in the reader's words."""
    vocabulary = book.vocabulary if book else None
    abilities = [choices.said(vocabulary.abilities[each]) for each in spec["abilities"]] if vocabulary else []
    control = words.CONTROL_LABELS.get(spec.get("control_asked") or spec["control"] or "")
    return {
        "id": spec["id"],
        "name": sight.name(spec["id"], spec.get("name") or spec["id"]),
        "area": areas.get(spec["area"] or "", spec["area"] or ""),
        "kind": choices.said(words.KIND_LABELS[spec["kind"]]),
        "abilities": "、".join(abilities),
        "mount": labels.where_it_hangs(spec, book, choices.said) if book else "",
        "control": choices.said(control) if control else "",
        "sees": "、".join(dict.fromkeys(_sight(each, book) for each in spec["sees"] or ())),
        "clauses": choices.said(book.cite_rules(spec.get("because", ()))) if book else "",
        "code": spec.get("code") or "",
        "signs": len(spec.get("sign") or ()),
        "screen_text": " ".join(spec.get("screen_text") or []),
        "is_locked": spec.get("is_locked", False),
    }


def _sight(text: str, book: Rulebook | None) -> str:
    """A sight in words."""
    if book is None:
        return text
    found = []
    for sight in parse_sights(text) or ():
        part = book.vocabulary.parts.get(sight.part)
        at = ""
        if part:
            at = choices.said(labels.numbered(book, sight.part, sight.index))
        seen = choices.said(book.vocabulary.subjects[sight.subject]) if sight.subject else ""
        found.append(" ".join(each for each in (at, seen) if each))
    return "、".join(found)
