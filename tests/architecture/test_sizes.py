"""Files stay small enough to be read in one sitting."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_LINES = 600
SOURCES = sorted(
    path
    for folder, endings in (("src", ("*.py",)), ("frontend/src", ("*.ts", "*.css")), ("tests", ("*.py",)))
    for ending in endings
    for path in (ROOT / folder).rglob(ending)
    if "migrations" not in path.parts
)


def test_no_file_is_over_the_limit() -> None:
    long = {str(path.relative_to(ROOT)): count for path in SOURCES if (count := _lines(path)) > MOST_LINES}
    assert long == {}


@pytest.mark.parametrize("word", ["utils", "helpers", "manager", "misc", "extras"])
def test_no_module_is_a_catch_all(word: str) -> None:
    assert [path for path in SOURCES if path.stem == word] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.suffix == ".py" and (text := path.read_text(encoding="utf-8")).strip() and not text.startswith('"""')
    ]
    assert silent == []


def _lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")
