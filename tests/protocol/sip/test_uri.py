"""URIs, addresses, Via and CSeq, the parts of a message that have a grammar of their own."""

import pytest

from oversite.protocol.errors import PeerError
from oversite.protocol.sip.address import NameAddr
from oversite.protocol.sip.uri import SipUri
from oversite.protocol.sip.via import CSeq, Via


@pytest.mark.quirk(14)
def test_quirk_14_code_at_domain_without_port() -> None:
    uri = SipUri.parse("sip:34020000002000000001@3402000000")
    assert (uri.user, uri.host, uri.port) == ("34020000002000000001", "3402000000", None)
    assert str(uri) == "sip:34020000002000000001@3402000000"


@pytest.mark.parametrize(
    "text",
    [
        "sip:alice@atlanta.com",
        "sip:alice@192.0.2.4:5060;transport=tcp",
        "sips:1212@gateway.com",
        "sip:[2001:db8::10]:5070",
        "sip:atlanta.com;lr",
    ],
)
def test_rfc3261_uris_come_back_as_written(text: str) -> None:
    assert str(SipUri.parse(text)) == text


def test_password_and_headers_of_a_uri_are_dropped() -> None:
    uri = SipUri.parse("sip:alice:secretword@atlanta.com;transport=tcp?subject=project")
    assert (uri.user, uri.host, uri.param("transport")) == ("alice", "atlanta.com", "tcp")
    assert str(uri.without_params()) == "sip:alice@atlanta.com"


@pytest.mark.parametrize(
    "text", ["", "alice", "sip:", "sip:a@", "sip:a@b:99999", "sip:a@b:²", "sip:a@[::1", "sip:a@b c", ":x"]
)
def test_a_broken_uri_is_the_peers_error(text: str) -> None:
    with pytest.raises(PeerError):
        SipUri.parse(text)


def test_another_scheme_is_answered_416() -> None:
    with pytest.raises(PeerError) as caught:
        SipUri.parse("tel:+358-555-1234567")
    assert caught.value.status_hint == 416


def test_name_addr_forms_of_rfc3261_20_10() -> None:
    named = NameAddr.parse('"Mr. \\"Watson\\" <x>" <sip:watson@worcester.bell-telephone.com>;q=0.7;expires=3600')
    assert named.display_name == 'Mr. "Watson" <x>'
    assert named.uri.user == "watson"
    assert named.param("expires") == "3600"
    bare = NameAddr.parse("sip:+12125551212@phone2net.com;tag=887s")
    assert (bare.tag, bare.uri.params) == ("887s", ())
    anonymous = NameAddr.parse("Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8")
    assert (anonymous.display_name, anonymous.tag) == ("Anonymous", "hyh8")
    assert str(anonymous.with_tag("new")) == '"Anonymous" <sip:c8oqz84zk7z@privacy.org>;tag=new'


@pytest.mark.parametrize("text", ['"unclosed <sip:a@b>', "<sip:a@b", "Bob", ""])
def test_a_broken_address_is_the_peers_error(text: str) -> None:
    with pytest.raises(PeerError):
        NameAddr.parse(text)


def test_via_with_spaces_round_the_slashes() -> None:
    via = Via.parse("SIP  / 2.0\t/ TCP     spindle.example.com   ;\t branch  =   z9hG4bK9ikj8  ; rport")
    assert (via.transport, via.host, via.port) == ("TCP", "spindle.example.com", None)
    assert via.branch == "z9hG4bK9ikj8"
    assert via.param("rport") == ""


@pytest.mark.quirk(13)
def test_quirk_13_the_source_is_written_into_the_via() -> None:
    via = Via.parse("SIP/2.0/UDP 10.1.1.1:4540;rport;branch=z9hG4bKkjshdyff")
    seen = Via.parse(str(via.seen_from("192.0.2.1", 9988)))
    assert (seen.param("received"), seen.param("rport")) == ("192.0.2.1", "9988")
    assert (seen.host, seen.port, seen.branch) == ("10.1.1.1", 4540, "z9hG4bKkjshdyff")


def test_rport_is_not_sent_to_those_who_did_not_ask() -> None:
    seen = Via.parse("SIP/2.0/UDP 10.1.1.1;branch=b").seen_from("192.0.2.1", 9988)
    assert str(seen) == "SIP/2.0/UDP 10.1.1.1;branch=b;received=192.0.2.1"


@pytest.mark.parametrize("text", ["", "SIP/2.0", "SIP/2.0/UDP", "HTTP/1.1/TCP a", "SIP/2.0/UDP ;branch=x"])
def test_a_broken_via_is_the_peers_error(text: str) -> None:
    with pytest.raises(PeerError):
        Via.parse(text)


@pytest.mark.parametrize("text", ["", "1", "INVITE 1", "4294967296 INVITE", "-1 INVITE", "1 INVITE x", "٣ BYE"])
def test_a_broken_cseq_is_the_peers_error(text: str) -> None:
    with pytest.raises(PeerError):
        CSeq.parse(text)
