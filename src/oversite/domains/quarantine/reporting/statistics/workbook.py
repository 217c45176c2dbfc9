"""The figures as an Excel workbook: one sheet per dimension."""

from typing import IO, Any

from django.utils.translation import gettext as _t
from xlsxwriter import Workbook

from oversite.domains.quarantine.reporting.statistics.folding import Figures, Row


def write_figures(stream: IO[bytes], found: Figures) -> None:
    """Write every dimension; text stays text, numbers stay numbers."""
    with Workbook(stream, {"strings_to_formulas": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E9EDF2", "bottom": 1})
        percent = book.add_format({"num_format": "0.0%"})
        for title, rows in (
            (_t("by city"), [*found.cities, found.total]),
            (_t("by species"), found.species),
            (_t("by purpose"), found.purposes),
            (_t("by direction"), found.directions),
            (_t("by month"), found.months),
        ):
            _write(book.add_worksheet(title), rows, head, percent)
        sheet = book.add_worksheet(_t("by disease"))
        _line(sheet, 0, [_t("disease"), _t("tests"), _t("positive")], head)
        for number, line in enumerate(found.diseases, 1):
            _line(sheet, number, list(line))


def heads() -> list[str]:
    """The columns of every dimension."""
    return [
        _t("batches declared"),
        _t("batches certified"),
        _t("not qualified"),
        _t("declared quantity"),
        _t("certified quantity"),
        _t("weighed, in kilograms"),
        _t("certified, in kilograms"),
        _t("producers obliged"),
        _t("producers that declared"),
    ]


def values(row: Row) -> list[int]:
    """The figures of a row in the order of `heads`."""
    return [
        row.declared,
        row.certified,
        row.unqualified,
        row.amount,
        row.certified_amount,
        row.kilograms,
        row.certified_kilograms,
        row.obliged,
        row.declaring,
    ]


def _write(sheet: Any, rows: list[Row], head: Any, percent: Any) -> None:
    _line(sheet, 0, ["", *heads(), _t("declaration rate")], head)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 10, 14)
    for number, row in enumerate(rows, 1):
        _line(sheet, number, [row.label, *values(row)])
        if row.rate is not None:
            sheet.write_number(number, len(heads()) + 1, row.rate, percent)


def _line(sheet: Any, number: int, cells: list[Any], cell_format: Any = None) -> None:
    for index, cell in enumerate(cells):
        if isinstance(cell, int | float):
            sheet.write_number(number, index, cell, cell_format)
        else:
            sheet.write_string(number, index, str(cell), cell_format)
