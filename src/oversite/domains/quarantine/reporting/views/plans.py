"""Random-check plans: frozen, drawn, proved."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.domains.quarantine.reporting import actions, forms, queries
from oversite.domains.quarantine.reporting.draws import METHOD
from oversite.domains.quarantine.reporting.models import Draw
from oversite.domains.quarantine.reporting.views.exchange import MENU, url
from oversite.domains.quarantine.rules.queries import today
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, INSTANT, NUMBER, YES_NO
from oversite.screens.list_page import ListPage
from oversite.screens.page import PageView


def _proved(row: Draw) -> bool | None:
    return queries.is_draw_proved(row) if row.drawn_at else None


class Plans(ListPage):
    """Random-check plans."""

    menu = MENU
    title = _("Random checks")
    lead = _("Objects and officers are drawn by chance, and anybody can check the draw afterwards.")
    permission = queries.READ
    default_sort = "-frozen"
    columns = (
        Column("code", _("plan number"), "code", CODE, "code"),
        Column("title", _("name of the plan"), "title"),
        Column("pool", _("objects in the pool"), lambda row: len(row.objects_pool), NUMBER),
        Column("count", _("objects to draw"), "object_count", NUMBER),
        Column("frozen", _("frozen at"), "frozen_at", INSTANT, "frozen_at"),
        Column("drawn", _("drawn at"), "drawn_at", INSTANT, "drawn_at"),
        Column(
            "proved", _("draw can be proved"), lambda row: queries.is_draw_proved(row) if row.drawn_at else None, YES_NO
        ),
    )
    empty = EmptyState(
        _("There is no plan yet"), _("A plan freezes who can be drawn; the draw follows before a witness.")
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.draws(user)

    def row_link(self, row: Any) -> str:
        return url("plan", row.uid)

    def main_act(self, user: Any) -> Act | None:
        return Act(_("New plan"), url("plan-new"), "plus", is_main=True) if user.has_perm(queries.DELIVER) else None


class PlanNew(FormPage):
    """Freeze the pools of a plan."""

    menu = MENU
    title = _("New random-check plan")
    lead = _(
        "The confirmed producers of the division and the veterinarians in office are frozen; a secret seed is fixed."
    )
    permission = queries.DELIVER
    form_class = forms.FreezeForm
    button = _("Freeze the pools")

    def initial(self) -> dict[str, Any]:
        return {"year": today().year, "officers_each": 2}

    def cancel_to(self) -> str:
        return url("plans")

    def perform(self, form: Any, user: Any) -> str:
        return url("plan", actions.freeze_plan(user, **form.cleaned_data).uid)


class PlanDetail(DetailPage):
    """A plan: what was published before, what was drawn, and the proof."""

    menu = MENU
    permission = queries.READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.draws(user)

    def heading(self, subject: Any = None) -> Any:
        return subject.title if subject else ""

    def fact_groups(self, subject: Draw) -> Sequence[FactGroup]:
        before = [
            Fact(_("plan number"), subject.code, CODE),
            Fact(_("objects in the pool"), len(subject.objects_pool), NUMBER),
            Fact(_("officers in the pool"), len(subject.officers_pool), NUMBER),
            Fact(_("objects to draw"), subject.object_count, NUMBER),
            Fact(_("frozen at"), subject.frozen_at, INSTANT),
            Fact(_("frozen by"), subject.frozen_by),
            Fact(_("SHA-256 of the pools"), subject.digest, CODE, is_wide=True),
            Fact(_("SHA-256 of the seed"), subject.committed, CODE, is_wide=True),
        ]
        groups = [FactGroup(_("Published before the draw"), before)]
        if subject.drawn_at is not None:
            is_proved = queries.is_draw_proved(subject)
            proof = _("yes: drawn again from these facts, the same comes out") if is_proved else _("no")
            after = [
                Fact(_("word added at the draw"), subject.word),
                Fact(_("seed"), subject.seed, CODE, is_wide=True),
                Fact(_("method of the draw"), METHOD, is_wide=True),
                Fact(_("draw can be proved"), proof, is_wide=True),
                Fact(_("drawn at"), subject.drawn_at, INSTANT),
                Fact(_("drawn by"), subject.drawn_by),
            ]
            groups.append(FactGroup(_("Shown at the draw"), after))
        return groups

    def history(self, subject: Draw, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def tabs(self, subject: Draw, user: Any) -> Sequence[Tab]:
        del user
        names = dict(subject.objects_pool)
        people = dict(subject.officers_pool)
        drawn = [
            {"place": place, "code": key, "name": names[key], "officers": "、".join(people[each] for each in officers)}
            for place, (key, officers) in enumerate(subject.result, 1)
        ]
        pool = [{"code": key, "name": name} for key, name in subject.objects_pool]
        return [
            Tab("drawn", _("drawn"), drawn, DRAWN, len(drawn), empty=EmptyState(_("Not drawn yet"))),
            Tab("pool", _("objects in the pool"), pool, DRAWN[1:3], len(pool)),
        ]

    def acts(self, subject: Draw, user: Any) -> list[Act]:
        acts = []
        if user.has_perm(queries.DELIVER) and subject.drawn_at is None:
            acts.append(Act(_("Draw"), url("draw", subject.uid), "hand-grab", is_main=True, is_dialog=True))
        if subject.drawn_at is not None:
            acts.append(Act(_("Facts of the draw"), url("proof", subject.uid), "download"))
        return acts


DRAWN = (
    Column("place", _("turn"), "place", NUMBER),
    Column("code", _("number"), "code", CODE),
    Column("name", _("name"), "name"),
    Column("officers", _("drawn officers"), "officers"),
)


class DrawPlan(ActPage):
    """Draw."""

    menu = MENU
    title = _("Draw")
    permission = queries.DELIVER
    model_pk = "uid"
    form_class = forms.DrawForm
    irreversible = _("A draw is never repeated.")
    button = _("Draw")
    clause = "Q3"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.draws(user, queries.DELIVER)

    def sentence(self, subject: Any) -> Any:
        return _("%(count)s of %(all)s objects are drawn, each with %(officers)s officers.") % {
            "count": subject.object_count,
            "all": len(subject.objects_pool),
            "officers": subject.officers_each,
        }

    def perform(self, subject: Any, form: Any, user: Any) -> str:
        actions.draw_plan(user, subject, form.cleaned_data["word"])
        return url("plan", subject.uid)


PROOF = (
    "code",
    "objects_pool",
    "officers_pool",
    "object_count",
    "officers_each",
    "digest",
    "committed",
    "seed",
    "word",
    "result",
)


class Proof(PageView):
    """Everything that somebody else needs to draw again."""

    permission = queries.READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.draws(user).exclude(drawn_at=None)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The facts as JSON."""
        del request
        plan = self.subject()
        facts = {name: getattr(plan, name) for name in PROOF} | {"method": METHOD}
        headers = {"Content-Disposition": f'attachment; filename="draw-{plan.uid}.json"'}
        return HttpResponse(json.dumps(facts, ensure_ascii=False, indent=1), "application/json", headers=headers)
