"""Papers of the register."""

from typing import Any

from django.db.models import QuerySet

from oversite.base.documents.actions import preview_document
from oversite.domains.quarantine.registry import queries
from oversite.domains.quarantine.registry.models import ContactCall
from oversite.screens.print_page import PrintPage

ANNEX_2 = "quarantine.annex-2"


class ContactSheet(PrintPage):
    """A contact list as annex 2 prints it, with what is filed so far."""

    menu = "quarantine.contacts"
    permission = "quarantine.contacts.read"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.contact_calls(user)

    def pdf(self, subject: ContactCall, user: Any) -> bytes:
        entries = list(subject.entries.all())
        names = ("region", "name", "unit", "post", "contact", "remarks")
        data = {
            "rows": [
                {"number": str(entry.number)} | {name: getattr(entry, name) for name in names} for entry in entries
            ],
            "deadline": str(subject.deadline_on),
            "missing": "、".join(entry.region for entry in entries if entry.filed_at is None),
        }
        return preview_document(ANNEX_2, data, title=subject.title)
