"""Labels in the reader's language."""

from django.utils.translation import get_language

from oversite.domains.customs.words import Words

COUNTED = "零一二三四五六七八九十"
ROMAN = ("", "I", "II", "III", "IV", "V")


def in_language(words: Words) -> str:
    """The one of two texts that the reader's language asks for."""
    return words.said(get_language() or "zh")


def span_text(first: int, last: int) -> str:
    """`8`, or `14–15`."""
    return str(first) if first == last else f"{first}–{last}"


def provision(clause: str) -> str:
    """A path into annex 3 as people cite it: `A3.1.2.7.4` is 附件3第一部分（二）7（4）; any other text as it is."""
    annex, *path = clause.split(".")
    if annex != "A3" or not 2 <= len(path) <= 4 or not all(step.isdecimal() and 0 < int(step) <= 10 for step in path):
        return clause
    part, section, *rest = (int(step) for step in path)
    items = "".join(str(step) if place == 0 else f"（{step}）" for place, step in enumerate(rest))
    chinese = f"附件3第{COUNTED[part]}部分（{COUNTED[section]}）{items}"
    plain = items.replace("（", "(").replace("）", ")")
    return in_language(Words(chinese, f"annex 3 {ROMAN[min(part, 5)]} ({section}) {plain}".strip()))
