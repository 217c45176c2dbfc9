"""The way of a declaration as a table: what may follow what, and nothing else (req: Q5)."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from oversite.common.sentences import sentence
from oversite.domains.quarantine.flow import Flow


class State(models.TextChoices):
    """Where a declaration stands, from the draft to the archive."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    CORRECTING = "correcting", _("correction asked")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("not accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ASSIGNED = "assigned", _("veterinarians assigned")
    INSPECTING = "inspecting", _("being inspected")
    TESTING = "testing", _("waiting for the laboratory")
    QUALIFIED = "qualified", _("qualified")
    UNQUALIFIED = "unqualified", _("not qualified")
    CERTIFIED = "certified", _("certificate issued")
    CLOSED = "closed", _("closed without a certificate")
    TREATED = "treated", _("treatment notice issued")
    ARCHIVED = "archived", _("archived")


class Step(models.TextChoices):
    """What can happen to a declaration."""

    SUBMIT = "submit", _("submit")
    ASK_CORRECTION = "ask-correction", _("ask for a correction")
    ACCEPT = "accept", _("accept")
    REFUSE = "refuse", _("refuse")
    WITHDRAW = "withdraw", _("withdraw")
    ASSIGN = "assign", _("assign veterinarians")
    INSPECT = "inspect", _("begin the inspection")
    SAMPLE = "sample", _("send samples")
    REPORT = "report", _("take the test report")
    UNSAMPLE = "unsample", _("no sample is in the laboratory any more")
    QUALIFY = "qualify", _("find qualified")
    DISQUALIFY = "disqualify", _("find not qualified")
    CERTIFY = "certify", _("issue the certificate")
    REVOKE = "revoke", _("make the certificate void")
    CLOSE = "close", _("close without a certificate")
    TREAT = "treat", _("issue the treatment notice")
    ARCHIVE = "archive", _("archive")


TRANSITIONS: Final[dict[tuple[State, Step], State]] = {
    (State.DRAFT, Step.SUBMIT): State.SUBMITTED,
    (State.DRAFT, Step.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Step.ASK_CORRECTION): State.CORRECTING,
    (State.SUBMITTED, Step.ACCEPT): State.ACCEPTED,
    (State.SUBMITTED, Step.REFUSE): State.REFUSED,
    (State.SUBMITTED, Step.WITHDRAW): State.WITHDRAWN,
    (State.CORRECTING, Step.SUBMIT): State.SUBMITTED,
    (State.CORRECTING, Step.REFUSE): State.REFUSED,
    (State.CORRECTING, Step.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Step.ASSIGN): State.ASSIGNED,
    (State.ACCEPTED, Step.WITHDRAW): State.WITHDRAWN,
    (State.ASSIGNED, Step.ASSIGN): State.ASSIGNED,
    (State.ASSIGNED, Step.INSPECT): State.INSPECTING,
    (State.ASSIGNED, Step.WITHDRAW): State.WITHDRAWN,
    (State.INSPECTING, Step.SAMPLE): State.TESTING,
    (State.INSPECTING, Step.QUALIFY): State.QUALIFIED,
    (State.INSPECTING, Step.DISQUALIFY): State.UNQUALIFIED,
    (State.TESTING, Step.SAMPLE): State.TESTING,
    (State.TESTING, Step.REPORT): State.INSPECTING,
    (State.TESTING, Step.UNSAMPLE): State.INSPECTING,
    (State.TESTING, Step.DISQUALIFY): State.UNQUALIFIED,
    (State.QUALIFIED, Step.CERTIFY): State.CERTIFIED,
    (State.QUALIFIED, Step.CLOSE): State.CLOSED,
    (State.QUALIFIED, Step.DISQUALIFY): State.UNQUALIFIED,
    (State.CERTIFIED, Step.REVOKE): State.QUALIFIED,
    (State.ARCHIVED, Step.REVOKE): State.QUALIFIED,
    (State.UNQUALIFIED, Step.TREAT): State.TREATED,
    (State.REFUSED, Step.ARCHIVE): State.ARCHIVED,
    (State.CERTIFIED, Step.ARCHIVE): State.ARCHIVED,
    (State.CLOSED, Step.ARCHIVE): State.ARCHIVED,
    (State.TREATED, Step.ARCHIVE): State.ARCHIVED,
}
"""(state, step) → the state that follows; what is not here is refused."""

FLOW: Final = Flow(
    State,
    TRANSITIONS,
    "quarantine.flow.impossible",
    sentence("This declaration is in the state “%(state)s”; “%(step)s” is not possible now. Reload the page."),
    "Q5",
)
after, can = FLOW.after, FLOW.can
