"""The small test book, and short ways to say a site of it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from oversite.oversight.rules.engine.evaluation import evaluate
from oversite.oversight.rules.engine.fact_reading import read_facts
from oversite.oversight.rules.engine.facts import SiteFacts
from oversite.oversight.rules.engine.findings import Finding
from oversite.oversight.rules.engine.loading import load_book
from oversite.oversight.rules.engine.rule import Rulebook

FOLDER = Path(__file__).parent.parent / "books" / "harbour"


@cache
def book() -> Rulebook:
    """The test book, loaded once."""
    return load_book(FOLDER)


def site(areas: list[dict[str, Any]], cameras: list[dict[str, Any]] = [], **more: Any) -> SiteFacts:  # noqa: B006
    """Facts of a waterway site."""
    given = {"site": {"code": "S1", "class": "waterway"}, "areas": areas, "cameras": cameras, **more}
    return read_facts(json.loads(json.dumps(given)), book())


def judged(facts: SiteFacts) -> dict[tuple[str, str], Finding]:
    """The findings by rule and area."""
    return {(each.rule, each.area): each for each in evaluate(book(), facts)}


def camera(camera_id: str, area: str, kind: str = "fixed", **more: Any) -> dict[str, Any]:
    """A camera under primary control that declares to see nothing."""
    return {"id": camera_id, "area": area, "kind": kind, "control": "primary", "sees": [], **more}
