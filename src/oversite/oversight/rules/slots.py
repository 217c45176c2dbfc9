"""What is plugged into rules: the folders of the rulebooks, and what a planned camera is called."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from oversite.common.slots import Slot

RULEBOOKS: Slot[Path] = Slot("rulebooks")
"""The folder of each rulebook, one per version; see docs/ref/rulebook-format.md."""

PLAN_LABELS: Slot[Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]]] = Slot(
    "labels of planned cameras"
)
"""By book: (site, planned cameras) to `{"code", "screen_text", "sign"}` of each camera."""
