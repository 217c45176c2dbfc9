"""Transactions seen from outside: what goes over the wire, when, and what the user is told."""

import pytest

from oversite.protocol.sip.dialog import Dialog
from oversite.protocol.sip.endpoint import Endpoint
from oversite.protocol.sip.events import (
    AckReceived,
    CancelReceived,
    Malformed,
    RequestReceived,
    ResponseReceived,
    StrayAnswer,
    TransactionTimedOut,
)
from oversite.protocol.sip.message import parse_message
from oversite.protocol.sip.transport import Address, Transport
from protocol.sip.wire import Wire, endpoint, request

both_transports = pytest.mark.parametrize("transport", ["UDP", "TCP"])


def received(wire: Wire) -> RequestReceived:
    (event,) = wire.events_b
    assert isinstance(event, RequestReceived)
    return event


def answer(wire: Wire, status: int, event: RequestReceived | None = None) -> None:
    event = event or received(wire)
    wire.b.respond(event.transaction, event.request.reply(status), wire.now)
    wire.run()


def statuses(wire: Wire) -> list[int]:
    return [event.response.status for event in wire.events_a if isinstance(event, ResponseReceived)]


def starts(messages: list[bytes]) -> list[str]:
    return [data.split(b"\r\n")[0].decode().split(" ")[0] for data in messages]


@pytest.mark.req("V5.1")
@both_transports
def test_a_message_is_answered_once(transport: Transport) -> None:
    wire = Wire(transport)
    transaction = wire.a.request(request("MESSAGE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    answer(wire, 200)
    (event,) = wire.events_a
    assert isinstance(event, ResponseReceived)
    assert (event.transaction, event.response.status) == (transaction, 200)
    assert event.response.to.tag
    wire.wait(200)
    assert len(wire.sent_by_a) == len(wire.sent_by_b) == 1
    assert wire.a.open_transactions == wire.b.open_transactions == 0
    assert wire.a.next_timeout() is wire.b.next_timeout() is None


def test_what_the_endpoint_adds() -> None:
    wire = Wire()
    wire.a.request(request("MESSAGE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    sent = parse_message(wire.sent_by_a[0])
    assert str(sent.via) == "SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bKa-branch-1"
    assert sent.headers.get("Max-Forwards") == "70"
    assert sent.headers.get("User-Agent") == "test a"
    assert sent.headers.get("Content-Length") == "8"


def test_timers_e_and_f_an_unanswered_request_over_udp() -> None:
    wire = Wire()
    wire.is_cut = True
    wire.a.request(request("MESSAGE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    wire.wait(33)
    assert wire.times_of_a == [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert [type(event) for event in wire.events_a] == [TransactionTimedOut]


def test_timers_a_and_b_an_unanswered_invite_over_udp() -> None:
    wire = Wire()
    wire.is_cut = True
    wire.a.request(request("INVITE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    wire.wait(31.9)
    assert wire.times_of_a == [0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert not wire.events_a
    wire.wait(0.2)
    assert [type(event) for event in wire.events_a] == [TransactionTimedOut]


@pytest.mark.parametrize("method", ["MESSAGE", "INVITE"])
def test_over_tcp_nothing_is_sent_twice(method: str) -> None:
    wire = Wire("TCP")
    wire.is_cut = True
    wire.a.request(request(method), wire.at_b, wire.at_a, wire.now)
    wire.run()
    wire.wait(40)
    assert len(wire.sent_by_a) == 1
    assert [type(event) for event in wire.events_a] == [TransactionTimedOut]


def test_a_broken_connection_ends_what_waited_on_it() -> None:
    wire = Wire("TCP")
    transaction = wire.a.request(request("MESSAGE"), wire.at_b, wire.at_a, wire.now)
    (event,) = wire.a.flow_closed(7, wire.now)
    assert isinstance(event, TransactionTimedOut)
    assert event.transaction == transaction
    assert wire.a.flow_closed(7, wire.now) == []


def test_a_repeated_request_is_answered_from_memory_and_told_once() -> None:
    wire = Wire()
    wire.a.request(request("MESSAGE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    wire.run()
    wire.b.receive(wire.sent_by_a[0], wire.at_a, wire.at_b, wire.now)
    assert wire.b.datagrams_to_send() == []
    answer(wire, 200)
    for _ in range(3):
        assert wire.b.receive(wire.sent_by_a[0], wire.at_a, wire.at_b, wire.now) == []
    assert [data for data, _ in wire.b.datagrams_to_send()] == [wire.sent_by_b[0]] * 3
    wire.wait(33)
    assert len(wire.b.receive(wire.sent_by_a[0], wire.at_a, wire.at_b, wire.now)) == 1


def test_one_branch_for_two_requests_is_two_requests() -> None:
    """Some devices answer a challenge with the branch of the first REGISTER."""
    wire = Wire()
    wire.a.request(request("REGISTER"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    answer(wire, 401)
    again = wire.sent_by_a[0].replace(b"CSeq: 1 ", b"CSeq: 2 ")
    assert len(wire.b.receive(again, wire.at_a, wire.at_b, wire.now)) == 1


@pytest.mark.quirk(13)
def test_quirk_13_the_answer_goes_to_where_the_request_came_from() -> None:
    wire = Wire()
    wire.a.request(request("MESSAGE"), wire.at_b, wire.at_a, wire.now)
    ((data, _),) = wire.a.datagrams_to_send()
    nat = Address("203.0.113.9", 41_234)
    (event,) = wire.b.receive(data, nat, wire.at_b, wire.now)
    assert isinstance(event, RequestReceived)
    wire.b.respond(event.transaction, event.request.reply(200), wire.now)
    ((sent, to),) = wire.b.datagrams_to_send()
    assert to == nat
    via = parse_message(sent).via
    assert (via.param("received"), via.param("rport")) == ("203.0.113.9", "41234")


@pytest.mark.req("V5.1")
@both_transports
def test_an_invite_answered_acknowledged_and_ended(transport: Transport) -> None:
    wire = Wire(transport)
    transaction = wire.a.request(request("INVITE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    answer(wire, 100)
    answer(wire, 200)
    assert statuses(wire) == [100, 200]
    final = wire.events_a[-1]
    assert isinstance(final, ResponseReceived)
    dialog = Dialog.from_response(final.request, final.response)
    wire.a.send_ack(transaction, dialog.ack(), wire.at_b, wire.at_a)
    wire.run()
    ack = wire.events_b[-1]
    assert isinstance(ack, AckReceived)
    assert ack.transaction == received_first(wire).transaction
    wire.a.request(dialog.request("BYE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    bye = wire.events_b[-1]
    assert isinstance(bye, RequestReceived)
    answer(wire, 200, bye)
    wire.wait(60)
    assert starts(wire.sent_by_a) == ["INVITE", "ACK", "BYE"]
    assert wire.a.open_transactions == wire.b.open_transactions == 0


def received_first(wire: Wire) -> RequestReceived:
    first = wire.events_b[0]
    assert isinstance(first, RequestReceived)
    return first


def test_a_2xx_is_repeated_until_its_ack_and_the_ack_is_repeated_with_it() -> None:
    wire = Wire()
    transaction = wire.a.request(request("INVITE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    answer(wire, 200)
    wire.wait(0.6)
    assert len(wire.sent_by_b) == 2
    final = wire.events_a[0]
    assert isinstance(final, ResponseReceived)
    dialog = Dialog.from_response(final.request, final.response)
    wire.is_cut = True
    wire.a.send_ack(transaction, dialog.ack(), wire.at_b, wire.at_a)
    wire.run()
    wire.is_cut = False
    wire.wait(1.1)
    assert starts(wire.sent_by_a) == ["INVITE", "ACK", "ACK"]
    assert isinstance(wire.events_b[-1], AckReceived)
    wire.wait(60)
    assert statuses(wire) == [200]
    assert len(wire.sent_by_b) == 3


def test_a_2xx_without_ack_is_told_after_32_seconds() -> None:
    wire = Wire()
    wire.a.request(request("INVITE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    answer(wire, 200)
    wire.wait(33)
    assert isinstance(wire.events_b[-1], TransactionTimedOut)
    assert wire.b.open_transactions == 0


@both_transports
def test_a_refused_invite_is_acknowledged_on_its_own_hop(transport: Transport) -> None:
    wire = Wire(transport)
    wire.a.request(request("INVITE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    answer(wire, 486)
    assert statuses(wire) == [486]
    invite, ack = (parse_message(data) for data in wire.sent_by_a)
    assert ack.start_line.startswith("ACK ")
    assert (ack.via.branch, ack.cseq.number) == (invite.via.branch, invite.cseq.number)
    assert ack.to.tag
    wire.wait(60)
    assert len(wire.sent_by_b) == 1
    assert wire.a.open_transactions == wire.b.open_transactions == 0


@both_transports
def test_cancel_after_ringing(transport: Transport) -> None:
    wire = Wire(transport)
    transaction = wire.a.request(request("INVITE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    answer(wire, 180)
    wire.a.cancel(transaction, wire.now)
    wire.a.cancel(transaction, wire.now)
    wire.run()
    cancelled = wire.events_b[-1]
    assert isinstance(cancelled, CancelReceived)
    assert cancelled.transaction == received_first(wire).transaction
    answer(wire, 487, received_first(wire))
    assert starts(wire.sent_by_a) == ["INVITE", "CANCEL", "ACK"]
    assert statuses(wire) == [180, 487]
    wire.wait(60)
    assert wire.a.open_transactions == wire.b.open_transactions == 0


def test_cancel_waits_for_a_provisional_answer() -> None:
    wire = Wire()
    transaction = wire.a.request(request("INVITE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    wire.a.cancel(transaction, wire.now)
    wire.run()
    assert starts(wire.sent_by_a) == ["INVITE"]
    answer(wire, 100, received_first(wire))
    assert starts(wire.sent_by_a) == ["INVITE", "CANCEL"]


def test_an_invite_cancelled_and_never_finished_ends_after_32_seconds() -> None:
    wire = Wire()
    transaction = wire.a.request(request("INVITE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    answer(wire, 180)
    wire.a.cancel(transaction, wire.now)
    wire.run()
    wire.wait(33)
    assert isinstance(wire.events_a[-1], TransactionTimedOut)


def test_a_cancel_of_nothing_is_answered_481() -> None:
    wire = Wire()
    cancel = request("CANCEL")
    wire.a.request(cancel, wire.at_b, wire.at_a, wire.now)
    wire.run()
    assert [data.split(b" ")[1] for data in wire.sent_by_b] == [b"481"]
    assert wire.events_b == []


def test_a_2xx_to_a_forgotten_invite_is_told() -> None:
    wire = Wire()
    wire.a.request(request("INVITE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    answer(wire, 200)
    stranger = endpoint("c")
    (event,) = stranger.receive(wire.sent_by_b[0], wire.at_b, wire.at_a, wire.now)
    assert isinstance(event, StrayAnswer)
    assert stranger.counts["stray"] == 1


def test_a_flood_is_dropped_not_remembered() -> None:
    full = Endpoint(user_agent="x", fresh=lambda what: what, max_transactions=3)
    wire = Wire()
    for number in range(5):
        wire.a.request(request("MESSAGE", f"call-{number}"), wire.at_b, wire.at_a, wire.now)
    events = [full.receive(data, wire.at_a, wire.at_b, 0.0) for data, _ in wire.a.datagrams_to_send()]
    assert [len(each) for each in events] == [1, 1, 1, 0, 0]
    assert full.counts["dropped"] == 2


def test_a_late_or_unknown_answer_is_dropped() -> None:
    wire = Wire()
    wire.a.request(request("MESSAGE"), wire.at_b, wire.at_a, wire.now)
    wire.run()
    wire.wait(200)
    answer(wire, 200)
    assert wire.sent_by_b == []
    assert wire.b.counts["late_answers"] == 1


@pytest.mark.parametrize("data", [b"\r\n\r\n", b"\r\n", b"\0\0\0\0", b""])
def test_keepalives_between_messages_say_nothing(data: bytes) -> None:
    assert endpoint("a").receive(data, Address("1.2.3.4", 1), Address("5.6.7.8", 2), 0.0) == []


def test_garbage_is_told_with_a_reason_and_counted() -> None:
    user = endpoint("a")
    source = Address("1.2.3.4", 1)
    (event,) = user.receive(b"\x80\x60\x00\x01" * 200, source, Address("5.6.7.8", 2), 0.0)
    assert isinstance(event, Malformed)
    assert (event.source, event.reason) == (source, "start line is not SIP")
    assert len(event.data) == 200
    assert user.counts["malformed"] == 1
