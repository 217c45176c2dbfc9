"""The documents that the product rests on, and which article stands behind each ID: one table for all of them."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from oversite.screens.slots import Provision

TABLE = Path(__file__).with_name("provisions.yaml")


def provisions() -> Iterator[tuple[str, Provision]]:
    """ID → provision, as the table has them; raises `KeyError` on a malformed table, at start."""
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    for key, place in table["places"].items():
        document = table["documents"][key[0]]
        yield key, Provision(document["zh"], document["en"], place["zh"], place["en"])
