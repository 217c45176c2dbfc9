"""What waits on the desk: visits to assign, inspections to make, seed to be treated, notices to carry out."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.declarations.queries import of_agency
from oversite.domains.quarantine.desk import nothing, waiting
from oversite.domains.quarantine.inspections import queries
from oversite.domains.quarantine.inspections.models import DiseaseRecord, Inspection, TreatmentNotice
from oversite.domains.quarantine.registry.queries import positive_tests, producer_of
from oversite.domains.quarantine.rules.queries import today
from oversite.domains.quarantine.searching import by_number
from oversite.screens.slots import DeskList, DeskRow, Found

ASSIGN = "quarantine.inspection.assign"


def to_assign(user: Any) -> DeskList:
    """Accepted declarations that no veterinarian was sent to."""
    title = _("Visits to assign")
    if not user.has_perm(ASSIGN):
        return nothing(title)

    def shown(each: Any) -> DeskRow:
        label = _("visit on %(day)s") % {"day": each.visit_on} if each.visit_on else ""
        detail = f"{each.producer} · {each.species} {each.quantity.text_zh}"
        return DeskRow(each.number, reverse("quarantine_inspections:assign", args=[each.uid]), label, "soon", detail)

    rows = of_agency(user, ASSIGN).filter(state=State.ACCEPTED).order_by("visit_on", "pk")
    return waiting(title, rows, shown, reverse("quarantine_declarations:declarations") + f"?state={State.ACCEPTED}")


def to_inspect(user: Any) -> DeskList:
    """The open inspections to which the veterinarian was sent, the next first (req: Q12)."""
    title = _("Your inspections")
    if not user.has_perm(queries.CONDUCT):
        return nothing(title)
    return waiting(title, queries.in_the_field(user), _sent, reverse("quarantine_inspections:field"))


def _sent(each: Inspection) -> DeskRow:
    declared = each.declaration
    tone = "now" if each.planned_on <= today() else "soon"
    label = _("planned for %(day)s") % {"day": each.planned_on}
    detail = f"{declared.get_state_display()} · {declared.producer} · {declared.species} {each.place}"
    return DeskRow(declared.number, _page(each), label, tone, detail)


def to_treat(user: Any) -> DeskList:
    """What the veterinarian found not qualified and has not ordered the treatment of."""
    title = _("Treatment notices to issue")
    if not user.has_perm(queries.CONDUCT):
        return nothing(title)

    def shown(each: Inspection) -> DeskRow:
        declared = each.declaration
        return DeskRow(declared.number, _page(each), _("not qualified"), "now", str(declared.producer), each.decided_at)

    rows = queries.inspections(user, queries.CONDUCT).filter(declaration__state=State.UNQUALIFIED)
    rows = rows.filter(veterinarian__user_id=user.pk)
    return waiting(title, rows.order_by("decided_at"), shown, reverse("quarantine_inspections:inspections"))


def _page(each: Inspection) -> str:
    return reverse("quarantine_inspections:inspection", args=[each.uid])


def suspicions(user: Any) -> DeskList:
    """What the prevention centre filed as suspected: the final result is to follow (req: Q2)."""
    title = _("Suspected findings to settle")
    if not user.has_perm(queries.FILE):
        return nothing(title)

    def shown(each: DiseaseRecord) -> DeskRow:
        where = reverse("quarantine_inspections:disease", args=[each.uid])
        label = _("sampled on %(day)s") % {"day": each.sampled_on}
        return DeskRow(each.place, where, label, "soon", f"{each.disease} · {each.species}", each.filed_at)

    rows = queries.suspected_records(user).order_by("sampled_on", "pk")
    return waiting(title, rows, shown, reverse("quarantine_inspections:diseases") + "?result=suspected")


def own_positives(user: Any) -> DeskList:
    """What producers found in their own tests and no record of the prevention centre tells of (req: Q2, Q17)."""
    title = _("Producers' own positive tests to take into the records")
    if not user.has_perm(queries.FILE):
        return nothing(title)

    def shown(each: Any) -> DeskRow:
        told = queries.filing_url(each.producer, each.species, each.disease, each.sampled_on, each.report_number)
        return DeskRow(str(each.producer), told, str(each.disease), "now", f"{each.species}", each.filed_at)

    rows = positive_tests(queries.served_by(user)).exclude(queries.on_file("report_number", "producer_id"))
    return waiting(title, rows.order_by("filed_at", "pk"), shown)


def treatments(user: Any) -> DeskList:
    """The notices that the user's own producer has to carry out."""
    rows = []
    if (producer := producer_of(user)) is not None:
        ordered = queries.treatments(user).filter(
            inspection__declaration__producer=producer, state=TreatmentNotice.State.ISSUED
        )
        rows = [
            DeskRow(
                each.number,
                reverse("quarantine_inspections:treatment", args=[each.uid]),
                _("to be carried out"),
                "now",
                each.grounds,
                each.issued_at,
            )
            for each in ordered
        ]
    return DeskList(_("Treatment notices to carry out"), rows)


def _found(each: Inspection) -> Found:
    detail = f"{each.declaration.get_state_display()} · {each.declaration.producer} · {each.declaration.species}"
    return Found(_("work record"), each.record_number, detail, _page(each))


search = by_number(queries.inspections, ("record_number",), _found)
"""By the number on a work record (req: Q9)."""
