"""Every sentence of the video apps is there in Chinese, with the same places to fill in."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import oversite.video

ROOT = Path(oversite.video.__file__).parent
APPS = ("gateway", "cameras", "control", "viewing", "evidence")
CALLS = frozenset({"_", "_t", "gettext", "gettext_lazy", "ngettext", "sentence"})
PLACE = re.compile(r"%\((\w+)\)s")


def sentences(app: str) -> set[str]:
    """The msgids that the app's code asks for."""
    trees = (
        ast.parse(path.read_text("utf-8")) for path in (ROOT / app).rglob("*.py") if path.parent.name != "migrations"
    )
    return {
        str(call.args[0].value)
        for tree in trees
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in CALLS
        and isinstance(call.args[0], ast.Constant)
    }


@pytest.mark.parametrize("app", APPS)
def test_every_sentence_has_its_chinese(app: str) -> None:
    with (ROOT / app / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file)
    known = {
        (message.id if isinstance(message.id, str) else message.id[0]): message.string
        for message in catalogue
        if message.id
    }
    assert sentences(app) == set(known)
    for sentence, string in known.items():
        text = string if isinstance(string, str) else string[0]
        assert text, sentence
        assert set(PLACE.findall(text)) == set(PLACE.findall(sentence)), sentence
