"""Each of the 36 interoperability quirks is shown by a test or set aside with a reason (req: V5.1)."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (?P<number>\d+) \| .+ \| (?P<state>done|not applicable: .{20,}) \|$", re.MULTILINE)


def stated() -> dict[int, str]:
    """Number of the quirk → `done`, or why it does not apply."""
    text = (ROOT / "docs/ref/gb28181-quirks.md").read_text(encoding="utf-8")
    return {int(row["number"]): row["state"] for row in ROW.finditer(text)}


def shown() -> set[int]:
    """The numbers that tests carry in `@pytest.mark.quirk(...)`."""
    return {
        argument.value
        for path in (ROOT / "tests").rglob("test_*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "quirk"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, int)
    }


def test_all_36_are_stated() -> None:
    assert set(stated()) == set(range(1, 37))


def test_what_is_done_is_shown_and_nothing_else() -> None:
    assert {number for number, state in stated().items() if state == "done"} == shown()
