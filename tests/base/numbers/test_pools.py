"""Numbers: handed down a tree, used once, never again, and every one of them in exactly one place."""

from contextlib import suppress
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction

from installation import Installation
from oversite.base.audit.models import Entry
from oversite.base.numbers import actions, queries
from oversite.base.numbers.holders import INSTALLATION, Holder
from oversite.base.numbers.models import Block, Number, Pool
from oversite.common.errors import Refused
from people import make_agency

pytestmark = pytest.mark.django_db
CITY, COUNTY = Holder("test", "city"), Holder("test", "county")

OPEN = """
    from oversite.base.numbers.actions import open_pool
    open_pool("certificates", title="test", width=8, last=500)
"""
DRAWER = """
    import sys
    from django.db import transaction
    from oversite.base.audit.actions import record
    from oversite.base.numbers.actions import allot, draw, spoil
    from oversite.base.numbers.holders import INSTALLATION, Holder
    from oversite.common.errors import Refused
    me = Holder("test", sys.argv[1])
    for number in range(15):
        with transaction.atomic():
            draw("certificates", subject=("test", f"{sys.argv[1]}-{number}"))
        if number % 5 == 0:
            allot(None, "certificates", INSTALLATION, me, 3)
            draw("certificates", me)
        if number % 5 == 1:
            try:
                with transaction.atomic():
                    draw("certificates", me)
                    raise Refused("test", "the act does not happen")
            except Refused:
                pass
"""
REPORT = """
    from oversite.base.numbers.models import Number, Pool
    from oversite.base.numbers.queries import gap_report
    report = gap_report(Pool.objects.get())
    texts = Number.objects.values("text").distinct().count()
    print(report.is_balanced, report.balance.issued, report.balance.total, texts)
"""


@pytest.fixture
def pool() -> Pool:
    """Ten-digit certificate numbers, all in one hand."""
    return actions.open_pool("certificates", title="检疫证明", prefix="32", width=8, last=1000)


def balance(pool: Pool) -> tuple[int, int, int, int]:
    report = queries.gap_report(pool)
    assert report.is_balanced, report.faults
    counts = report.balance
    return counts.unused, counts.issued, counts.void, counts.lost


@pytest.mark.req("Q1")
def test_a_number_is_printed_whole_and_used_once(pool: Pool) -> None:
    assert [actions.draw(pool, subject=("test", str(n))).text for n in range(3)] == [
        "3200000001",
        "3200000002",
        "3200000003",
    ]
    assert balance(pool) == (997, 3, 0, 0)
    found = queries.number_of("certificates", "3200000002")
    assert found is not None
    assert (found.subject_kind, found.subject_id) == ("test", "1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Number.objects.filter(value=2).update(value=1)


def test_a_number_of_an_act_that_did_not_happen_is_still_unused(pool: Pool) -> None:
    def fail() -> None:
        with transaction.atomic():
            assert actions.draw(pool).value == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert actions.draw(pool).value == 1


@pytest.mark.req("Q1")
def test_ranges_go_down_the_tree_and_back_up(pool: Pool) -> None:
    actions.draw(pool)
    [block] = actions.allot(None, pool, INSTALLATION, CITY, 100)
    assert (block.first, block.last) == (2, 101)
    actions.allot(None, pool, CITY, COUNTY, 10)
    assert actions.draw(pool, COUNTY).value == 2
    assert actions.draw(pool, CITY).value == 12
    actions.allot(None, pool, COUNTY, CITY, 9)
    assert actions.draw(pool, CITY).value == 3
    assert balance(pool) == (996, 4, 0, 0)
    held = queries.gap_report(pool).holders
    assert held[COUNTY] == queries.Balance(unused=0, issued=1)
    assert held[CITY] == queries.Balance(unused=97, issued=2)
    assert Entry.objects.filter(act="numbers.allotted").count() == 3


def test_nobody_gives_or_draws_what_they_do_not_have(pool: Pool) -> None:
    actions.allot(None, pool, INSTALLATION, CITY, 5)
    for act in (
        lambda: actions.allot(None, pool, CITY, COUNTY, 6),
        lambda: actions.draw(pool, COUNTY),
        lambda: actions.draw_value(pool, 6, CITY),
        lambda: actions.allot(None, pool, CITY, COUNTY, 0),
        lambda: actions.allot(None, pool, CITY, CITY, 1),
        lambda: actions.draw("unknown"),
    ):
        with pytest.raises(Refused):
            act()
    assert queries.unused_count(pool, CITY) == 5
    assert balance(pool) == (1000, 0, 0, 0)


@pytest.mark.req("Q1")
def test_void_and_lost_numbers_stay_in_sight_and_never_come_back(pool: Pool) -> None:
    number = actions.draw(pool)
    with pytest.raises(Refused) as caught:
        actions.withdraw(None, number, Number.State.VOID, " ")
    assert caught.value.code == "numbers.reason.missing"
    actions.withdraw(None, number, Number.State.VOID, "printed askew")
    with pytest.raises(Refused) as caught:
        actions.withdraw(None, number, Number.State.LOST, "again")
    assert caught.value.code == "numbers.number.final"
    assert actions.spoil(None, pool, INSTALLATION, 3, 5, Number.State.LOST, "pad stolen") == 3
    assert [actions.draw(pool).value for _n in range(2)] == [2, 6]
    with pytest.raises(Refused):
        actions.spoil(None, pool, INSTALLATION, 6, 8, Number.State.LOST, "one of them is issued")
    with pytest.raises(Refused):
        actions.draw_value(pool, 4)
    assert actions.draw_value(pool, 500).text == "3200000500"
    assert balance(pool) == (993, 3, 1, 3)


def test_the_last_number_is_the_last(pool: Pool) -> None:
    small = actions.open_pool("serial", title="serial", width=1, first=8)
    assert [actions.draw(small).text for _n in range(2)] == ["8", "9"]
    with pytest.raises(Refused) as caught:
        actions.draw(small)
    assert (caught.value.code, caught.value.data["missing"]) == ("numbers.pool.exhausted", 1)
    assert queries.gap_report(small).balance == queries.Balance(issued=2)


def test_a_pool_is_opened_once_and_only_with_numbers_that_fit(pool: Pool) -> None:
    actions.draw(pool)
    assert actions.open_pool("certificates", title="again", width=8, last=1000) == pool
    assert actions.draw(pool).value == 2
    with pytest.raises(ValueError, match="digits"):
        actions.open_pool("serial", title="serial", width=2, last=100)


@pytest.mark.req("Q1")
def test_whatever_is_done_the_books_balance(pool: Pool) -> None:
    """A long random walk of everything that can be done; after each step every number is in exactly one place."""
    source = Random(20261121)
    holders = [INSTALLATION, CITY, COUNTY, Holder("test", "point")]
    for _step in range(150):
        holder, other = source.choice(holders), source.choice(holders)
        first = source.randint(1, 1000)
        act = source.choice(
            [
                lambda: actions.draw(pool, holder),  # noqa: B023 - called at once
                lambda: actions.draw_value(pool, first, holder),  # noqa: B023
                lambda: actions.allot(None, pool, holder, other, source.randint(1, 60)),  # noqa: B023
                lambda: actions.spoil(None, pool, holder, first, first + 4, source.choice(["void", "lost"]), "test"),  # noqa: B023
            ]
        )
        with suppress(Refused):
            act()
        assert sum(balance(pool)) == 1000
    assert min(balance(pool)) > 0


def test_the_report_finds_what_someone_changed_beneath_it(pool: Pool) -> None:
    actions.allot(None, pool, INSTALLATION, CITY, 10)
    actions.draw(pool, CITY)
    Block.objects.filter(first=2).update(last=8)
    Block.objects.filter(first=11).update(first=9, last=1001)
    report = queries.gap_report(pool)
    assert not report.is_balanced
    assert report.faults == ("3200001001–3200001001: outside the pool",)
    Block.objects.filter(first=9).update(first=12, last=1000)
    assert queries.gap_report(pool).faults == ("3200000009–3200000011: in no place",)
    assert [one.pool for one in queries.unbalanced_pools()] == [pool]
    Block.objects.filter(first=2).update(last=20)
    assert "in two places" in queries.gap_report(pool).faults[0]


def test_agencies_hold_numbers_by_their_identity(pool: Pool) -> None:
    agency = make_agency()
    actions.allot(None, pool, INSTALLATION, Holder.of(agency), 1)
    assert actions.draw(pool, Holder.of(agency)).holder_kind == "agencies.agency"
    assert connection.in_atomic_block


def test_processes_that_draw_at_once_never_meet(installation: Installation) -> None:
    installation.run(OPEN)
    drawers = [installation.start(DRAWER, name) for name in "abcd"]
    assert [process.communicate(timeout=60)[0] for process in drawers] == [""] * 4
    assert [process.returncode for process in drawers] == [0] * 4
    assert installation.run(REPORT) == "True 72 500 72"
