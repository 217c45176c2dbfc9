"""Disease records, filed by the prevention centre and withdrawn where they were wrong (req: Q2)."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.changes import applied
from oversite.domains.quarantine.inspections.models import DiseaseRecord
from oversite.domains.quarantine.registry.queries import points_for
from oversite.domains.quarantine.rules.divisions import is_code
from oversite.domains.quarantine.rules.queries import today

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

FIELDS = (
    "kind",
    "species",
    "disease",
    "producer",
    "area_code",
    "place",
    "latitude",
    "longitude",
    "sampled_on",
    "result",
    "sample_count",
    "positive_count",
    "method",
    "report_number",
    "note",
)
FILE = "quarantine.disease.file"


@transaction.atomic
def file_record(user: "User", values: Mapping[str, Any]) -> DiseaseRecord:
    """File a result; raises `Refused` for contradicting figures, a day to come, a division that is none."""
    user.require(FILE, "Q2")
    found = DiseaseRecord(agency=user.agency, filed_at=clock.now(), filed_by=user.name)
    applied(found, values, FIELDS)
    _check(found, today())
    found.save()
    data = {"disease": found.disease.key, "species": found.species.key, "result": found.result, "place": found.place}
    record("quarantine.disease.filed", actor=user, subject=found, data=data, clause="Q2")
    if found.result != DiseaseRecord.Result.NEGATIVE:
        text = str(_("%(disease)s at %(place)s") % {"disease": found.disease, "place": found.place})
        notice = {"text": text, "tone": "now", "url": reverse("quarantine_inspections:disease", args=[found.uid])}
        concerned = {each.pk: each for each in [user.agency, *(point.agency for point in points_for(found.area_code))]}
        for agency in concerned.values():
            publish("quarantine.disease.found", found, notice, agency=agency)
    return found


@transaction.atomic
def withdraw_record(user: "User", found: DiseaseRecord, reason: str) -> DiseaseRecord:
    """Withdraw a wrong record; it stays readable with the reason and counts no more."""
    user.require(FILE, "Q2")
    found = DiseaseRecord.objects.select_for_update().get(pk=found.pk)
    if found.withdrawn_at is not None:
        raise Refused("quarantine.disease.withdrawn", _("This record is withdrawn already."), "Q2", 409)
    found.withdrawn_at, found.withdrawn_reason = clock.now(), reason[:300]
    found.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    record("quarantine.disease.withdrawn", actor=user, subject=found, data={"reason": reason}, clause="Q2")
    return found


def _check(found: DiseaseRecord, day: date) -> None:
    if not is_code(found.area_code):
        raise _refused("division", _("The division code has six digits, such as 320500."))
    if found.sampled_on > day:
        raise _refused("future", _("The day of sampling lies in the future."))
    is_positive = found.result == DiseaseRecord.Result.POSITIVE
    if not found.sample_count or found.positive_count > found.sample_count or is_positive != (found.positive_count > 0):
        raise _refused("counts", _("Samples, positive samples and result contradict each other."))


def _refused(code: str, message: object) -> Refused:
    return Refused(f"quarantine.disease.{code}", message, "Q2", 422)
