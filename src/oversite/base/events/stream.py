"""Server-Sent Events: the text of the messages, and the life of one connection."""

import asyncio
import json
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connection

from oversite.base.events import queries
from oversite.base.events.feed import Feed, FeedEvent, Viewer

LIFE_S = 60
COMMENT_EVERY_S = 15
CATCH_UP_EVENTS = 1000
RETRY_MS = 2000
GAP = 'data: {"kind":"events.gap","data":{}}\n\n'
"""Too much was missed: the page loads itself again."""


def _close_connection() -> None:
    connection.close()  # that of the thread which calls


FEED = Feed(events_after=queries.events_after, can_see=queries.can_see, close=_close_connection)


def message(event: FeedEvent) -> str:
    """One event as the text of an SSE message."""
    return f"id: {event.id}\ndata: {json.dumps(queries.as_json(event), ensure_ascii=False, separators=(',', ':'))}\n\n"


async def messages(
    viewer: Viewer, last_event_id: int | None, *, feed: Feed = FEED, life_s: float = LIFE_S
) -> AsyncIterator[str]:
    """The text of one connection: what was missed since `last_event_id`, then what happens, for `life_s` seconds.

    The browser connects again by itself; rights are judged anew each time.
    """
    ends_at = asyncio.get_running_loop().time() + life_s
    head_id = await sync_to_async(queries.last_event_id)()
    subscription = feed.subscribe(viewer, head_id)
    try:
        yield f"retry: {RETRY_MS}\n\n"
        sent_id = head_id if last_event_id is None else last_event_id
        missed, is_gap = await sync_to_async(_missed)(feed, viewer, sent_id, head_id)
        if is_gap:
            yield GAP
        for event in missed:
            yield message(event)
        sent_id = max(head_id, missed[-1].id if missed else 0)
        while (left_s := ends_at - asyncio.get_running_loop().time()) > 0:
            try:
                event_or_end = await asyncio.wait_for(subscription.queue.get(), min(left_s, COMMENT_EVERY_S))
            except TimeoutError:
                sent_id = max(sent_id, subscription.reached_id)
                yield f"id: {sent_id}\n\n"  # no data: nothing is dispatched, but the browser will ask from here
                continue
            if event_or_end is None:
                yield GAP
                return
            if event_or_end.id > sent_id:
                sent_id = event_or_end.id
                yield message(event_or_end)
    finally:
        feed.unsubscribe(subscription)


def _missed(feed: Feed, viewer: Viewer, after_id: int, head_id: int) -> tuple[list[FeedEvent], bool]:
    """What the viewer may see behind an id, and whether it was too much to send (or the id is none of ours)."""
    events = queries.events_after(after_id, CATCH_UP_EVENTS + 1)
    if len(events) > CATCH_UP_EVENTS or after_id > head_id:
        return [], True
    return [event for event in events if feed.is_visible(viewer, event)], False
