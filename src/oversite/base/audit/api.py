"""`/api/v1/audit`: the chain, for auditors."""

from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Query, Router, Schema

from oversite.base.audit import actions, queries
from oversite.base.audit.models import Entry
from oversite.screens.api import Instant, NewestFirst, Page, Words, answers, caller, filtered, one_of, page

router = Router(tags=["audit"])


class EntryRow(Schema):
    """One row of the chain as it was written; `text` is what the act is called in the caller's language."""

    position: int
    at: datetime
    act: str
    text: str
    outcome: Annotated[str, one_of(Entry.Outcome)]
    actor: str
    actor_name: str
    agency_code: str
    agency_name: str
    origin: str
    subject_kind: str
    subject_id: str
    subject_text: str
    clause: str
    data: dict[str, Any]
    previous_hash: str
    hash: str


class EntryFilter(NewestFirst):
    """Which rows."""

    since: Instant | None = None
    until: Instant | None = None
    act: Words = ""
    outcome: Annotated[str, one_of(Entry.Outcome)] | None = None
    actor: Words = ""
    agency: Words = ""
    subject_kind: Words = ""
    subject_id: Words = ""


@router.get("/entries", response=answers(Page[EntryRow]), url_name="entries", summary="Audit entries")
def entries(request: HttpRequest, ask: Query[EntryFilter]) -> Page[EntryRow]:
    """The rows of the caller's subtree, newest first; `actor` is a user name, `agency` a code.

    Taking rows out is an export: it needs that permission, and each pull from the beginning is a row itself.
    """
    user = caller(request, "audit.read")
    user.require("audit.export")
    if not ask.after:
        asked = ask.model_dump(mode="json", exclude_defaults=True)
        with transaction.atomic():
            actions.record("audit.exported", actor=user, data={"filters": asked})
    found = filtered(
        queries.entries(user),
        at__gte=ask.since,
        at__lt=ask.until,
        act=ask.act,
        outcome=ask.outcome,
        actor=ask.actor,
        agency_code=ask.agency,
        subject_kind=ask.subject_kind,
        subject_id=ask.subject_id,
    )
    return page(found, ask, _row)


def _row(entry: Entry) -> EntryRow:
    return EntryRow(
        position=entry.position,
        at=entry.at,
        act=entry.act,
        text=queries.act_text(entry),
        outcome=entry.outcome,
        actor=entry.actor,
        actor_name=entry.actor_name,
        agency_code=entry.agency_code,
        agency_name=entry.agency_name,
        origin=entry.origin,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        subject_text=entry.subject_text,
        clause=entry.clause,
        data=entry.data,
        previous_hash=entry.previous_hash,
        hash=entry.hash,
    )
