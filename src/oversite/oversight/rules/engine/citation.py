"""A clause in the words by which its document cites itself: `2.1.5.1` is 第二章第一节第五项（一）."""

import re
from collections.abc import Iterable, Mapping

from oversite.oversight.rules.engine.words import Label

LEVELS = {
    "annex": Label("附件{n}", "annex {n}"),
    "part": Label("第{han}部分", "part {n}"),
    "chapter": Label("第{han}章", "chapter {n}"),
    "section": Label("第{han}节", "section {n}"),
    "article": Label("第{han}条", "article {n}"),
    "item": Label("第{han}项", "no. {n}"),
    "bracket": Label("（{han}）", "({n})"),
    "number": Label("{n}", "{n}"),
    "number-bracket": Label("（{n}）", "({n})"),
}
"""What a level of a path is called; a book says which levels its paths have."""
CitationForms = Mapping[str, "tuple[str, ...] | Label"]
"""By the beginning of a path (the longest that fits): the level of each of its steps, or the whole in words."""
STEP = re.compile(r"[A-Z]?(?P<number>\d+)(?P<again>[a-z]?)")
DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """`12` is 十二; for numbers of provisions, up to 99."""
    tens, units = divmod(number, 10)
    if not tens:
        return DIGITS[units]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[units] if units else "")


def levels_of(clause: str, forms: CitationForms) -> "tuple[str, ...] | Label | None":
    """How a clause is cited, none where the book does not say it or the path is deeper than it says."""
    fitting = [each for each in forms if not each or clause == each or clause.startswith(f"{each}.")]
    if not fitting:
        return None
    form = forms[max(fitting, key=len)]
    if isinstance(form, Label):
        return form
    steps = clause.split(".")
    return form[: len(steps)] if len(steps) <= len(form) and all(map(STEP.fullmatch, steps)) else None


def citation_text(clause: str, forms: CitationForms) -> Label:
    """The clause in both languages; its bare path where the book does not say how to cite it.

    A letter behind a number (`3b`) tells two provisions apart that the document numbers alike.
    """
    levels = levels_of(clause, forms)
    if levels is None:
        return Label(clause, clause)
    if isinstance(levels, Label):
        return levels
    zh, en = "", []
    for level, step in zip(levels, clause.split("."), strict=True):
        match = STEP.fullmatch(step)
        assert match is not None
        number, place = int(match["number"]), ord(match["again"] or "a") - ord("a") + 1
        told = {"n": number, "han": chinese_number(number)}
        zh += LEVELS[level].zh.format(**told) + (f"〔第{place}个同号项〕" if match["again"] else "")
        en.append(LEVELS[level].en.format(**told) + (f" [number {place} of that name]" if match["again"] else ""))
    return Label(zh, ", ".join(en).replace(", (", " ("))


def citations_text(clauses: Iterable[str], forms: CitationForms) -> Label:
    """Several clauses, one after the other; one that stands below another of them is said with it."""
    cited = list(clauses)
    upper = [each for each in cited if not any(each.startswith(f"{other}.") for other in cited)]
    told = [citation_text(each, forms) for each in upper]
    return Label("；".join(each.zh for each in told), "; ".join(each.en for each in told))
