"""What runs by the clock: prints that were cut off, arrivals that nobody reported."""

import logging

from django_tasks import task

from oversite.common.errors import OversiteError
from oversite.domains.quarantine.certificates import queries
from oversite.domains.quarantine.certificates.actions.arrivals import note_overdue
from oversite.domains.quarantine.certificates.printing import complete_certificate

logger = logging.getLogger(__name__)


@task()
def complete_certificates() -> None:
    """Make every PDF that is missing; one that cannot be made does not hold up the others."""
    for certificate in queries.incomplete_certificates()[:500]:
        try:
            complete_certificate(certificate)
        except OversiteError as error:
            logger.warning("certificate %s has no PDF yet: %s", certificate.number, error)


@task()
def note_overdue_arrivals() -> None:
    """Tell of arrivals across provinces that were not reported in time."""
    note_overdue()
