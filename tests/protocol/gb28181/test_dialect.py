"""Editions by X-GB-Ver (2022, appendix I)."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.gb28181.dialect import Dialect, dialect_of
from oversite.protocol.gb28181.subject import PeerError, Subject


@pytest.mark.parametrize(
    ("version", "dialect"),
    [
        ("1.0", Dialect.GB2011),
        ("1.1", Dialect.GB2011),
        ("2.0", Dialect.GB2016),
        (" 3.0 ", Dialect.GB2022),
        ("3.1", Dialect.GB2022),
        (None, Dialect.GB2016),
        ("", Dialect.GB2016),
        ("two", Dialect.GB2016),
    ],
)
@pytest.mark.req("V5.1")
def test_the_header_names_the_edition(version: str | None, dialect: Dialect) -> None:
    assert dialect_of(version) is dialect


def test_an_edition_knows_its_charset_and_version() -> None:
    assert Dialect.GB2016.charset == "GB2312"
    assert Dialect.GB2022.charset == "GB18030"
    assert [dialect_of(dialect.version) for dialect in Dialect] == list(Dialect)
    assert Dialect.GB2016.has_talk_session
    assert not Dialect.GB2022.has_talk_session


@given(st.text(max_size=12))
def test_any_value_gives_an_edition(version: str) -> None:
    assert dialect_of(version) in Dialect


def test_the_subject_names_both_sides() -> None:
    text = "34020000001320000001:0200000001,34020000002000000001:0"
    subject = Subject.parse(text)
    assert subject == Subject("34020000001320000001", "0200000001", "34020000002000000001", "0")
    assert str(subject) == text
    assert Subject.parse(" a , b ").sender_sequence == "0"


@given(st.text(max_size=80))
def test_any_subject_is_read_or_refused(text: str) -> None:
    with suppress(PeerError):
        assert Subject.parse(text).sender_id
