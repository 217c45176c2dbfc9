"""Whatever code or data cites is known in words."""

import ast
import re
from pathlib import Path

import pytest
import yaml
from django.utils import translation

import oversite
from oversite.screens.clauses import clause_words
from oversite.screens.slots import PROVISIONS

PACKAGE = Path(oversite.__file__).parent
RULEBOOK = PACKAGE / "domains/customs"
"""Clause numbers of the customs rulebook look alike and are another thing."""
ID = re.compile(r"(?:[ASQV]\d+(?:\.\w+)?|C\d+(?:\.\d+)?|C-A\d\.\d|S-T\d|Q-acc)")


def cited() -> set[str]:
    """The IDs in strings of the code and under `clause` in its data."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        if path.is_relative_to(RULEBOOK):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and ID.fullmatch(node.value):
                found.add(node.value)
    for path in PACKAGE.rglob("checklists/*.yaml"):
        items = yaml.safe_load(path.read_text("utf-8")).get("items", [])
        found |= {item["clause"] for item in items if ID.fullmatch(str(item.get("clause")))}
    return found - {"A1", "A2", "A3"}  # codes of areas and paper sizes look the same


def test_every_cited_provision_is_in_the_table() -> None:
    assert cited() - {key for key, _provision in PROVISIONS.items()} == set()


@pytest.mark.parametrize(
    ("cited_as", "chinese", "english"),
    [
        ("A16.2", "《出口水产品养殖场视频监控业务规范（试行）》第十六条和附件1", ", art. 16, annex 1"),
        ("V14.log", "第十四条第（七）项", "art. 14(7)"),
        ("C9.1", "《海关监管作业场所（场地）监控摄像头设置规范》第一章第九条", "ch. 1 no. 9"),
        ("GB/T 22239-2019 8.1.4.2", "GB/T 22239-2019 8.1.4.2", "GB/T 22239-2019 8.1.4.2"),
    ],
)
def test_an_officer_reads_document_and_article(cited_as: str, chinese: str, english: str) -> None:
    assert clause_words(cited_as).endswith(chinese)
    with translation.override("en"):
        assert clause_words(cited_as).endswith(english)
