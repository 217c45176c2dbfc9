"""Internet+Supervision: the datasets, their records, and what waits to be delivered."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.domains.quarantine.reporting import actions, forms, queries
from oversite.domains.quarantine.reporting.figures import CODES
from oversite.domains.quarantine.reporting.models import Entry
from oversite.domains.quarantine.reporting.standard import Dataset, datasets
from oversite.domains.quarantine.reporting.words import (
    ENTRY_STATES,
    OUTCOMES,
    dataset_label,
    fault_text,
    field_label,
    first_fault,
)
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, TextFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, INSTANT
from oversite.screens.list_page import ListPage
from oversite.screens.page import PageView

MENU = "quarantine.exchange"
SHOWN = tuple(Entry.State)
HEADS = tuple(state.label for state in SHOWN)


def url(name: str, *args: Any) -> str:
    """An address of this app."""
    return reverse(f"quarantine_reporting:{name}", args=args)


def dataset_or_404(key: str) -> Dataset:
    """The dataset that the address names."""
    if key not in datasets():
        raise Http404
    return datasets()[key]


class Exchange(PageView):
    """What there is to deliver, dataset by dataset."""

    menu = MENU
    title = _("Internet+Supervision")
    lead = _("Records in the national form: filled from the platform, completed by hand, delivered, corrected.")
    permission = queries.READ
    template_name = "quarantine_reporting/exchange.html"

    def page_acts(self, user: Any) -> list[Act]:
        acts = [Act(_("Batches"), url("batches"), "packages"), Act(_("Random checks"), url("plans"), "hand-grab")]
        if user.has_perm(queries.CHANGE):
            acts.append(Act(_("Fill from the platform"), url("collect"), "refresh", is_main=True, is_dialog=True))
        return acts

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """One row per dataset with how many records are how far."""
        del request
        counts = queries.counts_by_dataset(self.user)
        rows = [
            {
                "label": dataset_label(each),
                "url": url("entries", key),
                "counts": [(state.label, counts.get(key, {}).get(state.value, 0)) for state in SHOWN],
            }
            for key, each in datasets().items()
        ]
        figures = reverse("quarantine_rules:settings") + f"?part={CODES}"
        return self.show({"rows": rows, "heads": HEADS, "lists": _code_lists(self.user), "figures_url": figures})


def _code_lists(user: Any) -> list[dict[str, Any]]:
    """The code lists in force with the fields that use them, those that nobody verified first."""
    fields = [field for each in datasets().values() for field in each.fields if field.codes is not None]
    may_enter = user.has_perm("quarantine.rules.change")
    return [
        {
            "fields": "、".join(
                dict.fromkeys(field_label(each) for each in fields if each.codes and each.codes.key == key)
            ),
            "codes": "；".join(f"{code} {word}" for code, word in codes.entries.items()),
            "source": codes.source,
            "is_verified": codes.is_verified,
            "effective_on": codes.effective_on,
            "url": reverse("quarantine_rules:setting", args=[f"{CODES}{key}"]) if may_enter else "",
        }
        for key, codes in sorted(queries.code_lists().items(), key=lambda pair: pair[1].is_verified)
    ]


class Collect(ActPage):
    """Fill records from the platform."""

    menu = MENU
    title = _("Fill from the platform")
    permission = queries.CHANGE
    button = _("Fill")

    def subject(self) -> Any:
        return self.user

    def sentence(self, subject: Any) -> Any:
        del subject
        return _("Inspections, officers and objects become records; what was corrected by hand stays as it is.")

    def perform(self, subject: Any, form: Any, user: Any) -> str:
        del subject, form
        count = actions.collect_entries(user)
        messages.success(self.request, _t("%(count)s records were written.") % {"count": count})
        return url("exchange")


class DatasetPage(PageView):
    """A page about one dataset."""

    menu = MENU

    @property
    def dataset(self) -> Dataset:
        """The dataset that the address names."""
        return dataset_or_404(self.kwargs["dataset"])


class Entries(DatasetPage, ListPage):
    """The records of a dataset, with what is wrong with them."""

    permission = queries.READ
    default_sort = "-changed"
    columns = (
        Column("code", _("number"), "code", CODE, "code"),
        Column("title", _("name"), "title", sort="title"),
        Column("state", _("state"), "state", ENTRY_STATES, "state"),
        Column("operation", _("operation"), "get_wanted_display"),
        Column("fault", _("what is wrong"), first_fault),
        Column("agency", _("agency"), "agency.name", sort="agency__name"),
        Column("changed", _("changed at"), "changed_at", INSTANT, "changed_at"),
    )
    filters = (
        TextFilter("q", _("number or name"), ("code", "title")),
        ChoiceFilter("state", _("state"), Entry.State.choices),
    )
    empty = EmptyState(_("There are no records yet"), _("Fill them from the platform, or enter one."))

    def heading(self, subject: Any = None) -> Any:
        del subject
        return dataset_label(self.dataset)

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.entries(user, self.dataset.key)

    def row_link(self, row: Any) -> str:
        return url("entry", row.uid)

    def page_acts(self, user: Any) -> list[Act]:
        if not user.has_perm(queries.CHANGE):
            return []
        key = self.dataset.key
        return [
            Act(_("Deliver"), url("deliver", key), "send", is_dialog=True),
            Act(_("Enter a record"), url("entry-new", key), "plus", is_main=True),
        ]


class EntryNew(DatasetPage, FormPage):
    """Enter a record."""

    permission = queries.CHANGE
    lead = _("What is marked with * must be there before it can be delivered; it can be kept without.")

    def heading(self, subject: Any = None) -> Any:
        del subject
        return dataset_label(self.dataset)

    def form(self, **kwargs: Any) -> Any:
        return forms.EntryForm(dataset=queries.dataset_in_force(self.dataset.key), **kwargs)

    form_class = forms.EntryForm

    def cancel_to(self) -> str:
        return url("entries", self.dataset.key)

    def perform(self, form: Any, user: Any) -> str:
        entry = actions.save_entry(user, self.dataset.key, form.cleaned_data, agency=user.agency)
        return url("entry", entry.uid)


class EntryEdit(FormPage):
    """Correct a record; what is wrong stands beside its field."""

    menu = MENU
    permission = queries.CHANGE
    model_pk = "uid"
    form_class = forms.EntryForm
    lead = _("What is marked with * must be there before it can be delivered; it can be kept without.")

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.entries(user, permission=queries.CHANGE)

    def heading(self, subject: Any = None) -> Any:
        return f"{dataset_label(datasets()[self.subject().dataset])} · {self.subject().code}"

    def form(self, **kwargs: Any) -> Any:
        entry = self.subject()
        kwargs["initial"] = entry.values
        return forms.EntryForm(dataset=queries.dataset_in_force(entry.dataset), faults=entry.faults, **kwargs)

    def cancel_to(self) -> str:
        return url("entry", self.subject().uid)

    def perform(self, form: Any, user: Any) -> str:
        entry = self.subject()
        actions.save_entry(user, entry.dataset, form.cleaned_data, agency=entry.agency, entry=entry)
        return url("entry", entry.uid)


class EntryDetail(DetailPage):
    """A record with its faults and its deliveries."""

    menu = MENU
    permission = queries.READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.entries(user)

    def heading(self, subject: Any = None) -> Any:
        return subject.title if subject else ""

    def state(self, subject: Entry) -> str:
        return ENTRY_STATES.html(subject.state)

    def fact_groups(self, subject: Entry) -> Sequence[FactGroup]:
        dataset = queries.dataset_in_force(subject.dataset)
        faults = [
            Fact(field_label(dataset.field(fault[0])), fault_text(fault), is_wide=True) for fault in subject.faults
        ]
        facts = [_fact(rule, subject.values.get(rule.column, "")) for rule in dataset.fields]
        groups = [FactGroup(dataset_label(dataset), [fact for fact in facts if fact is not None])]
        if subject.refusal:
            faults.insert(0, Fact(_("refused because"), subject.refusal, is_wide=True))
        return [FactGroup(_("What is wrong"), faults), *groups] if faults else groups

    def history(self, subject: Entry, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def tabs(self, subject: Entry, user: Any) -> Sequence[Tab]:
        del user
        items = list(subject.items.select_related("batch").order_by("-id"))
        return [Tab("items", _("deliveries"), items, ITEMS, len(items), empty=EmptyState(_("Not delivered yet")))]

    def acts(self, subject: Entry, user: Any) -> list[Act]:
        if not user.has_perm(queries.CHANGE) or subject.state == Entry.State.WITHDRAWN:
            return []
        sent = _("It was sent and has no receipt yet.") if subject.state == Entry.State.SENT else ""
        return [
            Act(_("Correct"), url("entry-edit", subject.uid), "pencil", why_not=sent, is_main=True),
            Act(
                _("Take it back"),
                url("entry-withdraw", subject.uid),
                "trash",
                why_not=sent,
                is_grave=True,
                is_dialog=True,
            ),
        ]


def _fact(rule: Any, value: str) -> Fact | None:
    if not value:
        return None
    word = rule.codes.entries.get(value, "") if rule.codes else ""
    return Fact(field_label(rule), f"{value} {word}".strip(), is_wide=rule.is_long)


ITEMS = (
    Column("batch", _("batch number"), "batch.number", CODE, link=lambda row: url("batch", row.batch.uid)),
    Column("operation", _("operation"), "get_operation_display"),
    Column("at", _("batch made at"), "batch.made_at", INSTANT),
    Column("outcome", _("answer"), "outcome", OUTCOMES),
    Column("reason", _("reason"), "reason"),
)


class EntryWithdraw(ActPage):
    """Take a record back."""

    menu = MENU
    title = _("Take the record back")
    permission = queries.CHANGE
    model_pk = "uid"
    reason = "required"
    button = _("Take it back")
    is_grave = True
    clause = "Q3"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.entries(user, permission=queries.CHANGE)

    def sentence(self, subject: Any) -> Any:
        if subject.is_known_there:
            return _("The next delivery tells the other side to delete it.")
        return _("It was never accepted there and is not delivered any more.")

    def perform(self, subject: Any, form: Any, user: Any) -> str:
        actions.withdraw_entry(user, subject, form.cleaned_data["reason"])
        return url("entry", subject.uid)


class Deliver(DatasetPage, ActPage):
    """Make a batch of everything that waits in a dataset."""

    title = _("Deliver")
    permission = queries.DELIVER
    form_class = forms.DeliverForm
    button = _("Deliver")

    def subject(self) -> Any:
        return self.dataset

    def sentence(self, subject: Any) -> Any:
        ready = queries.entries(self.user, subject.key, queries.DELIVER).filter(state=Entry.State.READY).count()
        return _("%(count)s complete records of “%(dataset)s” go into one batch.") % {
            "count": ready,
            "dataset": dataset_label(subject),
        }

    def perform(self, subject: Any, form: Any, user: Any) -> str:
        batch = actions.make_batch(user, subject.key, form.cleaned_data["way"])
        return url("batch", batch.uid)
