"""Sentences keep text and parameters apart, so that every reader has them in their own language."""

import json

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from oversite.common.sentences import restored, sentence, stored

LOCKED = "Five failures: locked until %(time)s (Beijing time). An administrator can lift the lock."


def test_what_was_stored_by_a_chinese_reader_is_read_in_english() -> None:
    told = sentence(LOCKED) % {"time": "14:05"}
    assert str(told).startswith("连续 5 次失败，锁定至 14:05")
    kept = json.loads(json.dumps(stored(told)))
    assert kept == {"text": LOCKED, "parameters": {"time": "14:05"}}
    with translation.override("en"):
        assert restored(kept) == LOCKED % {"time": "14:05"}


def test_lazy_words_are_stored_as_their_text() -> None:
    assert stored(gettext_lazy("Wrong user name or password.")) == {"text": "Wrong user name or password."}


def test_a_parameter_may_be_a_sentence_itself() -> None:
    outer = sentence("%(what)s!") % {"what": sentence("Wrong user name or password.")}
    assert restored(stored(outer)) == "用户名或密码错误。!"


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("被占用", "被占用"),
        ({"text": "%(a)s is gone", "parameters": {}}, "%(a)s is gone"),
        ({"text": "%(a)s is gone", "parameters": {"b": 1}}, "%(a)s is gone"),
        ({"text": 7}, "{'text': 7}"),
    ],
)
def test_rows_that_are_old_or_odd_are_still_read(kept: object, read: str) -> None:
    assert restored(kept) == read
