"""What a planned camera is called: its code, screen text and sign come from the domain of the book."""

from collections.abc import Mapping, Sequence
from typing import Any

from oversite.oversight.rules.engine.rule import Rulebook
from oversite.oversight.rules.slots import PLAN_LABELS

UNLABELLED: Mapping[str, Any] = {"screen_text": None, "sign": []}


def labelled(book: Rulebook, site: Mapping[str, Any], cameras: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The planned cameras with `code`, `screen_text` and `sign`, as far as the domain can give them."""
    make = PLAN_LABELS.get(book.key)
    labels = make(site, cameras) if make else [UNLABELLED] * len(cameras)
    return [{**camera, **label} for camera, label in zip(cameras, labels, strict=True)]
