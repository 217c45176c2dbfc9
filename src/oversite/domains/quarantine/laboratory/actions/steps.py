"""What every act on a sample has in common: the fresh row under its lock, the step, the audit, the notice."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from oversite.base.agencies.queries import is_inside
from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.base.numbers.actions import draw, open_pool
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.laboratory import queries
from oversite.domains.quarantine.laboratory.flow import Step, after
from oversite.domains.quarantine.laboratory.models import Custody, Sample

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency


def locked(sample: Sample, revision: int | None) -> Sample:
    """The row as it is now; raises `Refused` where somebody acted since the page was loaded."""
    fresh = Sample.objects.select_for_update().get(pk=sample.pk)
    if revision is not None and revision != fresh.revision:
        raise Refused(
            "quarantine.sample.stale",
            _("Somebody else has worked on this sample since you opened the page. Reload it and look again."),
            "Q8",
            409,
            {"seen": revision, "present": fresh.revision},
        )
    return fresh


def step(actor: "User | None", sample: Sample, what: Step, act: str, /, **changes: Any) -> Sample:
    """Take a step with its changes and write the audit row; part of the act that calls it."""
    before = sample.state
    sample.state = after(before, what)
    sample.revision += 1
    for name, value in changes.items():
        setattr(sample, name, value)
    sample.save()
    facts = {name: str(getattr(value, "pk", value)) for name, value in changes.items()}
    record(act, actor=actor, subject=sample, data={"from": before, "to": sample.state, **facts}, clause="Q8")
    return sample


def link(
    sample: Sample,
    event: Custody.Event,
    *,
    taker: str,
    giver: str = "",
    at: datetime | None = None,
    temperature_c: Decimal | None = None,
    is_seal_intact: bool | None = None,
    count: int | None = None,
    note: str = "",
) -> Custody:
    """Add a link to the chain of custody."""
    return Custody.objects.create(
        sample=sample,
        event=event,
        at=at or clock.now(),
        giver=giver,
        taker=taker,
        temperature_c=temperature_c,
        is_seal_intact=is_seal_intact,
        count=count,
        note=note,
    )


def announce(sample: Sample, kind: str, text: str, tone: str, *agencies: "Agency | None") -> None:
    """Tell agencies of a sample, each once: what is told below is heard above; after the audit rows of the act."""
    url = reverse("quarantine_laboratory:sample", args=[sample.uid])
    told = {each.pk: each for each in agencies if each is not None}.values()
    for agency in told:
        if any(other.pk != agency.pk and is_inside(other, agency) for other in told):
            continue
        publish(f"quarantine.sample.{kind}", sample, {"text": text, "tone": tone, "url": url}, agency=agency)


def next_number(kind: str, title: str, prefix: str, sample: Sample) -> str:
    """The next number of a series that never ends within a year: used once, never again."""
    pool = open_pool(f"quarantine.{kind}", title=title, prefix=prefix, width=5)
    return draw(pool, subject=sample).text


def require_duty(user: "User", sample: Sample, duty: str) -> None:
    """Raise `Refused` unless the user has this duty in the sample's laboratory."""
    if duty not in queries.duties_of(user, sample.laboratory):
        raise Refused(
            "quarantine.laboratory.duty",
            _("The laboratory has not named you for this work. Ask its administrator to register your duty."),
            "Q8",
            data={"duty": duty},
        )


def numbers(sample: Sample) -> dict[str, str]:
    """The numbers of a sample for the sentence of a notice."""
    return {"sample": sample.number, "report": sample.report_number}
