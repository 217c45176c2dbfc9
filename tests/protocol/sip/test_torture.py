"""Hostile and odd messages in the manner of RFC 4475: each is taken or refused, and never breaks anything."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.errors import PeerError
from oversite.protocol.sip.events import Malformed, RequestReceived
from oversite.protocol.sip.message import parse_message
from oversite.protocol.sip.transport import Address
from protocol.sip.wire import endpoint

HERE, THERE = Address("10.0.0.1", 5060), Address("192.168.1.64", 5060)

GOOD = {
    "short and tortuous (3.1.1.1)": (
        b"INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\r\n"
        b"TO :\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\r\n"
        b'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8\r\n'
        b"MaX-fOrWaRdS: 0068\r\nCall-ID: intmeth.word@192.0.2.1\r\n"
        b"cseq: 0009\r\n  INVITE\r\n"
        b"Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw\r\n"
        b"s :\r\nNewFangledHeader:   newfangled value\r\n continued newfangled value\r\n"
        b"UnknownHeaderWithUnusualValue: ;;,,;;,;\r\nContent-Type: application/sdp\r\n"
        b"v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  , "
        b"SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\n"
        b'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =\r\n newvalue ;\r\n secondparam ; q = 0.33\r\n'
        b"\r\nv=0\r\n"
    ),
    "wide range of valid characters (3.1.1.2)": (
        b"!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"
        b":&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0\r\n"
        b"Via: SIP/2.0/UDP host1.example.com;branch=z9hG4bK-.!%66*_+`'~\r\n"
        b'To: "BEL:\x07 NUL:\x00 DEL:\x7f" <sip:1_unusual.URI~(to-be!sure)@example.com>\r\n'
        b"From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;"
        b"fromParam''~+*_!.-%=\"\xd1\x80\";tag=_token~1\r\n"
        b"Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{\r\n"
        b"CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~\r\nMax-Forwards: 255\r\n\r\n"
    ),
    "no tag, no branch, old peer (3.1.1.9, RFC 2543)": (
        b"OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nFrom: sip:c@d\r\nTo: sip:a@b\r\n"
        b"Call-ID: old\r\nCSeq: 1 OPTIONS\r\n\r\n"
    ),
    "length disagrees (3.1.2.2)": (
        b"OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: sip:c@d;tag=1\r\nTo: sip:a@b\r\n"
        b"Call-ID: x\r\nCSeq: 1 OPTIONS\r\nContent-Length: 9999\r\n\r\nshort"
    ),
}
BASE = (
    b"OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:c@d>;tag=1\r\nTo: <sip:a@b>\r\n"
    b"Call-ID: x\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)
BAD = {
    "CSeq of another method (3.1.2.17)": BASE.replace(b"1 OPTIONS", b"1 INVITE"),
    "CSeq out of range (3.1.2.5)": BASE.replace(b"1 OPTIONS", b"36893488147419103232 OPTIONS"),
    "CSeq with thousands of digits": BASE.replace(b"1 OPTIONS", b"9" * 9000 + b" OPTIONS"),
    "unknown version (3.1.2.16)": BASE.replace(b"SIP/2.0\r\nVia", b"SIP/7.0\r\nVia"),
    "spaces in the request line (3.1.2.9)": BASE.replace(b"sip:a@b SIP", b"sip:a@b  ; lr SIP"),
    "no Call-ID (3.3.1)": BASE.replace(b"Call-ID: x\r\n", b""),
    "no From": BASE.replace(b"From: <sip:c@d>;tag=1\r\n", b""),
    "no To": BASE.replace(b"To: <sip:a@b>\r\n", b""),
    "no Via": BASE.replace(b"Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n", b""),
    "Via is junk": BASE.replace(b"SIP/2.0/UDP h", b"\xff\xfe junk"),
    "header without a name": BASE.replace(b"Call-ID", b": x\r\nCall-ID"),
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD.keys())
def test_odd_but_good_messages_are_taken_and_can_be_answered(data: bytes) -> None:
    user = endpoint("a")
    (event,) = user.receive(data, THERE, HERE, 0.0)
    assert isinstance(event, RequestReceived)
    user.respond(event.transaction, event.request.reply(200), 0.0)
    ((answer, to),) = user.datagrams_to_send()
    assert to == THERE
    assert parse_message(answer).cseq == event.request.cseq


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_broken_messages_are_told_and_leave_nothing_behind(data: bytes) -> None:
    user = endpoint("a")
    (event,) = user.receive(data, THERE, HERE, 0.0)
    assert isinstance(event, Malformed)
    assert event.reason
    assert user.open_transactions == 0
    assert user.datagrams_to_send() == []


LINES = [line for data in [*GOOD.values(), *BAD.values()] for line in data.split(b"\r\n")]
PIECES = st.lists(st.sampled_from(LINES) | st.binary(max_size=20), max_size=14).map(b"\r\n".join)
RESPONSES = PIECES.map(lambda tail: b"SIP/2.0 200 OK\r\n" + tail + b"\r\n\r\n")
CHARACTERS = st.text(alphabet='sipOK:;=@<>"\\,/. \t\r\n0123456789²\x00é[]', max_size=60).map(str.encode)
MUTATED = st.tuples(st.sampled_from([*GOOD.values(), *BAD.values()]), st.integers(0, 600), CHARACTERS).map(
    lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + len(parts[2]) :]
)


@given(st.binary(max_size=300) | PIECES | RESPONSES | MUTATED)
def test_parsing_raises_nothing_but_the_peers_error(data: bytes) -> None:
    with suppress(PeerError):
        message = parse_message(data)
        again = parse_message(bytes(message))
        assert again.headers.get_all("Call-ID") == message.headers.get_all("Call-ID")


@given(st.lists(st.binary(max_size=300) | PIECES | RESPONSES | MUTATED, max_size=6), st.integers(100, 699))
def test_an_endpoint_never_raises_on_what_it_receives(datagrams: list[bytes], status: int) -> None:
    user = endpoint("a")
    for data in datagrams:
        for event in user.receive(data, THERE, HERE, 0.0):
            if isinstance(event, RequestReceived):
                user.respond(event.transaction, event.request.reply(status), 0.0)
    user.datagrams_to_send()
    for now in (1.0, 40.0, 400.0):
        user.handle_timeout(now)
    assert user.open_transactions == 0
