"""Code lists as people write them: one code per line, then a space and its word."""

from collections.abc import Mapping

LONGEST_CODE, LONGEST_WORD = 20, 120


class CodeListError(ValueError):
    """A line that is no code with its word, or a code that stands there already; the text is the line."""


def read_codes(text: str) -> dict[str, str]:
    """The codes with their words, in the order of the lines; raises `CodeListError`, also for a list without any."""
    found: dict[str, str] = {}
    for line in filter(None, (each.strip() for each in text.splitlines())):
        code, _space, word = line.partition(" ")
        word = word.strip()
        if not word or code in found or len(code) > LONGEST_CODE or len(word) > LONGEST_WORD:
            raise CodeListError(line[:80])
        found[code] = word
    if not found:
        raise CodeListError("")
    return found


def written_codes(codes: Mapping[str, str]) -> str:
    """The same as text."""
    return "\n".join(f"{code} {word}" for code, word in codes.items())
