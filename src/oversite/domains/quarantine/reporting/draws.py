"""Drawing objects and officers at random so that anybody can check it afterwards.

Before the draw the pools are frozen and the hash of a secret seed is published; at the draw a word that nobody knew
before is added and the seed is shown. Everything else follows from these by HMAC-SHA256 (RFC 2104).
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

METHOD: Final = "HMAC-SHA256(seed, digest|word|object|id), smallest first; officers likewise per object"


@dataclass(frozen=True, slots=True)
class Pools:
    """Who can be drawn: (id, name) of each object and officer, how many objects, how many officers for each."""

    objects: tuple[tuple[str, str], ...]
    officers: tuple[tuple[str, str], ...]
    object_count: int
    officers_each: int

    @property
    def digest(self) -> str:
        """SHA-256 of the frozen pools in canonical JSON."""
        facts = [sorted(self.objects), sorted(self.officers), self.object_count, self.officers_each]
        return hashlib.sha256(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


Drawn = list[tuple[str, list[str]]]


def commitment(seed: str) -> str:
    """What is published of a seed (hexadecimal) before the draw."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def draw(pools: Pools, seed: str, word: str) -> Drawn:
    """The objects drawn, in order, each with its officers.

    Raises `ValueError` where the pools hold fewer than are to be drawn.
    """
    if not 1 <= pools.object_count <= len(pools.objects) or not 1 <= pools.officers_each <= len(pools.officers):
        raise ValueError("the pools hold fewer than are to be drawn")
    chosen = _ranked(pools, seed, word, "object", [key for key, _name in pools.objects])[: pools.object_count]
    officers = [key for key, _name in pools.officers]
    return [(key, _ranked(pools, seed, word, f"officer|{key}", officers)[: pools.officers_each]) for key in chosen]


def is_proved(pools: Pools, digest: str, committed: str, seed: str, word: str, result: Drawn) -> bool:
    """Whether pools, seed and result are the ones that were published and follow from each other."""
    return pools.digest == digest and commitment(seed) == committed and draw(pools, seed, word) == result


def _ranked(pools: Pools, seed: str, word: str, what: str, keys: Sequence[str]) -> list[str]:
    secret, prefix = bytes.fromhex(seed), f"{pools.digest}|{word}|{what}|"
    return sorted(keys, key=lambda key: hmac.new(secret, f"{prefix}{key}".encode(), hashlib.sha256).digest())
