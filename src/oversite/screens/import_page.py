"""Excel in: every row is checked and reported, and either all of them go in or none."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext
from openpyxl.utils.exceptions import InvalidFileException

from oversite.common.errors import Refused
from oversite.screens import excel
from oversite.screens.columns import Column
from oversite.screens.page import PageView, go_to
from oversite.screens.slots import Words

MAX_IMPORT_ROWS = 5_000
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024


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
    """One row: its number as Excel shows it, its texts by column key, and what is wrong with it."""

    number: int
    values: dict[str, str]
    errors: list[str] = field(default_factory=list)


class WorkbookError(ValueError):
    """The workbook as a whole cannot be read; the text says why and what to do."""


class ImportPage(PageView):
    """Takes a workbook, checks all of its rows, and applies them together."""

    template_name = "screens/import.html"
    columns: Sequence[ImportColumn] = ()
    done_url = "../"

    def check(self, rows: list[ImportRow], user: Any) -> None:
        """Add to `row.errors` what is wrong with a row; required columns are checked already."""

    def apply(self, rows: list[ImportRow], user: Any) -> int:
        """Call the action for all rows in one transaction; returns how many were taken in."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """The form, or the empty workbook to fill in."""
        if "template" in request.GET:
            return self.blank_workbook()
        return self.show({"errors": [], "report": []})

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Read, check, and apply if every row is in order."""
        try:
            rows = read_workbook(request.FILES.get("file"), self.columns)
        except WorkbookError as error:
            return self.show({"errors": [str(error)], "report": []}, status=422)
        self.check(rows, self.user)
        wrong = [row for row in rows if row.errors]
        if wrong:
            return self.show({"errors": [], "report": wrong, "row_count": len(rows)}, status=422)
        if "check_only" in request.POST:
            return self.show({"errors": [], "report": [], "row_count": len(rows), "is_checked": True})
        try:
            count = self.apply(rows, self.user)
        except Refused as refused:
            return self.show({"errors": [str(refused)], "report": []}, status=refused.status)
        text = ngettext("%(count)s row was imported.", "%(count)s rows were imported.", count) % {"count": count}
        messages.success(request, text)
        return go_to(request, self.done_url)

    def blank_workbook(self) -> FileResponse:
        """A workbook with the head row and one example."""
        columns = [Column(each.key, each.label, each.key) for each in self.columns]
        stream = BytesIO()
        example = {each.key: each.example for each in self.columns}
        rows = [example] if any(example.values()) else []
        excel.write_workbook(stream, str(self.heading()), [as_item(column) for column in columns], rows)
        stream.seek(0)
        name = f"{self.heading()}.xlsx"
        return FileResponse(stream, as_attachment=True, filename=name, content_type=excel.CONTENT_TYPE)


def as_item(column: Column) -> Column:
    """The column over dictionaries, also where a key is the name of a dictionary's method."""
    return Column(column.key, column.label, lambda row: row[column.key], column.format)


def read_workbook(upload: "UploadedFile[bytes] | None", columns: Sequence[ImportColumn]) -> list[ImportRow]:
    """The rows of the first sheet as texts; empty rows are passed over. Raises `WorkbookError`."""
    if upload is None:
        raise WorkbookError(_t("Choose a workbook (.xlsx) first."))
    content = upload.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise WorkbookError(_t("The file is larger than 10 MiB. Split it."))
    lines = sheet_lines(content)
    head = next(lines, (0, ()))[1]
    places = column_places([text_of(value) for value in head], columns)
    rows: list[ImportRow] = []
    for number, line in lines:
        values = {key: text_of(line[place]) if place < len(line) else "" for key, place in places.items()}
        if not any(values.values()):
            continue
        if len(rows) == MAX_IMPORT_ROWS:
            raise WorkbookError(_t("More than %(most)s rows at once are too many. Split the file.") % {"most": "5,000"})
        row = ImportRow(number, values)
        row.errors += [
            _t("“%(label)s” is missing.") % {"label": each.label}
            for each in columns
            if each.is_required and not values[each.key]
        ]
        rows.append(row)
    if not rows:
        raise WorkbookError(_t("The workbook has no rows below its head row."))
    return rows


def sheet_lines(content: bytes) -> Any:
    """Pairs of row number and values of the first sheet; raises `WorkbookError` before the first one."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MAX_UNPACKED_BYTES:
                raise WorkbookError(_t("The workbook unpacks to an enormous size and was not opened."))
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        lines = [(n, line) for n, line in enumerate(sheet.iter_rows(values_only=True, max_row=20_000), start=1)]
    except WorkbookError:
        raise
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, SyntaxError) as error:
        raise WorkbookError(_t("This is not an Excel workbook (.xlsx), or it is damaged. Save it again.")) from error
    return iter(lines)


def column_places(head: Sequence[str], columns: Sequence[ImportColumn]) -> dict[str, int]:
    """Where each column stands; raises `WorkbookError` naming the missing ones and those found instead."""
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
    for column in columns:
        places.setdefault(column.key, len(head))
    return places


def text_of(value: object) -> str:
    """A cell as text: dates as 2026-11-21, whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
