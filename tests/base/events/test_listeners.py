"""Listeners: each event once and in order, a failure tried again, nothing lost without a note."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from oversite.base.events import actions, slots
from oversite.base.events.feed import FeedEvent
from oversite.base.events.models import ListenerPosition, MissedEvent
from oversite.common import clock

pytestmark = pytest.mark.django_db
Plug = Callable[[Callable[[FeedEvent], None]], None]


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Plug:
    """Make a function the only listener, for events of kind `test.tick`."""

    def plug_in(handle: Callable[[FeedEvent], None]) -> None:
        listener = slots.Listener("test", frozenset({"test.tick"}), handle)
        monkeypatch.setattr(slots.LISTENERS, "_values", {"test": listener})

    return plug_in


def skip_pause() -> None:
    ListenerPosition.objects.update(retry_at=clock.now() - timedelta(seconds=1))


def test_each_event_of_its_kinds_is_heard_once_and_in_order(plug: Plug) -> None:
    heard: list[int] = []
    plug(lambda event: heard.append(event.id))
    ticks = [actions.publish(kind) for kind in ("test.tick", "test.other", "test.tick", "test.other")]
    assert actions.run_listeners() == 2
    assert actions.run_listeners() == 0
    assert heard == [ticks[0], ticks[2]]
    ticks.append(actions.publish("test.tick"))
    actions.run_listeners()
    assert heard == [ticks[0], ticks[2], ticks[4]]


def test_what_a_failing_listener_wrote_is_undone_and_it_hears_the_event_again(plug: Plug) -> None:
    attempts: list[int] = []

    def handle(event: FeedEvent) -> None:
        attempts.append(event.id)
        MissedEvent.objects.create(listener="effect", event_id=event.id, kind="", error="", at=clock.now())
        if len(attempts) == 1:
            raise ConnectionError("the other side is away")

    plug(handle)
    event_id = actions.publish("test.tick")
    assert actions.run_listeners() == 0
    assert not MissedEvent.objects.exists()
    position = ListenerPosition.objects.get(key="test")
    assert (position.attempts, "away" in position.error) == (1, True)
    assert actions.run_listeners() == 0
    assert attempts == [event_id]
    skip_pause()
    assert actions.run_listeners() == 1
    assert attempts == [event_id, event_id]
    assert MissedEvent.objects.filter(listener="effect").count() == 1


def test_an_event_that_always_fails_is_noted_and_does_not_block_the_next(plug: Plug) -> None:
    heard: list[int] = []

    def handle(event: FeedEvent) -> None:
        if event.data.get("poison"):
            raise ValueError("cannot")
        heard.append(event.id)

    plug(handle)
    poison, good = actions.publish("test.tick", data={"poison": True}), actions.publish("test.tick")
    for _attempt in range(actions.ATTEMPTS):
        actions.run_listeners()
        skip_pause()
    actions.run_listeners()
    assert heard == [good]
    missed = MissedEvent.objects.get()
    assert (missed.listener, missed.event_id, missed.kind) == ("test", poison, "test.tick")
