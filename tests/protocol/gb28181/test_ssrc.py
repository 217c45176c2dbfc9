"""SSRC numbers: ten digits, 10,000 per domain and kind, none handed out twice (2022, annex G; quirks 6, 7, 32)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.errors import PeerError, UsageError
from oversite.protocol.gb28181.ssrc import (
    POOL_SIZE,
    SsrcExhausted,
    SsrcKind,
    SsrcPool,
    SsrcState,
    domain_digits,
    parse_ssrc,
    ssrc_number,
)


def test_the_number_is_kind_domain_and_serial_with_its_leading_zero() -> None:
    pool = SsrcPool(domain_digits("34020000002000000001"))
    assert pool.reserve("live", 0.0) == "0200000000"
    assert pool.reserve("live", 0.0) == "0200000001"
    assert pool.reserve("history", 0.0) == "1200000000"


def test_live_and_history_have_ten_thousand_each() -> None:
    pool = SsrcPool("20000")
    live = {pool.reserve(SsrcKind.LIVE, 0.0) for _ in range(POOL_SIZE)}
    assert len(live) == POOL_SIZE == 10_000
    with pytest.raises(SsrcExhausted):
        pool.reserve(SsrcKind.LIVE, 0.0)
    assert pool.reserve(SsrcKind.HISTORY, 0.0).startswith("1")


def test_a_reserved_number_is_not_freed_by_time_but_by_release_and_rest() -> None:
    pool = SsrcPool("20000", cool_down_s=30)
    ssrc = pool.reserve("live", 0.0)
    assert pool.state(ssrc) is SsrcState.RESERVED
    others = {pool.reserve("live", 1e6) for _ in range(POOL_SIZE - 1)}
    assert ssrc not in others
    pool.activate(ssrc)
    assert pool.state(ssrc) is SsrcState.ACTIVE
    pool.release(ssrc, 1e6)
    assert pool.state(ssrc) is SsrcState.COOL_DOWN
    with pytest.raises(SsrcExhausted):
        pool.reserve("live", 1e6 + 29.9)
    assert pool.reserve("live", 1e6 + 30) == ssrc


def test_releasing_twice_gives_the_number_out_once() -> None:
    pool = SsrcPool("20000", cool_down_s=0)
    ssrc = pool.reserve("live", 0.0)
    pool.release(ssrc, 1.0)
    pool.release(ssrc, 1.0)
    taken = [pool.reserve("live", 2.0) for _ in range(POOL_SIZE)]
    assert len(set(taken)) == POOL_SIZE


def test_a_restored_number_is_in_use() -> None:
    pool = SsrcPool("20000")
    assert pool.restore("0200000000")
    assert pool.reserve("live", 0.0) == "0200000001"
    assert pool.state("0200000000") is SsrcState.ACTIVE
    assert pool.taken_count("live") == 2


def test_a_number_restored_while_it_rests_stays_in_use() -> None:
    pool = SsrcPool("20000", cool_down_s=5)
    ssrc = pool.reserve("live", 0.0)
    pool.release(ssrc, 0.0)
    pool.restore(ssrc)
    pool.reserve("live", 10.0)
    assert pool.state(ssrc) is SsrcState.ACTIVE


def test_numbers_of_other_domains_are_let_alone() -> None:
    pool = SsrcPool("20000")
    assert not pool.restore("0100000001")
    pool.activate("0100000001")
    pool.release("0100000001", 0.0)
    assert pool.state("0100000001") is None
    assert pool.taken_count("live") == 0


@pytest.mark.parametrize("domain", ["", "3402", "34x20000"])
def test_a_domain_needs_eight_digits(domain: str) -> None:
    with pytest.raises(UsageError):
        domain_digits(domain)


def test_five_digits_are_wanted() -> None:
    with pytest.raises(UsageError):
        SsrcPool("2000")


@pytest.mark.quirk(32)
def test_lost_zeros_are_put_back_and_the_header_carries_a_number() -> None:
    assert parse_ssrc(" 200000001 ") == "0200000001"
    assert ssrc_number("0200000001") == 200_000_001


@pytest.mark.parametrize("text", ["", "abc", "4294967296", "12345678901", "-1"])
def test_what_is_no_32_bit_number_is_refused(text: str) -> None:
    with pytest.raises(PeerError):
        parse_ssrc(text)


@given(st.lists(st.tuples(st.sampled_from(["reserve", "activate", "release"]), st.integers(0, 9)), max_size=80))
def test_no_number_is_ever_in_two_hands(steps: list[tuple[str, int]]) -> None:
    pool = SsrcPool("20000", cool_down_s=3)
    held: list[str] = []
    for now, (step, choice) in enumerate(steps):
        if step == "reserve":
            ssrc = pool.reserve("live", float(now))
            assert ssrc not in held
            held.append(ssrc)
        elif held and step == "activate":
            pool.activate(held[choice % len(held)])
        elif held:
            pool.release(held.pop(choice % len(held)), float(now))
    assert all(pool.state(ssrc) in (SsrcState.RESERVED, SsrcState.ACTIVE) for ssrc in held)
