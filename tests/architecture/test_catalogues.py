"""The Chinese catalogues are complete and fit the English texts, app by app."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import oversite
from screens.catalogue import CONTEXT_END, messages

PACKAGE = Path(oversite.__file__).parent
APPS = sorted(path.parent for path in PACKAGE.rglob("apps.py"))
PLACE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
FIELD = re.compile(r"%\(\w+\)[sd]")


def read(app: Path) -> dict[str, str]:
    """Text (with its context) → Chinese."""
    if not (app / PLACE).is_file():
        return {}
    with (app / PLACE).open("rb") as file:
        return {
            f"{message.context}{CONTEXT_END}{first(message.id)}" if message.context else first(message.id): first(
                message.string
            )
            for message in read_po(file)
            if message.id
        }


def first(text: "str | tuple[str, ...]") -> str:
    """The singular of a plural."""
    return text[0] if isinstance(text, tuple) else text


@pytest.mark.parametrize("app", APPS, ids=lambda path: path.name)
def test_every_text_has_its_chinese_and_none_is_left_over(app: Path) -> None:
    used = set(messages(app))
    known = read(app)
    assert used - set(known) == set()
    assert set(known) - used == set()
    for text, chinese in known.items():
        assert chinese, text
        assert set(FIELD.findall(chinese)) <= set(FIELD.findall(text)), text


def test_equal_texts_are_equal_in_chinese_everywhere() -> None:
    """All catalogues are merged into one, so a text that means two things needs a context (`pgettext`)."""
    found: dict[str, dict[str, list[str]]] = {}
    for app in APPS:
        for text, chinese in read(app).items():
            found.setdefault(text, {}).setdefault(chinese, []).append(app.name)
    assert {text: apps for text, apps in found.items() if len(apps) > 1} == {}
