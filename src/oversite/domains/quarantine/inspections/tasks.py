"""What runs by the clock: work records that wait for the number of their certificate."""

import logging

from django_tasks import task

from oversite.common.errors import OversiteError
from oversite.domains.quarantine.inspections import queries
from oversite.domains.quarantine.inspections.actions import complete_record

logger = logging.getLogger(__name__)
AT_ONCE = 500


@task()
def complete_records() -> None:
    """Print every work record that is due; one that cannot be printed does not hold up the others."""
    for inspection in queries.due_records()[:AT_ONCE]:
        try:
            complete_record(inspection)
        except OversiteError as error:
            logger.warning("work record %s cannot be completed yet: %s", inspection.record_number, error)
