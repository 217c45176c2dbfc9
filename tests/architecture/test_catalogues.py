"""The Chinese catalogues are complete and fit the English texts, app by app."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import oversite
from screens.catalogue import messages

PACKAGE = Path(oversite.__file__).parent
APPS = sorted(path.parent for path in PACKAGE.rglob("apps.py"))
PLACE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
FIELD = re.compile(r"%\(\w+\)[sd]")


@pytest.mark.parametrize("app", APPS, ids=lambda path: path.name)
def test_every_text_has_its_chinese_and_none_is_left_over(app: Path) -> None:
    used = set(messages(app))
    known: dict[str, str] = {}
    if (app / PLACE).is_file():
        with (app / PLACE).open("rb") as file:
            for message in read_po(file):
                if message.id:
                    text = message.id[0] if isinstance(message.id, tuple) else message.id
                    known[text] = message.string[0] if isinstance(message.string, tuple) else message.string
    assert used - set(known) == set()
    assert set(known) - used == set()
    for text, chinese in known.items():
        assert chinese, text
        assert set(FIELD.findall(chinese)) <= set(FIELD.findall(text)), text
