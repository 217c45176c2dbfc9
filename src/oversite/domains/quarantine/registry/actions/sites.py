"""A confirmed producer is a site like any other: cameras and supervision attach to it, its ponds are its areas."""

import logging
from typing import TYPE_CHECKING

from django.db import transaction

from oversite.base.sites.actions import save_area, save_site
from oversite.base.sites.queries import area_with_code, site_with_code
from oversite.common.errors import Refused
from oversite.domains.quarantine.registry.models import Pond, Producer

if TYPE_CHECKING:
    from oversite.base.sites.models import Site

SEED_FARM = "quarantine-seed-farm"
"""The class of such sites."""
OTHERWISE = "Q-"
"""What a site's code begins with where another site has the credit code already."""
log = logging.getLogger(__name__)


@transaction.atomic
def settle_site(producer: Producer) -> "Site | None":
    """Give a confirmed producer its site, or bring the site up to what the register says; none before confirmation."""
    if producer.site is None and producer.state != Producer.State.CONFIRMED:
        return None
    facts = {
        "name": producer.name,
        "site_class": SEED_FARM,
        "agency": producer.agency,
        "operator": producer.unit,
        "contact_name": producer.contact_name,
        "contact_phone": producer.contact_phone,
        "address": producer.address,
        "latitude": producer.latitude,
        "longitude": producer.longitude,
        "is_active": producer.state == Producer.State.CONFIRMED,
    }
    if producer.site is None:
        code = producer.credit_code
        facts["code"] = code if site_with_code(code) is None else f"{OTHERWISE}{code}"
    producer.site = save_site(None, producer.site, facts)
    producer.save(update_fields=["site"])
    for pond in producer.ponds.all():
        settle_area(pond)
    return producer.site


def settle_area(pond: Pond) -> None:
    """Bring the area of a pond up to date; a pond out of use keeps its area, since records may name it."""
    site = pond.producer.site
    if site is None:
        return
    code = f"POND-{pond.pk}"
    save_area(None, area_with_code(site, code), {"site": site, "code": code, "name": pond.code, "kind": "pond"})


def settle_all_sites() -> int:
    """Give every confirmed producer without a site its own, after an update and every night; gives how many."""
    settled = 0
    rows = Producer.objects.filter(site=None, state=Producer.State.CONFIRMED).select_related("agency", "unit")
    for producer in rows:
        try:
            settled += settle_site(producer) is not None
        except Refused as refused:
            log.warning("producer %s gets no site: %s", producer.pk, refused)
    return settled
