"""Contact lists of the cities: asked for, filed, read with who has not filed (req: Q15)."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from oversite.base.agencies.queries import is_inside, subtree
from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.changes import applied
from oversite.domains.quarantine.registry.models import ContactCall, ContactEntry
from oversite.domains.quarantine.rules.divisions import JIANGSU
from oversite.domains.quarantine.rules.queries import today

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

FIELDS = ("name", "unit", "post", "contact", "remarks")


@transaction.atomic
def call_contacts(user: "User", title: str, deadline_on: date, regions: Mapping[str, str] = JIANGSU) -> ContactCall:
    """Ask every region for its contact until a day; `regions` are division code → name, in the printed order.

    The agency of a region is the one below the caller's whose code begins with the division code.
    """
    user.require("quarantine.contacts.call", "Q15")
    if deadline_on < today():
        raise Refused(
            "quarantine.contacts.deadline", _("The deadline lies in the past. Choose a later day."), "Q15", 422
        )
    call = ContactCall.objects.create(title=title, agency=user.agency, deadline_on=deadline_on, called_at=clock.now())
    below = {agency.code: agency for agency in subtree(user.agency).filter(is_active=True).exclude(kind="enterprise")}
    for number, (code, region) in enumerate(regions.items(), start=1):
        agency = next((below[key] for key in sorted(below, key=len) if key.startswith(code)), None)
        ContactEntry.objects.create(call=call, number=number, region=region, area_code=code, agency=agency)
    record("quarantine.contacts.called", actor=user, subject=call, data={"deadline": deadline_on}, clause="Q15")
    text = str(_("“%(title)s” is to be filed until %(day)s") % {"title": title, "day": deadline_on})
    url = reverse("quarantine_registry:contact-entries", args=[call.uid])
    for entry in call.entries.exclude(agency=None).select_related("agency"):
        publish("quarantine.contacts.called", call, {"text": text, "tone": "soon", "url": url}, agency=entry.agency)
    return call


@transaction.atomic
def file_contact(user: "User", entry: ContactEntry, values: Mapping[str, Any]) -> ContactEntry:
    """Fill in a row of the list; the caller's agency may do it for a region that has no agency."""
    user.require("quarantine.contacts.file", "Q15")
    owner = entry.agency or entry.call.agency
    if not is_inside(owner, user.agency):
        raise Refused("quarantine.contacts.outside", _("This region is not yours."), "Q15", 404)
    changes = applied(entry, values, FIELDS)
    entry.filed_at, entry.filed_by = clock.now(), user.name
    entry.save()
    data = {"region": entry.region, **changes}
    record("quarantine.contacts.filed", actor=user, subject=entry.call, data=data, clause="Q15")
    return entry
