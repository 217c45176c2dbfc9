"""Messages as devices send them: read leniently, written with their true length."""

import pytest

from oversite.protocol.errors import PeerError, UsageError
from oversite.protocol.sip.headers import Headers, split_values
from oversite.protocol.sip.message import Request, Response, parse_message

REGISTER = (
    b"REGISTER sip:34020000002000000001@3402000000 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 192.168.1.64:5060;rport;branch=z9hG4bK1371463273\r\n"
    b"From: <sip:34020000001320000001@3402000000>;tag=2043466181\r\n"
    b"To: <sip:34020000001320000001@3402000000>\r\n"
    b"Call-ID: 1011047669\r\n"
    b"CSeq: 1 REGISTER\r\n"
    b"Contact: <sip:34020000001320000001@192.168.1.64:5060>\r\n"
    b"Max-Forwards: 70\r\n"
    b"User-Agent: IP Camera\r\n"
    b"Expires: 3600\r\n"
    b"Content-Length: 0\r\n\r\n"
)
KEEPALIVE_XML = (
    b'<?xml version="1.0"?>\r\n<Notify>\r\n<CmdType>Keepalive</CmdType>\r\n<SN>1</SN>\r\n'
    b"<DeviceID>34020000001320000001</DeviceID>\r\n<Status>OK</Status>\r\n</Notify>\r\n"
)


def message(*lines: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.mark.req("V5.1")
def test_a_register_reads_and_writes_back_byte_for_byte() -> None:
    request = parse_message(REGISTER)
    assert isinstance(request, Request)
    assert (request.method, request.uri) == ("REGISTER", "sip:34020000002000000001@3402000000")
    assert request.from_.uri.user == "34020000001320000001"
    assert request.from_.tag == "2043466181"
    assert (request.cseq.number, request.expires) == (1, 3600)
    assert request.via.branch == "z9hG4bK1371463273"
    assert request.contact is not None
    assert request.contact.uri.port == 5060
    assert bytes(request) == REGISTER


@pytest.mark.quirk(14)
def test_quirk_14_a_request_uri_without_port_or_domain_name_is_taken() -> None:
    request = parse_message(REGISTER)
    assert isinstance(request, Request)
    assert request.uri == "sip:34020000002000000001@3402000000"


@pytest.mark.quirk(35)
def test_quirk_35_an_unknown_route_is_ignored() -> None:
    routed = REGISTER.replace(b"Call-ID", b"Route: <sip:10.0.0.9:7100;lr>\r\nCall-ID")
    request = parse_message(routed)
    assert isinstance(request, Request)
    assert request.method == "REGISTER"
    assert request.headers.get("Route") == "<sip:10.0.0.9:7100;lr>"


def test_compact_forms_and_folded_lines_mean_the_same() -> None:
    request = parse_message(
        message(
            b"MESSAGE sip:x@y SIP/2.0",
            b"v: SIP/2.0/UDP h:5060;branch=z9hG4bKa",
            b"f: <sip:a@b>;\r\n tag=1",
            b"t: <sip:x@y>",
            b"i: call",
            b"cseq:   7 \r\n\tMESSAGE",
            b"c: Application/MANSCDP+xml; charset=GB2312",
            b"l: 2",
            body=b"hi",
        )
    )
    assert request.from_.tag == "1"
    assert (request.cseq.number, request.cseq.method) == (7, "MESSAGE")
    assert request.content_type == "application/manscdp+xml"
    assert request.headers.get("CONTENT-LENGTH") == "2"
    assert request.body == b"hi"


@pytest.mark.parametrize(
    ("declared", "sent", "kept", "is_wrong"),
    [
        (b"189", KEEPALIVE_XML, KEEPALIVE_XML, len(KEEPALIVE_XML) != 189),
        (b"20", KEEPALIVE_XML, KEEPALIVE_XML, True),
        (b"9000", KEEPALIVE_XML, KEEPALIVE_XML, True),
        (b"abc", KEEPALIVE_XML, KEEPALIVE_XML, True),
        (b"4", b"<a/>\r\n\0\0", b"<a/>", False),
    ],
)
@pytest.mark.quirk(16)
def test_quirk_16_a_wrong_content_length_yields_to_the_datagram(
    declared: bytes, sent: bytes, kept: bytes, is_wrong: bool
) -> None:
    request = parse_message(message(b"MESSAGE sip:x@y SIP/2.0", b"Content-Length: " + declared, body=sent))
    assert (request.body, request.has_wrong_length) == (kept, is_wrong)


def test_a_response_reads_and_bytes_beyond_utf8_come_back_as_they_were() -> None:
    gb18030 = "摄像机".encode("gb18030")
    data = message(b"SIP/2.0 200 OK", b'From: "' + gb18030 + b'" <sip:a@b>;tag=1', b"Content-Length: 0")
    response = parse_message(data)
    assert isinstance(response, Response)
    assert (response.status, response.reason, response.is_success) == (200, "OK", True)
    assert bytes(response) == data


def test_bare_line_feeds_are_lines_too() -> None:
    request = parse_message(b"OPTIONS sip:a@b SIP/2.0\nCall-ID: 1\nCSeq: 3 OPTIONS\n\nbody")
    assert (request.call_id, request.cseq.number, request.body) == ("1", 3, b"body")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 513),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"REGISTER sip:a@b SIP/7.0\r\n\r\n", 505),
        (b"REGISTER  SIP/2.0\r\n\r\n", 400),
        (b"SIP/2.0 999 No\r\n\r\n", 400),
        ("SIP/2.0 ²00 OK\r\n\r\n".encode(), 400),
        (b"OPTIONS sip:a@b SIP/2.0\r\nno colon here\r\n\r\n", 400),
        (b"OPTIONS sip:a@b SIP/2.0\r\n" + b"A: b\r\n" * 300 + b"\r\n", 513),
        (b"OP{}ONS sip:a@b SIP/2.0\r\n\r\n", 400),
    ],
)
def test_what_is_not_sip_is_the_peers_error_with_a_status(data: bytes, status: int) -> None:
    with pytest.raises(PeerError) as caught:
        parse_message(data)
    assert caught.value.status_hint == status


def test_a_reply_copies_what_must_be_copied() -> None:
    request = parse_message(REGISTER)
    assert isinstance(request, Request)
    answer = request.reply(403)
    assert answer.reason == "Forbidden"
    for name in ("Via", "From", "To", "Call-ID", "CSeq"):
        assert answer.headers.get(name) == request.headers.get(name)
    assert "Contact" not in answer.headers


def test_we_cannot_write_a_message_that_breaks_in_two() -> None:
    with pytest.raises(UsageError):
        Headers([("Subject", "a\r\nEvil: 1")])
    with pytest.raises(UsageError):
        Request("INVITE", "sip:a b@c")
    with pytest.raises(UsageError):
        Response(200, "OK\r\nEvil: 1")


def test_headers_keep_order_and_compare_without_case() -> None:
    headers = Headers([("Via", "1"), ("via", "2"), ("X-GB-Ver", "3.0")])
    assert headers.get_all("VIA") == ["1", "2"]
    headers.set("Via", "3")
    assert list(headers) == [("Via", "3"), ("X-GB-Ver", "3.0")]
    headers.set_first("Via", "4")
    headers.prepend("Via", "0")
    assert headers.get_all("via") == ["0", "4"]
    headers.set_default("x-gb-ver", "2.0")
    assert headers.get("X-GB-VER") == "3.0"
    headers.remove("VIA")
    assert "Via" not in headers


def test_values_split_at_commas_outside_quotes_and_brackets() -> None:
    assert split_values('"Doe, J" <sip:a,b@c>;tag=1, <sip:d@e>') == ['"Doe, J" <sip:a,b@c>;tag=1', "<sip:d@e>"]
