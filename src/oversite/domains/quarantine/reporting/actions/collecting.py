"""Filling records from what the platform has: inspections become acts, veterinarians officers, producers objects."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from oversite.common import clock
from oversite.common.errors import Refused
from oversite.domains.quarantine.inspections.queries import inspections
from oversite.domains.quarantine.registry.queries import producers, veterinarians
from oversite.domains.quarantine.reporting import queries
from oversite.domains.quarantine.reporting.actions.entries import save_entry
from oversite.domains.quarantine.reporting.models import Entry
from oversite.domains.quarantine.reporting.standard import dataset
from oversite.domains.quarantine.rules.queries import setting

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency

ENTERPRISE, ENTERPRISE_ZH = "1", "企业、个体、农民专业合作社"
LEGAL_PERSON, USCC_PAPER = "2", "001"
MOST = 5000


@dataclass(frozen=True, slots=True)
class Found:
    """A record that the platform knows the facts of."""

    dataset: str
    values: dict[str, str]
    agency: "Agency"
    subject: tuple[str, str]


def collect_entries(actor: "User") -> int:
    """Make and refresh the records of the actor's subtree; gives how many were written.

    What somebody corrected by hand, what is on its way and what was taken back stays as it is.
    """
    actor.require(queries.CHANGE)
    found = [*_officers(actor), *_objects(actor), *_inspections(actor)]
    known = {(entry.dataset, entry.code): entry for entry in Entry.objects.filter(dataset__in=COLLECTED)}
    return sum(_write(actor, each, known) for each in found)


COLLECTED = ("officer", "object", "inspection")


def _write(actor: "User", each: Found, known: dict[tuple[str, str], Entry]) -> bool:
    code = each.values.get(dataset(each.dataset).key_column, "")
    entry = known.get((each.dataset, code))
    if not code or (entry and _stays(entry, each.values)):
        return False
    try:
        save_entry(actor, each.dataset, each.values, agency=each.agency, entry=entry, subject=each.subject)
    except Refused:
        return False
    return True


def _stays(entry: Entry, values: dict[str, str]) -> bool:
    if entry.edited_by or entry.state in (Entry.State.SENT, Entry.State.WITHDRAWN):
        return True
    return all(entry.values.get(column, "") == value for column, value in values.items())


def _officers(actor: "User") -> Iterator[Found]:
    for each in veterinarians(actor, "quarantine.registry.read").filter(is_active=True)[:MOST]:
        values = {
            "name": each.user.name,
            "institution": each.agency.name,
            "certificate_number": each.certificate_number,
            "phone": each.phone,
            "area": "、".join(each.area_codes),
            "valid_until_on": each.valid_until_on.isoformat() if each.valid_until_on else "",
            "area_number": each.area_codes[0] if each.area_codes and len(each.area_codes[0]) == 6 else "",
            "field": "水产苗种产地检疫",
        }
        yield Found("officer", values, each.agency, ("quarantine_registry.veterinarian", str(each.pk)))


def _party(producer: Any) -> dict[str, str]:
    return {
        "administrative_cp_ui_code": producer.credit_code,
        "address_registered": producer.address,
        "address_business": producer.address,
        "area_number": producer.area_code,
    }


def _objects(actor: "User") -> Iterator[Found]:
    for each in producers(actor).filter(state="confirmed")[:MOST]:
        values = {
            "object_code": each.credit_code,
            "object_name": each.name,
            "object_type": ENTERPRISE,
            "object_type_name": ENTERPRISE_ZH,
            "object_subtype": "水产苗种生产单位",
            **_party(each),
        }
        yield Found("object", values, each.agency, ("quarantine_registry.producer", str(each.pk)))


def _inspections(actor: "User") -> Iterator[Found]:
    item, check = setting("exchange.item_code"), setting("exchange.check_code")
    for each in inspections(actor).exclude(decided_at=None).exclude(record_number="")[:MOST]:
        producer = each.declaration.producer
        people = [person for person in (each.veterinarian, each.second) if person is not None]
        begun_at = each.begun_at or each.decided_at
        day = begun_at.astimezone(clock.BEIJING).date().isoformat() if begun_at else ""
        values = {
            "supervise_item_implement_code": item,
            "supervise_item_check_icode": check,
            "check_action_name": f"对{producer.name}进行水产苗种产地检疫的检查",
            "check_action_code": each.record_number,
            "implement_institution": each.agency.name,
            "supervise_object_type": ENTERPRISE,
            "supervise_object": producer.name,
            "administrative_cp": producer.name,
            "administrative_cp_na": LEGAL_PERSON,
            "administrative_cp_ce_type": USCC_PAPER,
            **_party(producer),
            "area_number": each.declaration.from_area,
            "check_form": "01",
            "check_type": "01",
            "check_mode": "01",
            "check_result": "1" if each.verdict == "qualified" else "2",
            "check_date": day,
            "check_personnel": "、".join(person.user.name for person in people),
            "check_personnel_code": "、".join(person.certificate_number for person in people),
        }
        yield Found("inspection", values, each.agency, ("quarantine_inspections.inspection", str(each.pk)))
