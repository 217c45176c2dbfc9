"""What people do in reporting; each act is one transaction."""

from oversite.domains.quarantine.reporting.actions.collecting import collect_entries
from oversite.domains.quarantine.reporting.actions.delivering import (
    Answer,
    deliver_again,
    make_batch,
    note_delivered,
    note_failed,
    settle_batch,
)
from oversite.domains.quarantine.reporting.actions.drawing import draw_plan, freeze_plan
from oversite.domains.quarantine.reporting.actions.entries import save_entry, withdraw_entry
from oversite.domains.quarantine.reporting.actions.finding import decide_finding, find_all, report_purchase

__all__ = [
    "Answer",
    "collect_entries",
    "decide_finding",
    "deliver_again",
    "draw_plan",
    "find_all",
    "freeze_plan",
    "make_batch",
    "note_delivered",
    "note_failed",
    "report_purchase",
    "save_entry",
    "settle_batch",
    "withdraw_entry",
]
