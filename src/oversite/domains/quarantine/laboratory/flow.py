"""The way of a sample as a table: what may follow what, and nothing else (req: Q8)."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from oversite.common.sentences import sentence
from oversite.domains.quarantine.flow import Flow


class State(models.TextChoices):
    """Where a sample stands; a released report is final, what follows is invalidation and a copy."""

    TAKEN = "taken", _("taken, waits for the second signature")
    SEALED = "sealed", _("sealed and signed")
    SENT = "sent", _("on the way")
    RECEIVED = "received", _("received")
    REJECTED = "rejected", _("refused by the laboratory")
    TESTING = "testing", _("being tested")
    REVIEW = "review", _("waits for review")
    APPROVAL = "approval", _("waits for approval")
    RELEASED = "released", _("report released")
    INVALID = "invalid", _("report invalidated")
    DISCARDED = "discarded", _("discarded")


class Step(models.TextChoices):
    """What can happen to a sample."""

    SEAL = "seal", _("sign as the second")
    DISCARD = "discard", _("discard the sample")
    SEND = "send", _("hand over")
    RECEIVE = "receive", _("receive")
    REJECT = "reject", _("refuse the sample")
    TEST = "test", _("enter a result")
    SUBMIT = "submit", _("hand in for review")
    PASS = "pass", _("pass the review")
    RETURN = "return", _("return to the tester")
    RELEASE = "release", _("release the report")
    INVALIDATE = "invalidate", _("invalidate the report")


TRANSITIONS: Final[dict[tuple[State, Step], State]] = {
    (State.TAKEN, Step.SEAL): State.SEALED,
    (State.TAKEN, Step.DISCARD): State.DISCARDED,
    (State.SEALED, Step.SEND): State.SENT,
    (State.SEALED, Step.DISCARD): State.DISCARDED,
    (State.SENT, Step.RECEIVE): State.RECEIVED,
    (State.SENT, Step.REJECT): State.REJECTED,
    (State.RECEIVED, Step.TEST): State.TESTING,
    (State.TESTING, Step.TEST): State.TESTING,
    (State.TESTING, Step.SUBMIT): State.REVIEW,
    (State.REVIEW, Step.PASS): State.APPROVAL,
    (State.REVIEW, Step.RETURN): State.TESTING,
    (State.APPROVAL, Step.RELEASE): State.RELEASED,
    (State.APPROVAL, Step.RETURN): State.TESTING,
    (State.RELEASED, Step.INVALIDATE): State.INVALID,
}
"""(state, step) → the state that follows; what is not here is refused."""

FLOW: Final = Flow(
    State,
    TRANSITIONS,
    "quarantine.sample.impossible",
    sentence("This sample is in the state “%(state)s”; “%(step)s” is not possible now. Reload the page."),
    "Q8",
)
after, can = FLOW.after, FLOW.can
