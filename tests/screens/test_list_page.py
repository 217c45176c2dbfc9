"""The generic list."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from oversite.screens.excel import sheet_name, write_export
from oversite.screens.list_page import ListPage
from oversite.screens.slots import EXPORTERS, STORES, ExportOrder, SavedView

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]


@pytest.fixture
def three(pumps: Any) -> Any:
    pumps.create(
        name="Gate", code="100", site="North", state="online", opened_at=datetime(2026, 11, 21, 16, tzinfo=UTC)
    )
    pumps.create(name="Pond", code="200", site="South", state="offline", is_key=True, size_bytes=5_000_000)
    pumps.create(name="=SUM(A1)", code="3706000000132000000", state="weak", share=0.5)
    return pumps


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_rows_columns_and_count(page: Ask, three: Any) -> None:
    response = page("/pumps/")
    assert response.status_code == 200
    assert "3 rows" in text(response)
    assert "2026-11-22 00:00:00" in text(response), "instants are shown in Beijing time"
    assert "检验日期" not in re.sub(r"<details.*?</details>", "", response.content.decode(), flags=re.DOTALL)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=gate", {"Gate"}),
        ("q=200+pond", {"Pond"}),
        ("state=weak", {"=SUM(A1)"}),
        ("key=yes", {"Pond"}),
        ("key=no", {"Gate", "=SUM(A1)"}),
        ("opened=no", {"Pond", "=SUM(A1)"}),
        ("at_day_from=2026-11-22&at_day_to=2026-11-22", {"Gate"}),
        ("at_day_to=2026-11-21", set()),
    ],
)
def test_filters_narrow(page: Ask, three: Any, query: str, names: set[str]) -> None:
    body = page(f"/pumps/?{query}").content.decode()
    shown = {name for name in ("Gate", "Pond", "=SUM(A1)") if f">{name}</a>" in body}
    assert shown == names


@pytest.mark.parametrize(
    "query", ["state=nothing", "at_day_from=yesterday", "at_day_from=2026-12-01&at_day_to=2026-11-01"]
)
def test_an_unreadable_filter_is_named_and_the_list_stays(page: Ask, three: Any, query: str) -> None:
    response = page(f"/pumps/?{query}")
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert "3 rows" in text(response)


def test_chips_lead_to_the_list_without_the_filter(page: Ask, three: Any) -> None:
    body = page("/pumps/?state=online&q=gate&sort=name").content.decode()
    assert '<a class="ov-chip" href="/pumps/?q=gate&amp;sort=name"' in body
    assert '<a class="ov-chip" href="/pumps/?state=online&amp;sort=name"' in body
    assert 'href="/pumps/?sort=name">Clear all' in body


def test_sorting_by_a_column_and_back(page: Ask, three: Any) -> None:
    body = page("/pumps/?sort=name").content.decode()
    assert body.index(">=SUM(A1)</a>") < body.index(">Gate</a>") < body.index(">Pond</a>")
    assert 'aria-sort="ascending"' in body
    assert "?sort=-name" in body


def test_only_known_columns_sort(page: Ask, three: Any) -> None:
    assert page("/pumps/?sort=password").status_code == 200


def test_paging_links_keep_the_filters(page: Ask, pumps: Any) -> None:
    for number in range(60):
        pumps.create(name=f"pump {number:02}", code=str(number))
    body = page("/pumps/?sort=name&size=25&q=pump").content.decode()
    link = re.search(r'href="([^"]+)" rel="next"', body)
    assert link is not None
    url = link.group(1).replace("&amp;", "&")
    assert "q=pump" in url
    assert "size=25" in url
    second = page(url).content.decode()
    assert ">pump 25</a>" in second
    assert ">pump 24</a>" not in second
    assert 'rel="prev"' in second


def test_a_broken_place_leads_to_the_beginning(page: Ask, three: Any) -> None:
    response = page("/pumps/?at=nonsense")
    assert response.status_code == 200
    assert "this is its beginning" in text(response)
    assert ">Gate</a>" in response.content.decode()


def test_the_empty_list_says_why_and_the_filtered_one_how_to_go_on(page: Ask, pumps: Any) -> None:
    assert "设备注册并上报目录后" in text(page("/pumps/"))
    assert "Nothing matches these filters" in text(page("/pumps/?q=x"))


def test_the_number_of_queries_does_not_grow_with_rows(page: Ask, pumps: Any, django_assert_num_queries: Any) -> None:
    for number in range(40):
        pumps.create(name=f"pump {number}", code=str(number))
    with django_assert_num_queries(2):
        page("/pumps/")


def test_the_workbook_holds_values_not_texts(page: Ask, three: Any) -> None:
    response = page("/pumps/?export=xlsx&sort=name")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("名称", "国标编号", "场所", "状态")
    assert len(rows) == 4
    formula, gate, pond = rows[1:]
    assert formula[0] == "=SUM(A1)"
    assert sheet.cell(2, 1).data_type == "s", "a name that looks like a formula stays a text"
    assert formula[1] == "3706000000132000000", "a long number keeps all of its digits"
    assert formula[5] == 0.5
    assert gate[6] == datetime(2026, 11, 22)
    assert pond[3] == "离线"
    assert pond[4] == 5_000_000
    assert pond[8] == "yes"


def test_a_large_list_goes_to_a_job(page: Ask, three: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ListPage, "count_cap", 0)
    assert page("/pumps/?export=xlsx").status_code == 409
    orders: list[ExportOrder] = []

    def exporter(_user: Any, order: ExportOrder) -> str:
        orders.append(order)
        return "/jobs/1/"

    monkeypatch.setitem(EXPORTERS._values, "excel", exporter)
    response = page("/pumps/?export=xlsx&state=online")
    assert (response.status_code, response.headers["Location"]) == (302, "/jobs/1/")
    stream = BytesIO()
    assert write_export(orders[0], AnonymousUser(), stream) == 1
    assert openpyxl.load_workbook(stream).worksheets[0].cell(2, 1).value == "Gate"


def test_sheet_names_are_what_excel_allows() -> None:
    assert sheet_name("a/b:c*[d]") == "a b c  d"
    assert len(sheet_name("长" * 50)) == 31
    assert sheet_name("///") == "Sheet1"


def test_a_bulk_act_runs_on_the_selected_rows(page: Ask, three: Any) -> None:
    gate = three.get(name="Gate")
    response = page("/pumps/", method="post", data={"bulk": "stop", "row": [str(gate.pk), "x", "999999"]})
    assert response.status_code == 302
    assert set(three.filter(state="stopped").values_list("name", flat=True)) == {"Gate"}


def test_a_refused_bulk_act_says_why(page: Ask, three: Any) -> None:
    three.update(state="stopped")
    response = page("/pumps/", method="post", data={"bulk": "stop", "row": [str(three.first().pk)]})
    assert response.status_code == 409
    assert "请取消选择后再试" in text(response)


def test_a_bulk_act_needs_its_permission(page: Ask, three: Any) -> None:
    assert 'value="stop"' not in page("/pumps/", "reader").content.decode()
    response = page("/pumps/", "reader", method="post", data={"bulk": "stop", "row": [str(three.first().pk)]})
    assert response.status_code == 403
    assert not three.filter(state="stopped").exists()


class Shelf:
    """A store of saved views."""

    def __init__(self) -> None:
        self.views: dict[str, str] = {}

    def saved_views(self, user: Any, list_key: str) -> list[SavedView]:
        assert list_key.endswith("PumpList")
        return [SavedView(name, query) for name, query in self.views.items()]

    def save_view(self, user: Any, list_key: str, name: str, query: str) -> None:
        self.views[name] = query

    def delete_view(self, user: Any, list_key: str, name: str) -> None:
        self.views.pop(name, None)


def test_views_are_saved_offered_and_forgotten(page: Ask, three: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf()
    monkeypatch.setitem(STORES._values, "saved_views", shelf)
    page("/pumps/?state=online&sort=name&at=xyz", method="post", data={"save_view": " Mine "})
    assert shelf.views == {"Mine": "sort=name&state=online"}, "the place in the list is no part of a view"
    body = page("/pumps/?sort=name&state=online").content.decode()
    assert '<a href="/pumps/?sort=name&amp;state=online" class="is-active"' in body
    page("/pumps/", method="post", data={"delete_view": "Mine"})
    assert shelf.views == {}


def test_htmx_gets_the_list_without_the_frame(page: Ask, three: Any) -> None:
    body = page("/pumps/", hx_request="true").content.decode()
    assert "<html" not in body
    assert "<table" in body


def test_texts_are_escaped(page: Ask, pumps: Any) -> None:
    pumps.create(name="<script>alert(1)</script>", code="1", site='"><img src=x>')
    body = page('/pumps/?q=<script>"').content.decode()
    assert "<script>alert" not in body + page("/pumps/").content.decode()
    assert "<img src=x" not in page("/pumps/").content.decode()
    assert QueryDict("q=%3Cscript%3E")["q"] == "<script>"
