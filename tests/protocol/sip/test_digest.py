"""Digest against the examples printed in RFC 2617 3.5 and RFC 7616 3.9.1."""

import hashlib

import pytest

from oversite.protocol.errors import PeerError, UsageError
from oversite.protocol.sip.digest import (
    Challenge,
    Credentials,
    answer,
    is_supported,
    issue_nonce,
    nonce_freshness,
    verify,
)

RFC2617 = (
    'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
    'uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b", '
    'response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)
RFC7616_NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
RFC7616_CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def test_the_printed_example_of_rfc2617() -> None:
    credentials = Credentials.parse(RFC2617)
    assert verify(credentials, password="Circle Of Life", method="GET")
    assert not verify(credentials, password="Circle of Life", method="GET")
    assert not verify(credentials, password="Circle Of Life", method="POST")


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_printed_examples_of_rfc7616(algorithm: str, response: str) -> None:
    challenge = Challenge.parse(
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        f'nonce="{RFC7616_NONCE}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    credentials = answer(
        challenge,
        username="Mufasa",
        password="Circle of Life",
        method="GET",
        uri="/dir/index.html",
        cnonce=RFC7616_CNONCE,
    )
    assert credentials.response == response
    assert verify(Credentials.parse(str(credentials)), password="Circle of Life", method="GET")


def test_without_qop_the_formula_of_rfc2069_holds() -> None:
    ha1 = hashlib.md5(b"34020000001320000001:3402000000:12345678").hexdigest()
    ha2 = hashlib.md5(b"REGISTER:sip:34020000002000000001@3402000000").hexdigest()
    expected = hashlib.md5(f"{ha1}:abc:{ha2}".encode()).hexdigest()
    credentials = answer(
        Challenge("3402000000", "abc"),
        username="34020000001320000001",
        password="12345678",
        method="REGISTER",
        uri="sip:34020000002000000001@3402000000",
    )
    assert credentials.response == expected
    assert credentials.qop == credentials.nc == credentials.cnonce == ""


@pytest.mark.skipif(not is_supported("SM3"), reason="OpenSSL was built without SM3")
def test_sm3_is_the_same_formula_over_another_hash() -> None:
    def sm3(text: str) -> str:
        return hashlib.new("sm3", text.encode()).hexdigest()

    assert sm3("abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"  # GB/T 32905 A.1
    challenge = Challenge.parse('Digest realm="r", nonce="n", algorithm="sm3"')
    credentials = answer(challenge, username="u", password="p", method="REGISTER", uri="sip:s@d")
    assert credentials.response == sm3(f"{sm3('u:r:p')}:n:{sm3('REGISTER:sip:s@d')}")
    assert verify(Credentials.parse(str(credentials)), password="p", method="REGISTER")


def test_a_challenge_reads_back() -> None:
    challenge = Challenge('a "quoted", realm', "n;o,nce", "SHA-256", ("auth",), "op", stale=True)
    assert Challenge.parse(str(challenge)) == challenge


@pytest.mark.parametrize(
    "text",
    [
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "Digest",
        'Digest username="a", realm="r", uri="u", response="x"',
        RFC2617 + ", algorithm=SHA-512-256",
    ],
)
def test_broken_credentials_are_the_peers_error(text: str) -> None:
    with pytest.raises(PeerError):
        Credentials.parse(text)


def test_an_unknown_qop_is_refused_on_both_sides() -> None:
    with pytest.raises(PeerError):
        answer(Challenge("r", "n", qop=("auth-int",)), username="u", password="p", method="M", uri="u")
    with pytest.raises(PeerError):
        verify(Credentials.parse(RFC2617.replace("qop=auth", "qop=auth-int")), password="", method="GET")
    with pytest.raises(UsageError):
        answer(Challenge("r", "n", qop=("auth",)), username="u", password="p", method="M", uri="u")


@pytest.mark.quirk(17)
def test_quirk_17_a_nonce_needs_no_memory() -> None:
    key = b"k" * 32
    nonce = issue_nonce(key, 1000, "34020000001320000001")
    now = {"bound_to": "34020000001320000001", "lifetime_s": 300}
    assert nonce_freshness(nonce, key, 1000.2, **now) == "fresh"
    assert nonce_freshness(nonce, key, 1300.0, **now) == "fresh"
    assert nonce_freshness(nonce, key, 1301.0, **now) == "stale"
    assert nonce_freshness(nonce, key, 900.0, **now) == "stale"
    assert nonce_freshness(nonce, b"other", 1000.0, **now) == "foreign"
    assert nonce_freshness(nonce, key, 1000.0, lifetime_s=300, bound_to="another") == "foreign"
    assert nonce_freshness(nonce[:-1] + "é", key, 1000.0, **now) == "foreign"
    assert nonce_freshness("z" * 44, key, 1000.0, **now) == "foreign"
