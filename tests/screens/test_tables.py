"""Tables that come in: each fault is told with its row, and nothing hostile is opened."""

import json
import zipfile
from contextlib import suppress
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from oversite.screens import tables
from oversite.screens.tables import ImportColumn, WorkbookError

COLUMNS = (ImportColumn("code", "编号", is_required=True), ImportColumn("name", "名称"))
NESTED = {"areas": (ImportColumn("area", "区域", is_required=True),)}


@pytest.fixture(autouse=True)
def english() -> Any:
    """Messages are compared as they are written."""
    with translation.override("en"):
        yield


def workbook(*lines: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in lines:
        book.active.append(line)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(content: bytes) -> list[tables.ImportRow]:
    return tables.read_table(SimpleUploadedFile("table", content), COLUMNS, NESTED)


def problem(content: bytes) -> str:
    with pytest.raises(WorkbookError) as caught:
        read(content)
    return str(caught.value)


def test_columns_are_found_by_label_or_key_in_any_order_and_empty_rows_passed_over() -> None:
    rows = read(workbook(("名称 *", "code"), ("一号", "F001"), (None, None), ("二号", 2002.0)))
    assert [(row.number, row.values, row.errors) for row in rows] == [
        (2, {"code": "F001", "name": "一号"}, []),
        (4, {"code": "2002", "name": "二号"}, []),
    ]


def test_wrong_columns_are_told_with_what_was_found() -> None:
    text = problem(workbook(("名称", "地址"), ("一号", "海边")))
    assert "编号" in text
    assert "名称、地址" in text


def test_a_missing_value_and_a_formula_are_errors_of_their_row() -> None:
    rows = read(workbook(("code", "name"), ("", "一号"), ("F002", "=1+1"), ("=A1", "")))
    assert [row.errors for row in rows] == [
        ["“编号” is missing."],
        ["“名称” holds a formula. Put its value there instead."],
        ["“编号” holds a formula. Put its value there instead.", "“编号” is missing."],
    ]


def test_a_file_that_is_none_too_large_or_a_bomb_is_not_opened() -> None:
    with pytest.raises(WorkbookError, match="Choose a file"):
        tables.read_table(None, COLUMNS)
    assert "larger than 10 MiB" in problem(b"PK" + bytes(tables.MAX_FILE_BYTES))
    for content in (b"", b"code,name\nF001,x\n", b"\xd0\xcf\x11\xe0 old Excel", b"PK\x03\x04 broken"):
        assert "not an Excel workbook" in problem(content)
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "more.xml"):
            packed.writestr(name, bytes(90 * 1024 * 1024))
    assert len(bomb.getvalue()) < tables.MAX_FILE_BYTES
    assert "enormous" in problem(bomb.getvalue())


def test_too_many_rows_are_refused_before_any_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_IMPORT_ROWS", 3)
    assert "too many" in problem(workbook(("code",), *[(f"F{n}",) for n in range(4)]))
    assert "too many" in problem(json.dumps([{"code": f"F{n}"} for n in range(4)]).encode())
    assert "no rows" in problem(workbook(("code",)))


def test_json_rows_hold_texts_numbers_and_nested_rows() -> None:
    rows = read(json.dumps({"sites": [{"code": 7, "name": True, "areas": [{"area": "A1"}, {}, 5]}]}).encode())
    assert rows[0].values == {"code": "7", "name": "true"}
    assert [row.values for row in rows[0].nested["areas"]] == [{"area": "A1"}, {"area": ""}, {"area": ""}]
    assert rows[0].errors == [
        "areas 2: “区域” is missing.",
        "areas 3: A row must be an object with names and values.",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[]", "at least one row"),
        (b'{"a": 1}', "one list"),
        (b'{"a": [1], "b": [2]}', "one list"),
        (b"[" * 100_000, "not a JSON"),
        (b'[{"code": "\xff"}]', "not a JSON"),
    ],
)
def test_json_of_another_shape_is_refused(content: bytes, words: str) -> None:
    assert words in problem(content)


def test_unknown_names_and_shapes_in_json_are_errors_of_their_row() -> None:
    [row] = read(json.dumps([{"code": {"a": 1}, "colour": "red"}]).encode())
    assert row.errors == ["“code” must be a text or a number.", "“colour” is not known here.", "“编号” is missing."]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail))
def test_no_bytes_lead_to_anything_but_rows_or_a_clear_refusal(content: bytes) -> None:
    with suppress(WorkbookError):
        assert read(content)
