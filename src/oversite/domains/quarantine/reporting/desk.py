"""What waits on the desk: findings to decide, deliveries that did not arrive, records that were refused."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.desk import nothing, waiting
from oversite.domains.quarantine.reporting import queries
from oversite.domains.quarantine.reporting.models import Batch, Entry, Finding
from oversite.domains.quarantine.reporting.standard import dataset
from oversite.domains.quarantine.reporting.words import dataset_label, first_fault
from oversite.screens.slots import DeskList, DeskRow


def url(name: str, *args: Any) -> str:
    """An address of this app."""
    return reverse(f"quarantine_reporting:{name}", args=args)


def findings(user: Any) -> DeskList:
    """Findings that nobody has decided (req: Q18)."""
    title = _("Quarantine findings to decide")
    if not user.has_perm(queries.DECIDE):
        return nothing(title)

    def shown(each: Finding) -> DeskRow:
        return DeskRow(each.party, url("finding", each.uid), each.get_kind_display(), "soon", each.facts)

    rows = queries.findings(user, queries.DECIDE).filter(state=Finding.State.OPEN)
    address = url("findings") + f"?state={Finding.State.OPEN}"
    return waiting(title, rows.order_by("-happened_on", "-pk"), shown, address)


def deliveries(user: Any) -> DeskList:
    """Batches for Internet+Supervision that did not arrive (req: Q3)."""
    title = _("Deliveries that failed")
    if not user.has_perm(queries.DELIVER):
        return nothing(title)

    def shown(each: Batch) -> DeskRow:
        words = f"{each.number} {dataset_label(dataset(each.dataset))}"
        return DeskRow(words, url("batch", each.uid), each.get_state_display(), "now", each.error_words, each.made_at)

    rows = queries.batches(user, queries.DELIVER).filter(state=Batch.State.FAILED).order_by("made_at")
    return waiting(title, rows, shown, url("batches") + f"?state={Batch.State.FAILED}")


def refusals(user: Any) -> DeskList:
    """Records that the other side refused, with why (req: Q3)."""
    title = _("Records refused by Internet+Supervision")
    if not user.has_perm(queries.CHANGE):
        return nothing(title)

    def shown(each: Entry) -> DeskRow:
        words = f"{dataset_label(dataset(each.dataset))} {each.code}"
        return DeskRow(
            words, url("entry", each.uid), each.get_state_display(), "now", first_fault(each), each.changed_at
        )

    rows = queries.entries(user, permission=queries.CHANGE).filter(state=Entry.State.REFUSED).order_by("changed_at")
    return waiting(title, rows, shown, url("exchange"))
