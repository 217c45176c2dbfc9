"""What a producer finds on its desk of periodic tests: those that are due soon or overdue."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.registry.queries import producer_of
from oversite.domains.quarantine.rules.queries import number, today
from oversite.screens.slots import DeskList, DeskRow


def tests(user: Any) -> DeskList:
    """The tests that the user's own producer has to have done, from the day on which it is reminded (req: Q17)."""
    rows = []
    if (producer := producer_of(user)) is not None:
        day = today()
        soon = day + timedelta(days=number("test.remind_days"))
        due = producer.tests.filter(filed_at=None, due_on__lte=soon).select_related("species", "disease")
        rows = [
            DeskRow(
                str(each),
                reverse("quarantine_registry:test", args=[each.uid]),
                _("overdue since %(day)s") % {"day": each.due_on}
                if each.due_on < day
                else _("due on %(day)s") % {"day": each.due_on},
                "now" if each.due_on < day else "soon",
            )
            for each in due.order_by("due_on", "pk")
        ]
    return DeskList(_("Periodic tests to have done"), rows)
