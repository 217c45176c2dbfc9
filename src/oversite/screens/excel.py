"""Lists as Excel workbooks: written row by row, so that memory does not grow with them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.module_loading import import_string

from oversite.screens.columns import Column
from oversite.screens.slots import ExportOrder

if TYPE_CHECKING:
    from xlsxwriter.format import Format as CellFormat
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS = 1_048_575
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Progress = Callable[[int], None]
_REPORT_EVERY = 500
_WIDTHS = (10, 60)


def write_workbook(
    stream: IO[bytes], title: str, columns: Sequence[Column], rows: Iterable[Any], progress: Progress | None = None
) -> int:
    """Write one sheet with a head row; returns the number of rows. Text is never taken for a formula.

    `progress` is told the number of rows written, now and then.
    """
    from xlsxwriter import Workbook  # a tenth of what every process would load at its start

    with Workbook(stream, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet(sheet_name(title))
        head = book.add_format({"bold": True, "bg_color": "#E9EDF2", "bottom": 1, "valign": "vcenter"})
        patterns = {pattern: book.add_format({"num_format": pattern}) for pattern in _patterns(columns)}
        for index, column in enumerate(columns):
            label = str(column.label)
            sheet.set_column(index, index, _width(label, column))
            sheet.write_string(0, index, label, head)
        sheet.freeze_panes(1, 0)
        count = 0
        for count, row in enumerate(islice(rows, MAX_ROWS), start=1):
            for index, column in enumerate(columns):
                write_cell(sheet, count, index, column, row, patterns.get(column.format.excel_pattern))
            if progress and count % _REPORT_EVERY == 0:
                progress(count)
        if count:
            sheet.autofilter(0, 0, count, max(len(columns) - 1, 0))
    return count


def write_cell(
    sheet: "Worksheet", line: int, index: int, column: Column, row: Any, cell_format: "CellFormat | None"
) -> None:
    """Write one value as what it is: text as text, numbers as numbers, instants as dates."""
    value = column.cell(row)
    if value is None or value == "":
        return
    if isinstance(value, datetime | date):
        sheet.write_datetime(line, index, value, cell_format)
    elif isinstance(value, bool):
        sheet.write_boolean(line, index, value)
    elif isinstance(value, int | float):
        # Excel holds fifteen digits; a longer number would silently become another one
        if abs(value) < 10**15:
            sheet.write_number(line, index, value, cell_format)
        else:
            sheet.write_string(line, index, str(value))
    else:
        sheet.write_string(line, index, value[:32_767])


def write_export(order: ExportOrder, user: Any, stream: IO[bytes], progress: Progress | None = None) -> int:
    """Carry out an export that was handed to a job: the same list, the same filters, for the same user."""
    view = import_string(order.view)()
    view.kwargs = dict(order.kwargs)
    rows = view.export_rows(user, QueryDict(order.params))
    return write_workbook(stream, order.title, view.columns, rows, progress)


def sheet_name(title: str) -> str:
    """A title as Excel allows it for a sheet: 31 characters, none of `[]:*?/\\`."""
    cleaned = "".join(" " if character in "[]:*?/\\'" else character for character in title).strip()
    return cleaned[:31] or "Sheet1"


def _patterns(columns: Sequence[Column]) -> set[str]:
    return {column.format.excel_pattern for column in columns if column.format.excel_pattern}


def _width(label: str, column: Column) -> int:
    least = 20 if column.format.excel_pattern.endswith("ss") else _WIDTHS[0]
    return min(max(least, 2 * len(label) + 4), _WIDTHS[1])
