"""What is refused is read in the reader's language: text and parameters stay apart, every code has an act in words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import oversite
from oversite.base.audit.slots import REFUSED_ACTS

PACKAGE = Path(oversite.__file__).parent
SENTENCES = "oversite.common.sentences"
SLIPS = {400, 422}


def modules() -> list[Path]:
    """The modules that refuse something."""
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "Refused(" in path.read_text("utf-8")]


def refusals(tree: ast.Module, names: tuple[str, ...] = ("Refused",)) -> Iterator[ast.Call]:
    """The calls that make a refusal."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def early(tree: ast.Module) -> set[str]:
    """The names under which a module has texts that lose their parameters: anything of gettext."""
    return {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module != SENTENCES
        for name in node.names
        if "gettext" in name.name
    }


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_parameters_stay_apart_from_the_text(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    names = early(tree)
    mixed = [
        part.lineno
        for call in refusals(tree, ("Refused", "_refused"))
        for part in [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "message")]
        if isinstance(part, ast.BinOp)
        and isinstance(part.left, ast.Call)
        and isinstance(part.left.func, ast.Name)
        and part.left.func.id in names
    ]
    assert mixed == [], f"use {SENTENCES}.sentence for texts with parameters"


def test_every_refusal_that_is_kept_has_an_act_in_words() -> None:
    codes = {
        call.args[0].value
        for path in modules()
        for call in refusals(ast.parse(path.read_text("utf-8")))
        if call.args and isinstance(call.args[0], ast.Constant) and not _is_slip(call)
    }
    known = {key for key, _words in REFUSED_ACTS.items()}
    unnamed = {code for code in codes if not any(str(code) == key or str(code).startswith(f"{key}.") for key in known)}
    assert unnamed == set(), "plug their first parts into audit.slots.REFUSED_ACTS"


def _is_slip(call: ast.Call) -> bool:
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return any(isinstance(value, ast.Constant) and value.value in SLIPS for value in values)
