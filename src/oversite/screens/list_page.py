"""The generic list: filters, sorting, saved views, Excel, selection, keyset paging."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.common.clock import BEIJING
from oversite.common.errors import Refused
from oversite.common.sentences import sentence
from oversite.screens import excel
from oversite.screens.acts import Act, BulkAct, EmptyState
from oversite.screens.columns import Column
from oversite.screens.filters import Asked, Filter, FilterError, Input, active_names
from oversite.screens.formats import Align
from oversite.screens.page import PageView, go_to, is_allowed, is_htmx, require
from oversite.screens.paging import COUNT_CAP, Cursor, CursorError, Page, capped_count, ordered_all, page_of
from oversite.screens.slots import EXPORTERS, STORES, ExportOrder, SavedView, Words

MAX_SELECTED = 500
KEPT_PARAMS = ("sort", "size", "columns")
SIZES = (25, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter, with the address of the list without it."""

    label: Words
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: how it sorts now, and the address that sorts by it."""

    label: Words
    align: Align
    url: str
    sorted: str


@dataclass(frozen=True, slots=True)
class CellView:
    """One value of a row as the template draws it."""

    html: str
    href: str
    align: Align
    css: str
    label: Words


@dataclass(frozen=True, slots=True)
class RowView:
    """A row with its values and where it leads."""

    pk: str
    url: str
    name: str
    cells: list[CellView]


class ListPage(PageView):
    """A list of the objects that the user may see; about ten lines make a subclass."""

    template_name = "screens/list.html"
    columns: Sequence[Column] = ()
    filters: Sequence[Filter] = ()
    default_sort = ""
    page_size = 50
    bulk_acts: Sequence[BulkAct] = ()
    export_permission = ""
    has_export = True
    empty: EmptyState = EmptyState(_("There is nothing here yet"))
    count_cap = COUNT_CAP

    def main_act(self, user: Any) -> Act | None:
        """The one main act of the list, such as opening a new one."""
        del user
        return None

    def row_link(self, row: Any) -> str:
        """Where a row leads; it becomes the link of the first column that has none of its own."""
        del row
        return ""

    @property
    def list_key(self) -> str:
        """The name under which views of this list are saved."""
        return f"{type(self).__module__.removeprefix('oversite.')}.{type(self).__name__}"

    def page_acts(self, user: Any) -> list[Act]:
        act = self.main_act(user)
        return [act] if act else []

    # reading -----------------------------------------------------------------------------------------------------

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """The list, a part of it for HTMX, or the workbook."""
        if request.GET.get("export") == "xlsx" and self.has_export:
            return self.export(request)
        params = request.GET
        problems: list[str] = []
        queryset = self.filtered(self.queryset(self.user), params, self.user, problems)
        page = self.rows_page(queryset, params, problems)
        columns = self.shown_columns(params)
        count = capped_count(queryset, self.count_cap)
        context = {
            "rows": [self.row_view(row, columns) for row in page.rows],
            "heads": [self.head(column, params) for column in columns],
            "count": count,
            "count_text": f"{self.count_cap:,}+" if count > self.count_cap else f"{count:,}",
            "next_url": self.url_with(at=page.next) if page.next else "",
            "previous_url": self.url_with(at=page.previous) if page.previous else "",
            "first_url": self.url_with(at="") if params.get("at") else "",
            "problems": problems,
            "allowed_bulk_acts": [act for act in self.bulk_acts if is_allowed(self.user, act.permission)],
            **self.controls(params),
        }
        template = "screens/parts/list_body.html" if is_htmx(request) else ""
        return self.show(context, template_name=template)

    def controls(self, params: QueryDict) -> dict[str, Any]:
        """The filter bar, chips, saved views and choices of display."""
        active = active_names(self.filters, params)
        can_export = self.has_export and is_allowed(self.user, self.export_permission)
        store = STORES.get("saved_views")
        return {
            "inputs": self.inputs(params),
            "chips": self.chips(params),
            "clear_url": self.url_with(**dict.fromkeys(active, ""), at=""),
            "kept": self.kept_params(params),
            "sizes": SIZES,
            "size": self.size_of(params),
            "has_saved_views": store is not None,
            "saved_views": self.saved_views(),
            "column_choices": [(c.key, c.label, c in self.shown_columns(params)) for c in self.columns],
            "export_url": self.url_with(export="xlsx", at="") if can_export else "",
        }

    def filtered(
        self, queryset: QuerySet[Any], params: QueryDict, user: Any, problems: list[str] | None = None
    ) -> QuerySet[Any]:
        """Narrow the queryset by every filter; an unreadable filter is left out and named in `problems`."""
        for each in self.filters:
            try:
                queryset = each.apply(queryset, Asked(params, user))
            except FilterError as error:
                if problems is not None:
                    problems.append(f"{each.label}：{error}")
        return queryset

    def sorting(self, params: QueryDict) -> tuple[Column | None, bool]:
        """The column sorted by and whether it is descending."""
        for wanted in (params.get("sort", ""), self.default_sort):
            for column in self.columns:
                if column.sort and wanted.removeprefix("-") == column.key:
                    return column, wanted.startswith("-")
        return None, True

    def rows_page(self, queryset: QuerySet[Any], params: QueryDict, problems: list[str]) -> Page:
        """The rows of the page; an unreadable place leads to the first page."""
        column, is_descending = self.sorting(params)
        sort, size = column.sort if column else "", self.size_of(params)
        token = params.get("at", "")
        try:
            cursor = Cursor.parse(token) if token else None
            return page_of(queryset, sort=sort, is_descending=is_descending, size=size, cursor=cursor)
        except CursorError:
            problems.append(_t("That place in the list is not known any more; this is its beginning."))
            return page_of(queryset, sort=sort, is_descending=is_descending, size=size)

    def size_of(self, params: QueryDict) -> int:
        """Rows per page."""
        size = params.get("size", "")
        return int(size) if size.isascii() and size.isdigit() and int(size) in SIZES else self.page_size

    def shown_columns(self, params: QueryDict) -> list[Column]:
        """The columns asked for, or those that are not hidden."""
        keys = params.get("columns", "").split(",") if params.get("columns") else []
        chosen = [column for column in self.columns if column.key in keys]
        return chosen or [column for column in self.columns if not column.is_hidden]

    # drawing -----------------------------------------------------------------------------------------------------

    def url_with(self, **changes: str) -> str:
        """The address of this list with some parameters changed ("" = taken out)."""
        params = self.request.GET.copy()
        for name, value in changes.items():
            if value:
                params[name] = value
            else:
                params.pop(name, None)
        query = params.urlencode(safe=",")
        return f"{self.request.path}?{query}" if query else self.request.path

    def head(self, column: Column, params: QueryDict) -> Head:
        """The head of a column."""
        current, is_descending = self.sorting(params)
        is_sorted = current is column
        target = f"-{column.key}" if is_sorted and not is_descending else column.key
        url = self.url_with(sort=target, at="") if column.sort else ""
        how = ("descending" if is_descending else "ascending") if is_sorted else ""
        return Head(column.label, column.align, url, how)

    def row_view(self, row: Any, columns: Sequence[Column]) -> RowView:
        """A row for the template."""
        url = self.row_link(row)
        cells = []
        for index, column in enumerate(columns):
            href = column.href(row) or (url if index == 0 else "")
            cells.append(CellView(column.html(row), href, column.align, column.format.css, column.label))
        return RowView(str(row.pk), url, str(row), cells)

    def inputs(self, params: QueryDict) -> list[Input]:
        """The controls of all filters."""
        return [control for each in self.filters for control in each.inputs(Asked(params, self.user))]

    def chips(self, params: QueryDict) -> list[Chip]:
        """The filters in use."""
        chips = []
        for each in self.filters:
            text = each.text(Asked(params, self.user))
            if text:
                chips.append(Chip(each.label, text, self.url_with(**dict.fromkeys(each.names, ""), at="")))
        return chips

    def kept_params(self, params: QueryDict) -> list[tuple[str, str]]:
        """What a filter form must carry along: sorting, size and columns, not the place."""
        return [(name, params.get(name, "")) for name in KEPT_PARAMS if name in params]

    def saved_views(self) -> list[tuple[SavedView, str, bool]]:
        """The user's views with their addresses, and whether one is shown now."""
        store = STORES.get("saved_views")
        if store is None:
            return []
        now = view_query(self.request.GET)
        return [
            (view, f"{self.request.path}?{view.query}", view.query == now)
            for view in store.saved_views(self.user, self.list_key)
        ]

    # Excel -------------------------------------------------------------------------------------------------------

    def export_rows(self, user: Any, params: QueryDict) -> Iterable[Any]:
        """All rows that the filters leave, in order; also called in a job, without a request."""
        column, is_descending = self.sorting(params)
        queryset = self.filtered(self.queryset(user), params, user)
        rows = ordered_all(queryset, sort=column.sort if column else "", is_descending=is_descending)
        return rows.iterator(chunk_size=1000)

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The workbook at once, or above the cap as a job."""
        require(self.user, self.export_permission)
        title = str(self.heading())
        count = capped_count(self.filtered(self.queryset(self.user), request.GET, self.user), self.count_cap)
        if count > self.count_cap:
            return self.hand_over(request, title)
        stream = TemporaryFile()  # noqa: SIM115  FileResponse closes it
        excel.write_workbook(stream, title, self.columns, self.export_rows(self.user, request.GET))
        stream.seek(0)
        stamp = timezone.now().astimezone(BEIJING).strftime("%Y%m%d-%H%M")
        return FileResponse(
            stream, as_attachment=True, filename=f"{title}-{stamp}.xlsx", content_type=excel.CONTENT_TYPE
        )

    def hand_over(self, request: HttpRequest, title: str) -> HttpResponse:
        """Give a large export to a job and lead to where its progress shows."""
        exporter = EXPORTERS.get("excel")
        if exporter is None:
            raise Refused(
                "screens.export_too_large",
                sentence("More than %(cap)s rows are too many for one workbook here. Narrow the list with filters.")
                % {"cap": f"{self.count_cap:,}"},
                status=409,
            )
        view = f"{type(self).__module__}.{type(self).__qualname__}"
        kwargs = {key: str(value) for key, value in self.kwargs.items()}
        url = exporter(self.user, ExportOrder(view, title, request.GET.urlencode(), kwargs))
        messages.info(request, _t("The workbook is being written. You can leave this page; a notice tells you."))
        return go_to(request, url)

    # writing -----------------------------------------------------------------------------------------------------

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """A bulk act on the selected rows, or a change of the saved views."""
        if "bulk" in request.POST:
            self.run_bulk(request)
        elif "save_view" in request.POST or "delete_view" in request.POST:
            self.change_views(request)
        return go_to(request, request.get_full_path())

    def run_bulk(self, request: HttpRequest) -> None:
        """Run a bulk act; a `Refused` is told as a message, because the list itself is in order."""
        act = next((act for act in self.bulk_acts if act.key == request.POST["bulk"]), None)
        if act is None:
            return
        require(self.user, act.permission)
        keys = request.POST.getlist("row")[:MAX_SELECTED]
        wanted = [key for key in keys if self.is_key(key)]
        rows = list(self.queryset(self.user).filter(pk__in=wanted))
        if not rows:
            messages.warning(request, _t("Select at least one row first."))
            return
        messages.success(request, str(act.run(request, rows)))

    def is_key(self, text: str) -> bool:
        """Whether a text can be a primary key of the rows; others are not looked up."""
        field = self.queryset(self.user).model._meta.pk
        try:
            field.to_python(text)
        except Exception:  # noqa: BLE001  each field type refuses in its own way
            return False
        return True

    def change_views(self, request: HttpRequest) -> None:
        """Save or forget a view of this list."""
        store = STORES.get("saved_views")
        if store is None:
            return
        if "delete_view" in request.POST:
            store.delete_view(self.user, self.list_key, request.POST["delete_view"])
            return
        name = request.POST["save_view"].strip()[:60]
        if name:
            store.save_view(self.user, self.list_key, name, view_query(request.GET))
            messages.success(request, _t("The view “%(name)s” is saved.") % {"name": name})


def view_query(params: QueryDict) -> str:
    """The part of a query string that makes a view: filters, sorting, size, columns; not the place."""
    kept = params.copy()
    for name in ("at", "export"):
        kept.pop(name, None)
    return "&".join(f"{quote(k)}={quote(v, safe=',')}" for k, vs in sorted(kept.lists()) for v in vs if v)
