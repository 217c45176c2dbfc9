"""Publishing events, letting the listeners run, and forgetting what is older than seven days."""

import logging
from datetime import timedelta
from traceback import format_exception_only
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from oversite.base.events import queries, slots
from oversite.base.events.models import Event, EventHead, ListenerPosition, MissedEvent
from oversite.common import clock

if TYPE_CHECKING:
    from oversite.base.agencies.models import Agency

logger = logging.getLogger(__name__)

KEEP = timedelta(days=7)
ATTEMPTS = 5
FIRST_RETRY_S = 2
ERROR_LENGTH = 2000


def publish(
    kind: str,
    subject: models.Model | tuple[str, str] | None = None,
    data: dict[str, Any] | None = None,
    *,
    agency: "Agency | None" = None,
) -> int:
    """Write an event in the act's transaction and give its id.

    Call it after `audit.record`: locks are taken in one order. Events without an agency are seen in browsers only
    where their kind has a rule of its own. Raises `TransactionManagementError` outside a transaction.
    """
    head = _lock_head()
    head.last_event_id += 1
    head.save(update_fields=["last_event_id"])
    subject_kind, subject_id = _subject(subject)
    Event.objects.create(
        id=head.last_event_id,
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        agency_path=agency.path if agency else "",
        data=data or {},
        at=clock.now(),
    )
    return head.last_event_id


def _lock_head() -> EventHead:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("events are published inside the act's transaction")
    head = EventHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        EventHead.objects.bulk_create([EventHead(id=1)], ignore_conflicts=True)
        head = EventHead.objects.select_for_update().get(pk=1)
    return head


def _subject(subject: models.Model | tuple[str, str] | None) -> tuple[str, str]:
    if subject is None:
        return "", ""
    if isinstance(subject, tuple):
        return subject
    return subject._meta.model_name or "", str(subject.pk)


def run_listeners(limit: int = 200) -> int:
    """Let every listener deal with at most `limit` waiting events; gives how many events were passed.

    Each event is one transaction with the listener's position, so its rows are written once. A failing event is
    tried `ATTEMPTS` times with growing pauses while its listener waits, then noted as missed.
    """
    return sum(_run_listener(listener, limit) for listener in slots.LISTENERS)


def _run_listener(listener: slots.Listener, limit: int) -> int:
    position = ListenerPosition.objects.filter(key=listener.key).first()
    after_id = position.last_event_id if position else 0
    if after_id >= queries.last_event_id():
        return 0
    passed = 0
    while passed < limit and _next_event(listener):
        passed += 1
    return passed


def _next_event(listener: slots.Listener) -> bool:
    """Deal with the listener's next event; false where there is none, another worker has it, or it must wait."""
    ListenerPosition.objects.bulk_create([ListenerPosition(key=listener.key)], ignore_conflicts=True)
    try:
        with transaction.atomic():
            position = _locked_position(listener.key)
            if position is None or (position.retry_at and position.retry_at > clock.now()):
                return False
            newest_id = queries.last_event_id()  # before looking: what is published meanwhile must not be passed
            event = _waiting(listener, position).first()
            if event is None:
                position.last_event_id = max(position.last_event_id, newest_id)
                position.save(update_fields=["last_event_id"])
                return False
            listener.handle(queries.as_feed_event(event))
            _advance(position, event.id)
    except Exception as error:
        logger.exception("listener %s failed", listener.key)
        return _note_failure(listener, error)
    return True


def _waiting(listener: slots.Listener, position: ListenerPosition) -> models.QuerySet[Event]:
    return Event.objects.filter(id__gt=position.last_event_id, kind__in=listener.kinds).order_by("id")


def _locked_position(key: str) -> ListenerPosition | None:
    return ListenerPosition.objects.select_for_update(skip_locked=True).filter(key=key).first()


def _advance(position: ListenerPosition, event_id: int) -> None:
    position.last_event_id = event_id
    position.attempts, position.retry_at, position.error = 0, None, ""
    position.save()


def _note_failure(listener: slots.Listener, error: Exception) -> bool:
    """Count the failure; true where the event was given up, so that the next one can be tried."""
    with transaction.atomic():
        position = _locked_position(listener.key)
        if position is None:
            return False
        position.attempts += 1
        position.error = "".join(format_exception_only(error))[:ERROR_LENGTH]
        position.retry_at = clock.now() + timedelta(seconds=FIRST_RETRY_S * 2**position.attempts)
        position.save()
        event = _waiting(listener, position).first()
        if position.attempts < ATTEMPTS or event is None:
            return False
        MissedEvent.objects.get_or_create(
            listener=listener.key,
            event_id=event.id,
            defaults={"kind": event.kind, "error": position.error, "at": clock.now()},
        )
        _advance(position, event.id)
        return True


def forget_old_events() -> int:
    """Delete events older than seven days; gives how many."""
    return Event.objects.filter(at__lt=clock.now() - KEEP).delete()[0]
