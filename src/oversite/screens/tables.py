"""Tables that come in as files: Excel workbooks and JSON, read with every limit and every fault told row by row."""

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _t
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from oversite.screens.slots import Words

MAX_IMPORT_ROWS = 5_000
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_LINES = 20_000
MAX_COLUMNS = 200
ZIP_MARK = b"PK"
FORMULA = object()
"""Stands in the place of a cell that holds a formula."""


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A column that the workbook must or may have; it is found by its label or its key."""

    key: str
    label: Words
    is_required: bool = False
    example: str = ""
    help: Words = ""


@dataclass(slots=True)
class ImportRow:
    """One row: its number as Excel shows it, its texts by column key, what is wrong with it, and the rows in it.

    `given` holds the keys of the columns that the file has; none means all of them.
    """

    number: int
    values: dict[str, str]
    errors: list[str] = field(default_factory=list)
    nested: "dict[str, list[ImportRow]]" = field(default_factory=dict)
    given: frozenset[str] | None = None

    def kept(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Of the fields of something known, those that the file speaks of; a column left out changes nothing."""
        return {name: value for name, value in values.items() if self.given is None or name in self.given}


@dataclass(slots=True)
class Imported:
    """What an import did: how many rows were new, changed something, or said what the register knew already."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def note(self, before: object | None, after: object) -> None:
        """Count one row by what stood there before (none: nothing) and what stands there now."""
        if before is None:
            self.new += 1
        elif before == after:
            self.unchanged += 1
        else:
            self.changed += 1

    @property
    def text(self) -> str:
        """The three counts for people."""
        return _t("%(new)s new, %(changed)s changed, %(unchanged)s unchanged") % self.counts

    @property
    def counts(self) -> dict[str, int]:
        """The three counts for the audit."""
        return {"new": self.new, "changed": self.changed, "unchanged": self.unchanged}


class WorkbookError(ValueError):
    """The workbook as a whole cannot be read; the text says why and what to do."""


def read_table(
    upload: UploadedFile[bytes] | None,
    columns: Sequence[ImportColumn],
    nested: Mapping[str, Sequence[ImportColumn]] | None = None,
) -> list[ImportRow]:
    """The rows of a workbook or, by its content, of a JSON file. Raises `WorkbookError`."""
    if upload is None:
        raise WorkbookError(_t("Choose a file (.xlsx or .json) first."))
    content = upload.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise WorkbookError(_t("The file is larger than 10 MiB. Split it."))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"[", b"{"}:
        return read_json(content, columns, nested or {})
    return read_workbook(content, columns)


def read_workbook(content: bytes, columns: Sequence[ImportColumn]) -> list[ImportRow]:
    """The rows of the first sheet as texts; empty rows are passed over. Raises `WorkbookError`."""
    lines = sheet_lines(content)
    head = next(lines, (0, []))[1]
    names = [text_of(value) for value in head]
    places = column_places(names, columns)
    labels = {column.key: column.label for column in columns}
    given = frozenset(key for key, place in places.items() if place < len(names))
    rows: list[ImportRow] = []
    for number, line in lines:
        cells = {key: line[place] if place < len(line) else None for key, place in places.items()}
        row = ImportRow(number, {key: text_of(value) for key, value in cells.items()}, given=given)
        row.errors += [
            _t("“%(label)s” holds a formula. Put its value there instead.") % {"label": labels[key]}
            for key, value in cells.items()
            if value is FORMULA
        ]
        nameless = [
            place for place, value in enumerate(line) if text_of(value) and not (names + [""] * len(line))[place]
        ]
        row.errors += [
            _t("Column %(column)s has no name in the first row.") % {"column": get_column_letter(place + 1)}
            for place in nameless[:5]
        ]
        if not row.errors and not any(row.values.values()):
            continue
        if len(rows) == MAX_IMPORT_ROWS:
            raise too_many_rows()
        note_missing(row, columns)
        rows.append(row)
    if not rows:
        raise WorkbookError(_t("The workbook has no rows below its head row."))
    return rows


def read_json(
    content: bytes, columns: Sequence[ImportColumn], nested: Mapping[str, Sequence[ImportColumn]]
) -> list[ImportRow]:
    """The objects of a JSON list, or of the one list in a JSON object, as rows counted from 1; the names are the
    columns' keys. Raises `WorkbookError`.
    """
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise WorkbookError(_t("This is not a JSON file in UTF-8, or it is damaged.")) from error
    if isinstance(found, dict):
        lists = [value for value in found.values() if isinstance(value, list)]
        found = lists[0] if len(lists) == 1 else None
    if not isinstance(found, list) or not found:
        raise WorkbookError(_t("The JSON file must hold one list with at least one row."))
    if len(found) > MAX_IMPORT_ROWS:
        raise too_many_rows()
    return [json_row(number, item, columns, nested) for number, item in enumerate(found, start=1)]


def json_row(
    number: int, item: object, columns: Sequence[ImportColumn], nested: Mapping[str, Sequence[ImportColumn]]
) -> ImportRow:
    """One row of a JSON file, with its errors."""
    row = ImportRow(number, {column.key: "" for column in columns})
    if not isinstance(item, dict):
        row.errors.append(_t("A row must be an object with names and values."))
        return row
    row.given = frozenset(map(str, item))
    for key, value in item.items():
        if key in nested and isinstance(value, list) and len(value) <= MAX_IMPORT_ROWS:
            row.nested[key] = [json_row(place, each, nested[key], {}) for place, each in enumerate(value, start=1)]
        elif key not in row.values:
            row.errors.append(_t("“%(name)s” is not known here.") % {"name": key[:40]})
        elif isinstance(value, dict | list):
            row.errors.append(_t("“%(name)s” must be a text or a number.") % {"name": key[:40]})
        else:
            row.values[key] = str(value).lower() if isinstance(value, bool) else text_of(value)
    note_missing(row, columns)
    for key, inner in row.nested.items():
        row.errors += [f"{key} {each.number}: {error}" for each in inner for error in each.errors]
    return row


def note_missing(row: ImportRow, columns: Sequence[ImportColumn]) -> None:
    """Add an error for each required value that is missing."""
    row.errors += [
        _t("“%(label)s” is missing.") % {"label": column.label}
        for column in columns
        if column.is_required and not row.values[column.key]
    ]


def too_many_rows() -> WorkbookError:
    """More rows than one file may hold."""
    return WorkbookError(_t("More than %(most)s rows at once are too many. Split the file.") % {"most": "5,000"})


def sheet_lines(content: bytes) -> Iterator[tuple[int, list[object]]]:
    """Pairs of row number and values of the first sheet; raises `WorkbookError` before the first one."""
    damaged = _t("This is not an Excel workbook (.xlsx), or it is damaged. Save it again.")
    if not content.startswith(ZIP_MARK):
        raise WorkbookError(damaged)
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MAX_UNPACKED_BYTES:
                raise WorkbookError(_t("The workbook unpacks to an enormous size and was not opened."))
        book = openpyxl.load_workbook(BytesIO(content), read_only=True)
        lines = [
            (number, [FORMULA if cell.data_type == "f" else cell.value for cell in line])
            for number, line in enumerate(book.worksheets[0].iter_rows(max_row=MAX_LINES, max_col=MAX_COLUMNS), start=1)
        ]
    except WorkbookError:
        raise
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        zlib.error,
        LookupError,
        ValueError,
        OSError,
        SyntaxError,
    ) as error:
        raise WorkbookError(damaged) from error
    return iter(lines)


def column_places(head: Sequence[str], columns: Sequence[ImportColumn]) -> dict[str, int]:
    """Where each column stands; raises `WorkbookError` naming the missing, the unknown and the repeated ones."""
    places: dict[str, int] = {}
    for column in columns:
        names = {str(column.label), column.key}
        place = next((index for index, text in enumerate(head) if text.rstrip("*＊ ") in names), None)
        if place is not None:
            places[column.key] = place
    missing = [str(column.label) for column in columns if column.is_required and column.key not in places]
    if missing:
        found = "、".join(text for text in head if text) or "—"
        raise WorkbookError(
            _t("Columns are missing: %(missing)s. Found in the first row: %(found)s. Use the template.")
            % {"missing": "、".join(missing), "found": found[:300]}
        )
    strange = [text for index, text in enumerate(head) if text and index not in places.values()]
    if strange:
        raise WorkbookError(
            _t("These columns are unknown here, or stand twice: %(columns)s. Nothing was read; rename or remove them.")
            % {"columns": "、".join(strange)[:300]}
        )
    for column in columns:
        places.setdefault(column.key, len(head))
    return places


def text_of(value: object) -> str:
    """A cell as text: dates as 2026-11-21, whole numbers without a decimal point."""
    if value is None or value is FORMULA:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
