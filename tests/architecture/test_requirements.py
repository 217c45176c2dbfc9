"""What `docs/ref/requirements.md` claims to be built is shown by a test that names it, and no test names more."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(
    r"^\| (?P<id>[ACSQV][-A-Za-z0-9.]*|DEP|REG) \|.*\| (?P<claim>built|part \([^|]+\)|open) \|$", re.MULTILINE
)


def claims() -> dict[str, str]:
    """Requirement ID → `built`, `part` or `open`."""
    text = (ROOT / "docs/ref/requirements.md").read_text(encoding="utf-8")
    return {row["id"]: row["claim"].split(" ")[0] for row in ROW.finditer(text)}


def shown() -> set[str]:
    """The IDs that tests carry in `@pytest.mark.req(...)` or `pytestmark`."""
    return {
        name for path in (ROOT / "tests").rglob("test_*.py") for name in _marked(ast.parse(path.read_text("utf-8")))
    }


def _marked(tree: ast.Module) -> set[str]:
    return {
        argument.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "req"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def test_every_row_has_a_claim() -> None:
    assert len(claims()) == 114


def test_what_is_claimed_is_shown() -> None:
    assert {name for name, claim in claims().items() if claim != "open"} - shown() == set()


def test_tests_name_only_requirements_that_exist() -> None:
    assert shown() - set(claims()) == set()
