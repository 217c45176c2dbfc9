"""Clauses in the words by which the documents cite themselves: every rule of every book, and each form once."""

import re

import pytest

from oversite.oversight.rules.engine.citation import chinese_number, citation_text, citations_text
from oversite.oversight.rules.engine.words import Label
from oversite.oversight.rules.library import books

pytestmark = pytest.mark.req("C-eval")


def customs() -> object:
    return next(book for book in books() if book.key == "customs").citation


@pytest.mark.parametrize(
    ("clause", "zh", "en"),
    [
        ("1.4", "第一章第四项", "chapter 1, no. 4"),
        ("1.2.3", "第一章第二项（三）", "chapter 1, no. 2 (3)"),
        ("2.1.5.1", "第二章第一节第五项（一）", "chapter 2, section 1, no. 5 (1)"),
        ("3.1.1.1.2.1", "第三章第一节第一项（一）2（1）", "chapter 3, section 1, no. 1 (1), 2 (1)"),
        ("A1.6.1.2.1", "附件1第六章第一项（二）1", "annex 1, chapter 6, no. 1 (2), 1"),
        ("A1.2.2.10", "附件1第二章第二项（十）", "annex 1, chapter 2, no. 2 (10)"),
        ("A1.7.3b", "附件1第七章第三项〔第2个同号项〕", "annex 1, chapter 7, no. 3 [number 2 of that name]"),
        ("A2.3.6.1", "附件2第三章第六项（一）", "annex 2, chapter 3, no. 6 (1)"),
        ("A3.1.2.7.4", "附件3第一部分（二）7（4）", "annex 3, part 1 (2), 7 (4)"),
        ("A4.9.1", "附件4第九项（一）", "annex 4, no. 9 (1)"),
        ("2.1", "第二章第一节", "chapter 2, section 1"),
        ("GB/T 28181", "GB/T 28181", "GB/T 28181"),
    ],
)
def test_a_clause_of_the_customs_document_in_words(clause: str, zh: str, en: str) -> None:
    assert citation_text(clause, customs()) == Label(zh, en)  # type: ignore[arg-type]


def test_every_rule_of_every_book_is_cited_in_words() -> None:
    rules = [(book, rule) for book in books() for rule in book.rules]
    assert len(rules) > 600
    for book, rule in rules:
        told = book.cite(rule.clause)
        assert not re.search(r"[A-Z0-9]+\.[0-9]", told.zh + told.en), rule.id
        assert re.match(r"附件\d第|第", told.zh), rule.id


def test_different_clauses_are_cited_in_different_words() -> None:
    for book in books():
        clauses = {clause for rule in book.rules for clause in rule.clause}
        assert len({book.cite([each]).zh for each in clauses}) == len(clauses), book.key


def test_what_stands_below_another_cited_clause_is_said_with_it() -> None:
    told = citations_text(["A4.9", "A4.9.1", "A4.9.2", "1.11"], customs())  # type: ignore[arg-type]
    assert told.zh == "附件4第九项；第一章第十一项"


@pytest.mark.parametrize(("number", "said"), [(2, "二"), (10, "十"), (11, "十一"), (20, "二十"), (42, "四十二")])
def test_numbers_of_provisions_are_written_as_in_the_document(number: int, said: str) -> None:
    assert chinese_number(number) == said
