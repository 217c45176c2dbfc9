"""The poller: one for all connections of a process, gone with the last; and what one connection sends."""

import asyncio
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

from oversite.base.events.feed import QUEUE_EVENTS, Feed, FeedEvent, Subscription, Viewer

AT = datetime(2026, 11, 21, tzinfo=UTC)


def event(number: int, path: str = "0001") -> FeedEvent:
    return FeedEvent(number, "test.tick", "", "", path, {}, AT)


@dataclass
class Source:
    """A feed in memory that knows how often, and from how many threads, it was asked."""

    events: list[FeedEvent] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    is_broken: bool = False
    closed: threading.Event = field(default_factory=threading.Event)

    def after(self, event_id: int, limit: int) -> list[FeedEvent]:
        self.threads.add(threading.get_ident())
        if self.is_broken:
            self.is_broken = False
            raise OSError("the database went away")
        return [one for one in self.events if one.id > event_id][:limit]

    def feed(self) -> Feed:
        return Feed(
            events_after=self.after,
            can_see=lambda viewer, one: one.agency_path.startswith(viewer.agency_path),
            close=self.closed.set,
            poll_s=0.01,
        )


async def taken(subscription: Subscription, number: int) -> list[int]:
    events = [await asyncio.wait_for(subscription.queue.get(), 5) for _ in range(number)]
    return [one.id for one in events if one is not None]


def test_one_poller_feeds_every_connection_by_its_rights_and_ends_with_the_last() -> None:
    async def story() -> None:
        source = Source([event(1)])
        feed = source.feed()
        above, beside = feed.subscribe(Viewer(1, "0001"), 1), feed.subscribe(Viewer(2, "0002"), 1)
        source.events += [event(2), event(3, "0002"), event(4, "00010001")]
        assert await taken(above, 2) == [2, 4]
        assert await taken(beside, 1) == [3]
        assert len(source.threads) == 1
        feed.unsubscribe(above)
        feed.unsubscribe(beside)
        assert await asyncio.to_thread(source.closed.wait, 5)
        assert above.queue.empty()
        assert beside.queue.empty()

    asyncio.run(story())


def test_the_poller_outlives_a_fault_of_the_database() -> None:
    async def story() -> None:
        source = Source(is_broken=True)
        feed = source.feed()
        subscription = feed.subscribe(Viewer(1, "0001"), 0)
        source.events.append(event(1))
        assert await taken(subscription, 1) == [1]
        feed.unsubscribe(subscription)

    asyncio.run(story())


def test_a_connection_that_does_not_read_is_cut_and_costs_no_memory() -> None:
    async def story() -> None:
        subscription = Subscription(Viewer(1, ""), asyncio.get_running_loop())
        for number in range(2 * QUEUE_EVENTS):
            subscription.offer(event(number))
        assert subscription.queue.qsize() == QUEUE_EVENTS + 1
        assert await taken(subscription, QUEUE_EVENTS + 1) == list(range(QUEUE_EVENTS))

    asyncio.run(story())
