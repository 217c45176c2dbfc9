"""Long work of reporting: deliveries over HTTP, and the nightly look for findings."""

from django_tasks import task

from oversite.base.jobs.actions import current_job
from oversite.domains.quarantine.reporting import payload, sending
from oversite.domains.quarantine.reporting.actions.delivering import note_delivered, note_failed, settle_batch
from oversite.domains.quarantine.reporting.actions.finding import find_all
from oversite.domains.quarantine.reporting.models import Batch
from oversite.domains.quarantine.rules.queries import setting

ATTEMPTS = 900
"""With the pauses of jobs, a quarter of an hour at most, these go on for nine days: the longest public holiday, in
which nobody may be there to set the other side going again."""


@task()
def deliver(*, batch_id: int) -> int:
    """Deliver a batch and take its receipt; the number makes a repetition harmless. Gives how many were answered."""
    batch = Batch.objects.get(pk=batch_id)
    if batch.state != Batch.State.MADE:
        return 0
    body = payload.message_of(batch)
    try:
        answers = sending.post(setting("exchange.address"), body, payload.seal_of(body), batch.number)
    except sending.DeliveryError as error:
        note_failed(batch, str(error), is_final=current_job().attempt >= ATTEMPTS)
        raise
    except sending.DeliveryRefusedError as error:
        note_failed(batch, str(error), is_final=True)
        raise
    note_delivered(None, batch)
    if answers:
        settle_batch(None, batch, answers)
    return len(answers)


@task()
def look_for_findings() -> int:
    """Look through declarations, certificates and producers; gives how many findings are new."""
    return find_all()
