"""Deliveries: batches, their files, their receipts."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.common.errors import Refused
from oversite.domains.quarantine.reporting import actions, forms, payload, queries, sending
from oversite.domains.quarantine.reporting.models import Batch, BatchItem
from oversite.domains.quarantine.reporting.standard import datasets
from oversite.domains.quarantine.reporting.views.exchange import MENU, url
from oversite.domains.quarantine.reporting.words import (
    BATCH_STATES,
    OUTCOMES,
    batch_state,
    dataset_label,
    field_label,
)
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, DateRangeFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, INSTANT, NUMBER
from oversite.screens.list_page import ListPage
from oversite.screens.page import PageView


class Batches(ListPage):
    """Every delivery."""

    menu = MENU
    title = _("Batches")
    lead = _("What was delivered, how, and what was refused and why.")
    permission = queries.READ
    default_sort = "-made"
    columns = (
        Column("number", _("batch number"), "number", CODE, "number"),
        Column("dataset", _("dataset"), lambda row: dataset_label(datasets()[row.dataset])),
        Column("way", _("delivered"), "get_way_display"),
        Column("state", _("state"), batch_state, BATCH_STATES, "state"),
        Column("items", _("records"), "item_count", NUMBER),
        Column("refused", _("refused there"), "refused_count", NUMBER),
        Column("attempts", _("attempts"), "attempts", NUMBER),
        Column("error", _("last error"), "error_words"),
        Column("made", _("batch made at"), "made_at", INSTANT, "made_at"),
    )
    filters = (
        ChoiceFilter("state", _("state"), Batch.State.choices),
        DateRangeFilter("made", _("batch made at"), "made_at"),
    )
    empty = EmptyState(_("Nothing was delivered yet"), _("Open a dataset and choose “Deliver”."))

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.batches(user)

    def row_link(self, row: Any) -> str:
        return url("batch", row.uid)


class BatchDetail(DetailPage):
    """A delivery with the answer to every record."""

    menu = MENU
    permission = queries.READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.batches(user)

    def state(self, subject: Batch) -> str:
        return BATCH_STATES.html(batch_state(subject))

    def fact_groups(self, subject: Any) -> Sequence[FactGroup]:
        facts = [
            Fact(_("dataset"), dataset_label(datasets()[subject.dataset])),
            Fact(_("delivered"), subject.get_way_display()),
            Fact(_("records"), subject.item_count, NUMBER),
            Fact(_("refused there"), subject.refused_count, NUMBER),
            Fact(_("batch made at"), subject.made_at, INSTANT),
            Fact(_("batch made by"), subject.made_by),
            Fact(_("delivered at"), subject.delivered_at, INSTANT),
            Fact(_("receipt at"), subject.settled_at, INSTANT),
            Fact("SHA-256", subject.sha256, CODE, is_wide=True),
        ]
        if subject.attempts:
            facts.append(Fact(_("attempts"), subject.attempts, NUMBER))
        if subject.last_error:
            facts.append(Fact(_("last error"), subject.error_words, is_wide=True))
        if next_at := queries.next_attempt_of(subject):
            facts.append(Fact(_("next attempt at"), next_at, INSTANT))
        return [FactGroup(_("Delivery"), facts)]

    def history(self, subject: Batch, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def tabs(self, subject: Batch, user: Any) -> Sequence[Tab]:
        del user
        items = subject.items.select_related("entry", "batch")
        refused = list(items.filter(outcome=BatchItem.Outcome.REFUSED))
        return [
            Tab("refused", _("refused there"), refused, ANSWERS, len(refused), empty=EmptyState(_("None so far"))),
            Tab("all", _("records"), items, SENT, subject.items.count()),
        ]

    def acts(self, subject: Batch, user: Any) -> list[Act]:
        acts = [Act(_("Delivery file"), url("batch-file", subject.uid), "download")]
        if user.has_perm(queries.DELIVER):
            settled = _("Every record has its answer.") if subject.state == Batch.State.SETTLED else ""
            acts.append(Act(_("Enter the receipt"), url("receipt", subject.uid), "file-import", why_not=settled))
            if subject.state == Batch.State.FAILED:
                acts.append(Act(_("Send again"), url("again", subject.uid), "reload", is_main=True, is_dialog=True))
        return acts


def _answered_field(row: BatchItem) -> str:
    """The field that the answer names, in words where it is one of the dataset."""
    rules = {rule.column: rule for rule in datasets()[row.batch.dataset].fields}
    return field_label(rules[row.column]) if row.column in rules else row.column


ANSWERS = (
    Column("code", _("number"), "entry.code", CODE, link=lambda row: url("entry", row.entry.uid)),
    Column("title", _("name"), "entry.title"),
    Column("operation", _("operation"), "get_operation_display"),
    Column("outcome", _("answer"), "outcome", OUTCOMES),
    Column("field", _("field"), _answered_field),
    Column("reason", _("reason"), "reason"),
)
SENT = (*ANSWERS, Column("id", "cd_id", "entry.uid.hex", CODE))


class BatchFile(PageView):
    """The file of a batch; whoever takes it delivers it."""

    permission = queries.READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.batches(user)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The CSV file."""
        del request
        batch = self.subject()
        if batch.way == Batch.Way.FILE and self.user.has_perm(queries.DELIVER):
            actions.note_delivered(self.user, batch)
        name = f"{batch.dataset}-{batch.number}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
        return HttpResponse(payload.file_of(batch), content_type="text/csv; charset=utf-8", headers=headers)


class BatchAgain(ActPage):
    """Send a batch again."""

    menu = MENU
    title = _("Send again")
    permission = queries.DELIVER
    model_pk = "uid"
    button = _("Send again")

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.batches(user, queries.DELIVER)

    def sentence(self, subject: Any) -> Any:
        return _("Batch %(number)s is delivered again under its own number.") % {"number": subject.number}

    def perform(self, subject: Any, form: Any, user: Any) -> str:
        del form
        actions.deliver_again(user, subject)
        return url("batch", subject.uid)


class Receipt(FormPage):
    """Enter the receipt of a batch that was delivered as a file."""

    menu = MENU
    title = _("Enter the receipt")
    permission = queries.DELIVER
    form_class = forms.ReceiptForm
    model_pk = "uid"
    button = _("Take the receipt")

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.batches(user, queries.DELIVER)

    def form(self, **kwargs: Any) -> Any:
        self.subject()
        return super().form(**kwargs)

    def cancel_to(self) -> str:
        return url("batch", self.kwargs["uid"])

    def perform(self, form: Any, user: Any) -> str:
        batch = self.subject()
        if form.cleaned_data["all_accepted"]:
            answers = {item.entry.uid.hex: actions.Answer(True) for item in batch.items.select_related("entry")}
        else:
            try:
                answers = sending.read_receipt(form.cleaned_data["receipt"].encode())
            except sending.DeliveryRefusedError as error:
                raise Refused(
                    "quarantine.batch.unreadable", _("The receipt cannot be read. Paste it as it came."), "Q3", 422
                ) from error
        actions.settle_batch(user, batch, answers)
        return url("batch", batch.uid)
