"""What waits on the desk: registrations, one's own units to confirm, contacts to file, problems, periodic tests."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from oversite.base.agencies.queries import is_inside
from oversite.domains.quarantine.desk import nothing, waiting
from oversite.domains.quarantine.registry import queries
from oversite.domains.quarantine.registry.models import PeriodicTest, Problem, Producer
from oversite.domains.quarantine.registry.views.pages import CHANGE, url
from oversite.domains.quarantine.rules.queries import number, today
from oversite.screens.slots import DeskList, DeskRow

CONFIRM, FILE_CONTACT, CALL_CONTACTS = (
    "quarantine.campaign.confirm",
    "quarantine.contacts.file",
    "quarantine.contacts.call",
)
ANSWER, REPORT, FILE_TEST = "quarantine.problem.answer", "quarantine.problem.report", "quarantine.test.file"


def registrations(user: Any) -> DeskList:
    """Producers that registered themselves and wait for the agency (req: Q19)."""
    title = _("Registrations to confirm")
    if not user.has_perm(CHANGE):
        return nothing(title)

    def shown(each: Producer) -> DeskRow:
        label = _("waits for confirmation")
        return DeskRow(each.name, url("producer", each.uid), label, "soon", each.address, each.applied_at)

    rows = queries.producers(user, CHANGE).filter(state=Producer.State.APPLIED).order_by("applied_at")
    return waiting(title, rows, shown, url("producers") + f"?state={Producer.State.APPLIED}")


def verifications(user: Any) -> DeskList:
    """Running verifications in which units of the user are not confirmed (req: Q11)."""
    title = _("Data to confirm")
    if not user.has_perm(CONFIRM):
        return nothing(title)
    rows = []
    for campaign in queries.campaigns(user).filter(closed_at=None):
        left = list(queries.campaign_items(user, campaign).filter(confirmed_at=None))
        if left:
            incomplete = sum(bool(item.problems) for item in left)
            detail = _("%(left)s units unconfirmed, %(incomplete)s of them incomplete") % {
                "left": len(left),
                "incomplete": incomplete,
            }
            address = url("campaign-items", campaign.uid) + "?confirmed=no"
            rows.append(
                DeskRow(campaign.title, address, until(campaign.deadline_on), tone(campaign.deadline_on), detail)
            )
    return DeskList(title, rows)


def contacts(user: Any) -> DeskList:
    """Rows of contact lists that the user's agency owes; for who asked, how many cities have not filed (req: Q15)."""
    title = _("Contact lists to file")
    may_file, may_call = user.has_perm(FILE_CONTACT), user.has_perm(CALL_CONTACTS)
    if not may_file:
        return nothing(title)
    rows = []
    for call in queries.contact_calls(user):
        address = url("contact-entries", call.uid)
        label, colour = until(call.deadline_on), tone(call.deadline_on)
        own = [each for each in call.entries.filter(filed_at=None).select_related("agency") if each.agency]
        regions = [each.region for each in own if each.agency and is_inside(each.agency, user.agency)]
        if not regions:
            continue
        if may_call:
            detail = _("%(count)s cities have not filed: %(cities)s") % {
                "count": len(regions),
                "cities": "、".join(regions),
            }
            rows.append(DeskRow(call.title, address + "?filed=no", label, colour, detail))
        else:
            rows.append(DeskRow(call.title, address, label, colour, "、".join(regions)))
    return DeskList(title, rows)


def problems(user: Any) -> DeskList:
    """For who answers, reports without an answer; for the others, answers to their own that they can settle (Q16)."""
    if user.has_perm(ANSWER):
        states, title = [Problem.State.OPEN, Problem.State.IN_HAND], _("Problem reports to answer")
    elif user.has_perm(REPORT):
        states, title = [Problem.State.ANSWERED], _("Answers to your problem reports")
    else:
        return nothing(_("Problem reports to answer"))

    def shown(each: Problem) -> DeskRow:
        colour = "soon" if each.state == Problem.State.OPEN else "busy"
        detail = str(each.agency)
        return DeskRow(each.title, url("problem", each.uid), each.get_state_display(), colour, detail, each.changed_at)

    rows = queries.problems(user).filter(state__in=states).order_by("reported_at")
    return waiting(title, rows, shown, url("problems"))


def tests(user: Any) -> DeskList:
    """Periodic tests that are due soon or overdue (req: Q17)."""
    title = _("Periodic tests due")
    if not user.has_perm(FILE_TEST):
        return nothing(title)

    def shown(each: PeriodicTest) -> DeskRow:
        return DeskRow(str(each), url("test", each.uid), until(each.due_on), tone(each.due_on), str(each.producer))

    soon = today() + timedelta(days=number("test.remind_days"))
    rows = queries.periodic_tests(user).filter(filed_at=None, due_on__lte=soon)
    rows = rows.filter(producer__state=Producer.State.CONFIRMED).order_by("due_on", "pk")
    return waiting(title, rows, shown, url("tests"))


def until(day: date) -> Any:
    """The deadline in words."""
    return _("overdue since %(day)s") % {"day": day} if day < today() else _("until %(day)s") % {"day": day}


def tone(day: date) -> str:
    """Red once the deadline has passed."""
    return "now" if day < today() else "soon"
