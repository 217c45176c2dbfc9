"""One poller per process that reads new events and hands them to every open connection that may see them."""

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")
logger = logging.getLogger(__name__)

POLL_S = 0.5
BATCH = 500
QUEUE_EVENTS = 1000


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """An event as readers get it; `at` is an aware UTC instant, `agency_path` a place in the tree or empty."""

    id: int
    kind: str
    subject_kind: str
    subject_id: str
    agency_path: str
    data: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who holds a connection: user, the place of their agency in the tree, and their permissions."""

    user_id: int
    agency_path: str
    permissions: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Subscription:
    """One open connection; `queue` gives events in order, then `None` once it has fallen too far behind."""

    viewer: Viewer
    loop: asyncio.AbstractEventLoop
    queue: "asyncio.Queue[FeedEvent | None]" = field(default_factory=asyncio.Queue)
    is_cut: bool = False
    reached_id: int = 0

    def offer(self, event: FeedEvent) -> None:
        """Hand over one event; runs in the loop of the connection."""
        if self.is_cut:
            return
        if self.queue.qsize() >= QUEUE_EVENTS:
            self.is_cut = True
            self.queue.put_nowait(None)
            return
        self.queue.put_nowait(event)

    def reach(self, event_id: int) -> None:
        """Everything up to this id that the viewer may see has been offered."""
        self.reached_id = event_id


class Feed:
    """Polls with `events_after` while anybody is connected and stops when the last one has gone.

    `events_after(id, limit)` gives the events behind an id in order, `can_see` judges; both run in the poller's own
    thread, so that they may use the database; `close` ends the connection of that thread.
    """

    def __init__(
        self,
        *,
        events_after: Callable[[int, int], list[FeedEvent]],
        can_see: Callable[[Viewer, FeedEvent], bool],
        close: Callable[[], None],
        poll_s: float = POLL_S,
    ) -> None:
        self._events_after = events_after
        self._can_see = can_see
        self._close = close
        self._poll_s = poll_s
        self._lock = threading.Lock()
        self._subscriptions: set[Subscription] = set()
        self._poller: threading.Thread | None = None
        self._idle = threading.Event()

    def subscribe(self, viewer: Viewer, head_id: int) -> Subscription:
        """Open a connection; call from its event loop, with the newest id as it was just before.

        Everything behind `head_id` arrives in the queue; a few events before it may, too.
        """
        subscription = Subscription(viewer, asyncio.get_running_loop())
        with self._lock:
            self._subscriptions.add(subscription)
            if self._poller is None:
                self._idle.clear()
                self._poller = threading.Thread(target=self._poll, args=(head_id,), name="event-feed", daemon=True)
                self._poller.start()
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Close a connection; the poller ends with the last one."""
        with self._lock:
            self._subscriptions.discard(subscription)
            if not self._subscriptions:
                self._idle.set()

    def _poll(self, after_id: int) -> None:
        try:
            while True:
                after_id = self._round(after_id)
                self._idle.wait(self._poll_s)
                with self._lock:
                    if not self._subscriptions:
                        self._poller = None
                        return
                    self._idle.clear()
        finally:
            self._close()

    def _round(self, after_id: int) -> int:
        """Hand out everything new; gives the id reached. A fault of the database is logged and tried again."""
        try:
            while events := self._events_after(after_id, BATCH):
                for event in events:
                    self._hand_out(event)
                after_id = events[-1].id
                self._tell_reached(after_id)
                if len(events) < BATCH:
                    break
        except Exception:
            logger.exception("reading events failed")
            self._close()
        return after_id

    def _hand_out(self, event: FeedEvent) -> None:
        seen: dict[Viewer, bool] = {}
        for subscription in self._open():
            viewer = subscription.viewer
            if viewer not in seen:
                seen[viewer] = self.is_visible(viewer, event)
            if seen[viewer]:
                self._call(subscription, subscription.offer, event)

    def _tell_reached(self, event_id: int) -> None:
        for subscription in self._open():
            self._call(subscription, subscription.reach, event_id)

    def _open(self) -> list[Subscription]:
        with self._lock:
            return list(self._subscriptions)

    def is_visible(self, viewer: Viewer, event: FeedEvent) -> bool:
        """The judgement of `can_see`; a rule that fails hides the event."""
        try:
            return self._can_see(viewer, event)
        except Exception:
            logger.exception("judging event %s of kind %s failed", event.id, event.kind)
            return False

    def _call(self, subscription: Subscription, call: Callable[[T], None], argument: T) -> None:
        try:
            subscription.loop.call_soon_threadsafe(call, argument)
        except RuntimeError:  # its loop is closed
            self.unsubscribe(subscription)
