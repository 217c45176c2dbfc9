"""Reading the feed."""

from typing import Any

from oversite.base.events import slots
from oversite.base.events.feed import FeedEvent, Viewer
from oversite.base.events.models import Event, EventHead


def last_event_id() -> int:
    """The id of the newest event, 0 before the first."""
    return EventHead.objects.filter(pk=1).values_list("last_event_id", flat=True).first() or 0


def events_after(event_id: int, limit: int) -> list[FeedEvent]:
    """At most `limit` events behind an id, oldest first."""
    return [as_feed_event(event) for event in Event.objects.filter(id__gt=event_id).order_by("id")[:limit]]


def last_events(kind: str, agency_path: str, limit: int) -> list[FeedEvent]:
    """The newest events of the kinds that begin with `kind`, in one part of the tree, newest first."""
    rows = Event.objects.filter(kind__startswith=kind, agency_path__startswith=agency_path).order_by("-id")
    return [as_feed_event(event) for event in rows[:limit]]


def can_see(viewer: Viewer, event: FeedEvent) -> bool:
    """Whether the viewer may have the event: by the rule of its kind, else where its agency lies in their subtree."""
    kind = slots.KINDS.get(event.kind)
    if kind is not None:
        return kind.visible(viewer, event)
    return bool(event.agency_path) and bool(viewer.agency_path) and event.agency_path.startswith(viewer.agency_path)


def as_feed_event(event: Event) -> FeedEvent:
    """The value that readers get of a row."""
    return FeedEvent(
        id=event.id,
        kind=event.kind,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        agency_path=event.agency_path,
        data=event.data,
        at=event.at,
    )


def as_json(event: FeedEvent) -> dict[str, Any]:
    """What the browser and other authorities get: no place in the tree, the instant in ISO 8601."""
    return {
        "id": event.id,
        "kind": event.kind,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "at": event.at.isoformat(),
        "data": event.data,
    }
