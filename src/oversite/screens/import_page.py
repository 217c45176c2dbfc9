"""Tables in: every row is checked and reported, and either all of them go in or none."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _t

from oversite.common.errors import Refused
from oversite.screens import excel
from oversite.screens.columns import Column
from oversite.screens.page import PageView, go_to
from oversite.screens.tables import (
    MAX_FILE_BYTES,
    MAX_IMPORT_ROWS,
    ImportColumn,
    Imported,
    ImportRow,
    WorkbookError,
    read_table,
)

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_IMPORT_ROWS",
    "ImportColumn",
    "ImportPage",
    "ImportRow",
    "Imported",
    "WorkbookError",
    "as_item",
]


class ImportPage(PageView):
    """Takes a workbook or a JSON file, checks all of its rows, and applies them together.

    `nested` names the lists that a row of a JSON file may hold, with their columns.
    """

    template_name = "screens/import.html"
    columns: Sequence[ImportColumn] = ()
    nested: Mapping[str, Sequence[ImportColumn]] = {}
    done_url = "../"

    def check(self, rows: list[ImportRow], user: Any) -> None:
        """Add to `row.errors` what is wrong with a row; required columns are checked already."""

    def apply(self, rows: list[ImportRow], user: Any) -> Imported:
        """Call the action for all rows in one transaction; returns what was new, changed and unchanged."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """The form, or the empty workbook to fill in."""
        if "template" in request.GET:
            return self.blank_workbook()
        return self.show({"errors": [], "report": []})

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Read, check, and apply if every row is in order."""
        try:
            rows = read_table(request.FILES.get("file"), self.columns, self.nested)
        except WorkbookError as error:
            return self.show({"errors": [str(error)], "report": []}, status=422)
        self.check(rows, self.user)
        wrong = [row for row in rows if row.errors]
        if wrong:
            return self.show({"errors": [], "report": wrong, "row_count": len(rows)}, status=422)
        if "check_only" in request.POST:
            return self.show({"errors": [], "report": [], "row_count": len(rows), "is_checked": True})
        try:
            done = self.apply(rows, self.user)
        except Refused as refused:
            return self.show({"errors": [str(refused)], "report": []}, status=refused.status)
        messages.success(request, _t("Imported: %(counts)s.") % {"counts": done.text})
        return go_to(request, self.done_url)

    def given_rows(self) -> list[dict[str, str]]:
        """What stands in the workbook that people take to fill in: one example where the columns have any."""
        example = {each.key: each.example for each in self.columns}
        return [example] if any(example.values()) else []

    def blank_workbook(self) -> FileResponse:
        """A workbook with the head row and what is given."""
        columns = [Column(each.key, each.label, each.key) for each in self.columns]
        stream, rows = BytesIO(), self.given_rows()
        excel.write_workbook(stream, str(self.heading()), [as_item(column) for column in columns], rows)
        stream.seek(0)
        name = f"{self.heading()}.xlsx"
        return FileResponse(stream, as_attachment=True, filename=name, content_type=excel.CONTENT_TYPE)


def as_item(column: Column) -> Column:
    """The column over dictionaries, also where a key is the name of a dictionary's method."""
    return Column(column.key, column.label, lambda row: row[column.key], column.format)
