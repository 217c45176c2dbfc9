"""The Chinese catalogue is complete and fits the English texts."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

import oversite.screens
from screens.catalogue import messages

SCREENS = Path(oversite.screens.__file__).parent
CATALOGUE = SCREENS / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def test_every_text_has_its_chinese_and_none_is_left_over() -> None:
    with CATALOGUE.open("rb") as file:
        known = {m.id[0] if isinstance(m.id, tuple) else m.id: m.string for m in read_po(file) if m.id}
    used = set(messages(SCREENS))
    assert used - set(known) == set()
    assert set(known) - used == set()
    for text, chinese in known.items():
        first = chinese[0] if isinstance(chinese, tuple) else chinese
        assert first, text
        assert set(re.findall(r"%\(\w+\)s", first)) <= set(re.findall(r"%\(\w+\)s", text)), text
