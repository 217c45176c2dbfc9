"""Publishing: part of the act's transaction, and ids in the order of commit."""

from datetime import timedelta

import pytest
from django.db import transaction

from installation import Installation
from oversite.base.events import actions, queries, slots
from oversite.base.events.feed import Viewer
from oversite.base.events.models import Event
from oversite.common import clock
from people import make_agency

pytestmark = pytest.mark.django_db

PUBLISHER = """
    import random, sys, time
    from django.db import transaction
    from oversite.base.events.actions import publish
    source = random.Random(sys.argv[1])
    for number in range(20):
        with transaction.atomic():
            publish("test.tick", ("test", f"{sys.argv[1]}-{number}"))
            time.sleep(source.random() / 100)
"""
READER = """
    import sys, time
    from oversite.base.events.queries import events_after
    wanted, seen, after = int(sys.argv[1]), [], 0
    while len(seen) < wanted:
        events = events_after(after, 7)
        seen += [event.id for event in events]
        after = seen[-1] if seen else 0
        time.sleep(0.001)
    print(seen == list(range(1, wanted + 1)))
"""


def test_an_event_belongs_to_the_transaction_of_its_act() -> None:
    def fail() -> None:
        with transaction.atomic():
            actions.publish("test.tick")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not Event.objects.exists()
    assert queries.last_event_id() == 0
    first, second = actions.publish("test.tick"), actions.publish("test.tick", data={"n": 2})
    assert second == first + 1 == queries.last_event_id()
    assert [event.data for event in queries.events_after(first, 10)] == [{"n": 2}]


def test_a_reader_of_a_moving_feed_misses_nothing(installation: Installation) -> None:
    """Several processes commit at different speeds; whoever reads behind the last id gets every event, in order."""
    reader = installation.start(READER, "60")
    publishers = [installation.start(PUBLISHER, name) for name in "abc"]
    printed, _ = reader.communicate(timeout=60)
    assert printed.strip() == "True"
    assert [process.communicate(timeout=10)[0] for process in publishers] == ["", "", ""]


@pytest.mark.req("A4.1")
def test_an_event_is_seen_from_its_agency_upwards_and_nowhere_else() -> None:
    region = make_agency(level=2)
    house, neighbour = make_agency(region), make_agency(region)
    actions.publish("test.tick", agency=house)
    actions.publish("test.tick")
    for_house, for_nobody = queries.events_after(0, 10)
    assert queries.can_see(Viewer(1, region.path), for_house)
    assert queries.can_see(Viewer(1, house.path), for_house)
    assert not queries.can_see(Viewer(1, neighbour.path), for_house)
    assert not queries.can_see(Viewer(1, region.path), for_nobody)
    assert not queries.can_see(Viewer(1, ""), for_house)


def test_a_kind_may_have_a_rule_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = slots.EventKind("test.own", lambda viewer, event: event.data["user"] == viewer.user_id)
    monkeypatch.setitem(slots.KINDS._values, "test.own", kind)
    agency = make_agency()
    actions.publish("test.own", data={"user": 7}, agency=agency)
    [event] = queries.events_after(0, 10)
    assert queries.can_see(Viewer(7, ""), event)
    assert not queries.can_see(Viewer(8, agency.path), event)


def test_events_are_kept_for_seven_days() -> None:
    old, new = actions.publish("test.tick"), actions.publish("test.tick")
    Event.objects.filter(pk=old).update(at=clock.now() - timedelta(days=7, seconds=1))
    Event.objects.filter(pk=new).update(at=clock.now() - timedelta(days=6, hours=23))
    assert actions.forget_old_events() == 1
    assert [event.id for event in queries.events_after(0, 10)] == [new]
    assert actions.publish("test.tick") == new + 1
