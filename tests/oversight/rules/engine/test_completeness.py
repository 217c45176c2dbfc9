"""The index of provisions finds a rule that is gone."""

import shutil
from pathlib import Path

import pytest

from oversight.rules.engine.harbour import FOLDER
from oversite.oversight.rules.engine.completeness import gaps, index_of
from oversite.oversight.rules.engine.loading import load_book
from oversite.project.cli import main

pytestmark = pytest.mark.req("C2")
CUSTOMS = Path(__file__).parents[4] / "src/oversite/domains/customs/rulebook"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CUSTOMS, tmp_path / "rulebook"))


def cut(folder: Path, file: str, rule_id: str) -> None:
    """Delete one rule from its file."""
    path = folder / file
    before, found, rest = path.read_text(encoding="utf-8").partition(f"  - id: {rule_id}\n")
    assert found
    path.write_text(before + rest[rest.index("\n  - ") + 1 :], encoding="utf-8")


def test_the_customs_book_has_a_rule_for_every_provision() -> None:
    assert gaps(load_book(CUSTOMS), index_of(CUSTOMS)) == []


@pytest.mark.parametrize(
    ("file", "rule_id", "clause"),
    [
        ("a1-8-logs.yaml", "A1.8.4", "A1.8.4: no rule cites it"),
        ("a1-1-general-inspection.yaml", "A1.1.1.5", "A1.1.1.5: 1 rules of its own are expected, there are 0"),
        ("a1-1-general-inspection.yaml", '"A1.1.2.1.2:wide"', "A1.1.2.1.2: 2 rules of its own are expected"),
    ],
)
def test_a_rule_that_was_deleted_is_missed_also_where_others_cite_its_clause(
    folder: Path, capsys: pytest.CaptureFixture[str], file: str, rule_id: str, clause: str
) -> None:
    cut(folder, file, rule_id)
    assert main(["rules", "check", str(folder)]) == 1
    told = capsys.readouterr()
    assert clause in told.err
    assert "index.yaml:" in told.err
    assert "1 of them not as it says" in told.out


def test_a_book_without_an_index_has_nothing_to_hold_against() -> None:
    assert index_of(FOLDER) == {}
