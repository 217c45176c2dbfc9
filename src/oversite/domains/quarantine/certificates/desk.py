"""What waits on the desk: certificates to issue, seals and signatures to decide."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.certificates import queries
from oversite.domains.quarantine.certificates.actions.enrolling import APPROVE
from oversite.domains.quarantine.certificates.models import Enrolment
from oversite.domains.quarantine.desk import nothing, waiting
from oversite.domains.quarantine.inspections.queries import certifiable
from oversite.screens.slots import DeskList, DeskRow

ISSUE = "quarantine.certificate.issue"


def to_issue(user: Any) -> DeskList:
    """What the user found qualified and has not certified (req: Q1)."""
    title = _("Certificates to issue")
    if not user.has_perm(ISSUE):
        return nothing(title)

    def shown(each: Any) -> DeskRow:
        declared = each.declaration
        url = reverse("quarantine_inspections:inspection", args=[each.uid])
        label = _("leaves on %(day)s") % {"day": declared.departs_on}
        return DeskRow(declared.number, url, label, "now", f"{declared.producer} · {declared.species}", each.decided_at)

    own = Q(veterinarian__user_id=user.pk) | Q(second__user_id=user.pk)
    rows = certifiable(user).filter(own).order_by("declaration__departs_on", "pk")
    return waiting(title, rows, shown, reverse("quarantine_inspections:inspections"))


def to_approve(user: Any) -> DeskList:
    """Seals and signatures that somebody else asked for (req: Q10)."""
    title = _("Seals and signatures to decide")
    if not user.has_perm(APPROVE):
        return nothing(title)

    def shown(each: Enrolment) -> DeskRow:
        url = reverse("quarantine_certificates:enrolment", args=[each.uid])
        name = str(each.veterinarian or each.agency)
        return DeskRow(f"{each.get_kind_display()} {name}", url, _("asked for"), "soon", "", each.requested_at)

    rows = queries.enrolments(user).filter(state=Enrolment.State.REQUESTED).exclude(requested_user_id=user.pk)
    return waiting(title, rows.order_by("requested_at"), shown, reverse("quarantine_certificates:enrolments"))
