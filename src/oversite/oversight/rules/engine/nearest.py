"""The word that somebody most likely meant: by its letters, or by what it is called in Chinese or English."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from oversite.oversight.rules.engine.words import Label

COMPARED = 60
"""Characters of a typed word that are compared; nothing in a vocabulary is longer."""
SHORTEST = 2
"""Characters of a typed word that is looked for within longer ones."""
LIKENESS = 0.7
"""`garden` is no slip of the pen for `gate` (0.6), `lanes` is one for `lane` (0.9)."""


def nearest_word(given: str, allowed: Iterable[str], names: Mapping[str, Label] | None = None) -> str:
    """The allowed word nearest to `given`, else the shortest one that contains it; "" where none is near."""
    spelled = {word.casefold(): word for word in allowed}
    for word, label in (names or {}).items():
        if word in spelled.values():
            spelled.setdefault(label.zh, word)
            spelled.setdefault(label.en.casefold(), word)
    asked = given[:COMPARED].casefold()
    found = get_close_matches(asked, spelled, n=1, cutoff=LIKENESS)
    if not found and len(asked) >= SHORTEST:
        found = sorted((each for each in spelled if asked in each), key=lambda each: (len(each), each))
    return spelled[found[0]] if found else ""


def nearest_first(nearest: str, allowed: Iterable[str]) -> tuple[str, ...]:
    """The allowed words in order, the nearest before all others."""
    return tuple(sorted(set(allowed), key=lambda word: (word != nearest, word)))
