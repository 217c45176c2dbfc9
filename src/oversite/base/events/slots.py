"""What is plugged into the feed: who may see an event of a kind, and who listens to it."""

from collections.abc import Callable
from dataclasses import dataclass

from oversite.base.events.feed import FeedEvent, Viewer
from oversite.common.slots import Slot

__all__ = ["KINDS", "LISTENERS", "EventKind", "FeedEvent", "Listener", "Viewer"]


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind whose events are shown by another rule than "the agency lies in the viewer's subtree"."""

    kind: str
    visible: Callable[[Viewer, FeedEvent], bool]


@dataclass(frozen=True, slots=True)
class Listener:
    """Code that runs in the worker for each event of `kinds`, in order, in a transaction with its position.

    It is called again for the same event after a failure, so what it does outside the database must bear that:
    `event.id` is the key. A new listener begins with the oldest event that is kept.
    """

    key: str
    kinds: frozenset[str]
    handle: Callable[[FeedEvent], None]


KINDS: Slot[EventKind] = Slot("event kinds")
LISTENERS: Slot[Listener] = Slot("event listeners")
