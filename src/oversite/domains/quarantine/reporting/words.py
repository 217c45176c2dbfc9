"""How states look and faults sound on the pages of reporting."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.reporting.models import Batch, BatchItem, Entry, Finding
from oversite.domains.quarantine.reporting.standard import Dataset, FieldRule, dataset
from oversite.screens.acts import Act
from oversite.screens.formats import State, StateFormat

ENTRY_STATES = StateFormat(
    {
        Entry.State.INCOMPLETE: State(Entry.State.INCOMPLETE.label, "soon"),
        Entry.State.READY: State(Entry.State.READY.label, "busy"),
        Entry.State.SENT: State(Entry.State.SENT.label, "busy"),
        Entry.State.ACCEPTED: State(Entry.State.ACCEPTED.label, "good"),
        Entry.State.REFUSED: State(Entry.State.REFUSED.label, "now"),
        Entry.State.WITHDRAWN: State(Entry.State.WITHDRAWN.label, "quiet"),
    }
)
RETRIED = "retried"
BATCH_STATES = StateFormat(
    {
        Batch.State.MADE: State(Batch.State.MADE.label, "busy"),
        RETRIED: State(_("did not arrive, is tried again"), "soon"),
        Batch.State.DELIVERED: State(Batch.State.DELIVERED.label, "busy"),
        Batch.State.FAILED: State(Batch.State.FAILED.label, "now"),
        Batch.State.SETTLED: State(Batch.State.SETTLED.label, "good"),
    }
)


def batch_state(batch: Batch) -> str:
    """The state with what is never stored: that it was tried in vain and is tried again by itself."""
    return RETRIED if batch.state == Batch.State.MADE and batch.attempts else batch.state


OUTCOMES = StateFormat(
    {
        BatchItem.Outcome.WAITING: State(BatchItem.Outcome.WAITING.label, "busy"),
        BatchItem.Outcome.ACCEPTED: State(BatchItem.Outcome.ACCEPTED.label, "good"),
        BatchItem.Outcome.REFUSED: State(BatchItem.Outcome.REFUSED.label, "now"),
    }
)
FINDING_STATES = StateFormat(
    {
        Finding.State.OPEN: State(Finding.State.OPEN.label, "now"),
        Finding.State.EXPLAINED: State(Finding.State.EXPLAINED.label, "quiet"),
        Finding.State.CONFIRMED: State(Finding.State.CONFIRMED.label, "soon"),
    }
)
FAULTS: Mapping[str, Any] = {
    "required": _("This field must be filled in."),
    "length": _("At most %(most)s characters; these are %(length)s."),
    "code": _("“%(value)s” is not in the code list of this field."),
    "pattern-item": _("Exactly fourteen digits."),
    "pattern-check-item": _("The social credit code of the implementing institution, then a digit from 1 to 5."),
    "pattern-uscc": _("A unified social credit code has eighteen characters."),
    "pattern-party": _("A unified social credit code or the number of an identity card, eighteen characters."),
    "pattern-division": _("Six digits of the division codes (GB/T 2260)."),
    "pattern-identity": _("Eighteen characters as on the identity card."),
    "least": _("At least %(least)s different ones, separated by “、”."),
    "date": _("A day is written like 2026-11-21."),
    "money": _("An amount in yuan with at most two decimals."),
    "ratio": _("A share from 0 to 1."),
    "year": _("A year of four digits."),
    "order": _("This day lies before “%(other)s”."),
    "link": _("There is no record with the number %(value)s to refer to. Enter that one first."),
    "there": _("Refused there: %(reason)s"),
}


def is_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def dataset_label(dataset: Dataset) -> str:
    """The name of a dataset."""
    return dataset.label_en if is_english() else dataset.label_zh


def field_label(rule: FieldRule) -> str:
    """The name of a field."""
    return rule.label_en if is_english() else rule.label_zh


def fault_text(fault: Sequence[Any]) -> str:
    """A stored fault (column, reason, facts) as a sentence."""
    _column, reason, facts = fault
    template = FAULTS.get(reason)
    return str(template) % dict(facts) if template else _t("This value cannot be taken.")


def first_fault(row: Entry) -> str:
    """What is wrong with a record: its first fault with how many more there are, or why it was refused."""
    if not row.faults:
        return row.refusal
    rule = dataset(row.dataset).field(row.faults[0][0])
    more = f"（+{len(row.faults) - 1}）" if len(row.faults) > 1 else ""
    return f"{field_label(rule)}：{fault_text(row.faults[0])}{more}"


def export_acts(certificate: Any, user: Any) -> list[Act]:
    """On the page of a certificate: its message for authorities abroad."""
    del user
    return [Act(_("SPS XML"), reverse("quarantine_reporting:sps", args=[certificate.uid]), "download")]
