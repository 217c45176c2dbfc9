"""The auditor's screens: the rows with filters and Excel, one row in full, and the chain."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversite.base.audit import actions
from oversite.base.audit.chain import entry_hash
from oversite.base.audit.models import Entry
from oversite.base.audit.queries import act_text, actor_text, entries, kept_heads, present_head, refusal_text
from oversite.base.audit.slots import ACTS
from oversite.base.audit.triggers import missing_triggers
from oversite.base.audit.verification import ChainReport
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.clauses import clause_words
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup
from oversite.screens.filters import Asked, ChoiceFilter, DateRangeFilter, TextFilter
from oversite.screens.formats import CODE, INSTANT, NUMBER, State, StateFormat
from oversite.screens.list_page import ListPage
from oversite.screens.page import PageView

OUTCOMES = StateFormat({"done": State(pgettext_lazy("audit", "done"), "good"), "refused": State(_("refused"), "soon")})
HEADS_SHOWN = 50
WIDE_AT = 40


@dataclass(frozen=True)
class ExactFilter(TextFilter):
    """The whole text in one of the fields: an index answers it, however long the chain is."""

    def apply(self, queryset: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
        """Rows in which a field is exactly what was entered."""
        text = self.text(asked)
        if not text:
            return queryset
        found = Q()
        for name in self.fields:
            found |= Q(**{name: text})
        return queryset.filter(found)


def act_choices(_user: Any) -> list[tuple[str, Any]]:
    """Every act that an app plugs in."""
    return sorted(ACTS.items(), key=lambda pair: pair[0])


def agency_choices(user: Any) -> list[tuple[str, str]]:
    """The agencies of the reader's subtree."""
    agencies = type(user.agency).objects.filter(path__startswith=user.agency.path)
    return [(code, name) for code, name in agencies.order_by("path").values_list("code", "name")]


def entry_link(entry: Entry) -> str:
    """The page of a row."""
    return reverse("audit:entry", args=[entry.pk])


class EntryList(ListPage):
    """The rows that the auditor may read."""

    menu = "audit"
    title = _("Audit")
    lead = _("Who did what, when, and what was refused; nobody can change or remove a row.")
    permission = "audit.read"
    export_permission = "audit.export"
    default_sort = "-position"
    columns = (
        Column("position", _("No."), "position", NUMBER, sort="position"),
        Column("at", _("Time"), "at", INSTANT),
        Column("act", _("Act"), act_text),
        Column("outcome", _("Outcome"), "outcome", OUTCOMES),
        Column("reason", _("Why it was refused"), refusal_text),
        Column("actor", _("Actor"), actor_text),
        Column("agency", _("Agency"), "agency_name"),
        Column("subject", _("Subject"), lambda entry: entry.subject_text or entry.subject_id),
        Column("clause", _("Clause"), lambda entry: clause_words(entry.clause)),
        Column("origin", _("Address"), "origin", CODE, is_hidden=True),
        Column("username", _("User name"), "actor", CODE, is_hidden=True),
        Column("key", _("Key of the act"), "act", CODE, is_hidden=True),
        Column("data", _("Details"), "data_text", is_hidden=True),
        Column("hash", _("Hash"), "hash", CODE, is_hidden=True),
    )
    filters = (
        DateRangeFilter("at_day", _("Period"), "at"),
        ExactFilter("actor", _("Actor"), ("actor", "actor_name")),
        ChoiceFilter("agency", _("Agency"), agency_choices, "agency_code"),
        ChoiceFilter("act", _("Act"), act_choices),
        ChoiceFilter("outcome", _("Outcome"), tuple(Entry.Outcome.choices)),
        TextFilter("subject", _("Subject"), ("subject_text", "subject_id")),
    )
    empty = EmptyState(_("No row fits"), _("Take out a filter, or choose a longer period."))

    def queryset(self, user: Any) -> QuerySet[Entry]:
        """The rows that the user may read."""
        return entries(user)

    def row_link(self, row: Entry) -> str:
        """A row leads to itself in full."""
        return entry_link(row)

    def main_act(self, user: Any) -> Act | None:
        """The chain that holds the rows together."""
        del user
        return Act(_("The chain"), reverse("audit:chain"), "link")

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """Exporting the audit is an act of its own."""
        if request.user.has_perm(self.export_permission):
            with transaction.atomic():
                actions.record("audit.exported", actor=self.user, data={"filters": request.GET.urlencode()[:500]})
        return super().export(request)


class EntryDetail(DetailPage):
    """One row in full, with its place in the chain."""

    menu = "audit"
    permission = "audit.read"

    def queryset(self, user: Any) -> QuerySet[Entry]:
        """The rows that the user may read."""
        return entries(user)

    def heading(self, subject: Any = None) -> Any:
        """What was done."""
        return act_text(subject) if subject is not None else ""

    def state(self, subject: Entry) -> str:
        """Done or refused."""
        return str(OUTCOMES.html(subject.outcome))

    def fact_groups(self, subject: Entry) -> Sequence[FactGroup]:
        """Who, what, details, chain."""
        what = [
            Fact(_("Time"), subject.at, INSTANT),
            Fact(_("Act"), act_text(subject)),
            Fact(_("Key of the act"), subject.act, CODE),
            Fact(_("Actor"), f"{actor_text(subject)} {subject.actor}".strip()),
            Fact(_("Agency"), subject.agency_name),
            Fact(_("Address"), subject.origin, CODE),
            Fact(_("Subject"), subject.subject_text),
            Fact(_("Kind of subject"), f"{subject.subject_kind} {subject.subject_id}".strip(), CODE),
            Fact(_("Clause"), clause_words(subject.clause)),
        ]
        if subject.is_refused:
            what.append(Fact(_("Why it was refused"), refusal_text(subject), is_wide=True))
        told = {name: plain(value) for name, value in subject.data.items() if name != "message"}
        details = [Fact(name, value, is_wide=len(value) > WIDE_AT) for name, value in told.items()]
        fits = _("fits the row") if entry_hash(subject) == subject.hash else _("does not fit: the row was changed")
        chain = [
            Fact(_("Position"), subject.position, NUMBER),
            Fact(_("Check"), fits),
            Fact(_("Hash"), subject.hash, CODE, is_wide=True),
            Fact(_("Previous hash"), subject.previous_hash, CODE, is_wide=True),
        ]
        groups = [FactGroup("", what), FactGroup(_("Details"), details), FactGroup(_("Place in the chain"), chain)]
        return [group for group in groups if group.facts]

    history_title = _("The same subject")

    def history(self, subject: Entry, user: Any) -> Sequence[Any]:
        """What else happened to the same subject."""
        from oversite.base.audit.queries import history_entries

        if not subject.subject_id:
            return []
        return history_entries((subject.subject_kind, subject.subject_id), user)


def plain(value: object) -> str:
    """A detail as text: from → to for a change, JSON for anything deep."""
    if isinstance(value, list) and len(value) == 2 and not any(isinstance(each, list | dict) for each in value):
        return f"{value[0]} → {value[1]}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class Chain(PageView):
    """Where the chain ends, and which heads are kept outside the database."""

    menu = "audit"
    title = _("The audit chain")
    lead = _("Every row carries the hash of the row before; the end is kept outside the database every day.")
    permission = "audit.read"
    template_name = "audit/chain.html"

    def page_acts(self, user: Any) -> list[Act]:
        """Check and keep."""
        why_not = "" if user.has_perm("audit.seal") else _("Only the audit administrator keeps heads.")
        return [
            Act(_("Check the chain"), reverse("audit:check"), "shield-check", is_main=True, is_dialog=True),
            Act(_("Keep the head now"), reverse("audit:keep"), "download", why_not, is_dialog=True),
        ]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        del request
        heads = kept_heads()
        context = {
            "head": present_head(),
            "heads": heads[:HEADS_SHOWN],
            "head_count": len(heads),
            "missing_triggers": missing_triggers(),
        }
        return self.show(context)


class ChainAct(ActPage):
    """An act on the chain as a whole."""

    menu = "audit"
    permission = "audit.seal"

    def subject(self) -> Any:
        """There is one chain."""
        return None


class CheckChain(ChainAct):
    """Check every row."""

    permission = "audit.read"
    title = _("Check the chain")
    button = _("Check")

    def sentence(self, subject: Any) -> Any:
        """What will happen."""
        del subject
        return _(
            "Every row, the head, the heads kept outside and the triggers are checked; a million rows take a minute."
        )

    def perform(self, subject: Any, form: forms.Form, user: Any) -> str:
        """Check, and tell the result as messages."""
        del subject, form
        tell(self.request, actions.verify_chain(user))
        return reverse("audit:chain")


class KeepHead(ChainAct):
    """Write the head outside the database."""

    title = _("Keep the head now")
    button = _("Keep")

    def sentence(self, subject: Any) -> Any:
        """What will happen."""
        del subject
        return _("The present end of the chain is written to a file outside the database, sealed.")

    def perform(self, subject: Any, form: forms.Form, user: Any) -> str:
        """Keep it."""
        del subject, form
        kept = actions.keep_head(user)
        messages.success(self.request, _("Kept: position %(position)s.") % {"position": kept.position})
        return reverse("audit:chain")


def tell(request: HttpRequest, report: ChainReport) -> None:
    """The result of a check as messages of the page."""
    if report.is_sound:
        text = _("The chain is whole: %(rows)s rows, %(heads)s heads kept outside.")
        messages.success(request, text % {"rows": report.rows, "heads": report.heads_checked})
    for problem in report.problems[:20]:
        messages.error(request, problem.text)
