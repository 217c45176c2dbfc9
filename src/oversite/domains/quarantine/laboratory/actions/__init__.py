"""What people do with samples; each act is one transaction."""

from oversite.domains.quarantine.laboratory.actions.custody import (
    countersign,
    discard_sample,
    hand_over,
    receive_sample,
    reject_sample,
)
from oversite.domains.quarantine.laboratory.actions.releasing import (
    dispose_rest,
    invalidate_report,
    pass_review,
    release_report,
    return_sample,
)
from oversite.domains.quarantine.laboratory.actions.seals import hand_out_seals, spoil_seals
from oversite.domains.quarantine.laboratory.actions.taking import NewSample, take_sample
from oversite.domains.quarantine.laboratory.actions.testing import TestEntry, enter_result, submit_results

__all__ = [
    "NewSample",
    "TestEntry",
    "countersign",
    "discard_sample",
    "dispose_rest",
    "enter_result",
    "hand_out_seals",
    "hand_over",
    "invalidate_report",
    "pass_review",
    "receive_sample",
    "reject_sample",
    "release_report",
    "return_sample",
    "spoil_seals",
    "submit_results",
    "take_sample",
]
