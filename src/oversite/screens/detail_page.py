"""The generic detail: facts left, history right, related things as tabs, the next acts on top."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.formats import TEXT, Format, Tone
from oversite.screens.list_page import CellView
from oversite.screens.page import PageView, is_htmx
from oversite.screens.slots import Words

RELATED_ROWS = 100


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: a label, a raw value, how it is shown and where it leads."""

    label: Words
    value: object
    format: Format = TEXT
    link: str = ""
    is_wide: bool = False

    @property
    def html(self) -> str:
        """The value for the page."""
        return self.format.html(self.value)


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts that belong together."""

    title: Words
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Something that happened: when, who, what."""

    at: datetime
    actor: str
    text: Words
    tone: Tone = "quiet"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """Related things: rows with columns, or a template of the app with `rows` in its context."""

    key: str
    label: Words
    rows: Iterable[Any]
    columns: Sequence[Column] = ()
    count: int | None = None
    template_name: str = ""
    all_url: str = ""
    act: Act | None = None
    empty: EmptyState | None = None
    context: dict[str, Any] = field(default_factory=dict)


class DetailPage(PageView):
    """A page about one object that the user may see."""

    template_name = "screens/detail.html"
    history_title: Words = ""
    has_history = True
    """False for what nobody changes: the page then needs no room for it."""

    def fact_groups(self, subject: Any) -> Sequence[FactGroup]:
        """The facts, in groups."""
        raise NotImplementedError

    def state(self, subject: Any) -> str:
        """The object's state beside the title, as `formats.state_html` gives it."""
        del subject
        return ""

    def history(self, subject: Any, user: Any) -> Iterable[HistoryEntry]:
        """What happened, newest first."""
        del subject, user
        return ()

    def tabs(self, subject: Any, user: Any) -> Sequence[Tab]:
        """Related things; rows are only read for the tab that is shown."""
        del subject, user
        return ()

    def acts(self, subject: Any, user: Any) -> list[Act]:
        """What can be done next; what cannot says why not."""
        del subject, user
        return []

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The page, or one tab of it for HTMX."""
        subject = self.subject()
        tabs = self.tabs(subject, self.user)
        shown = next((tab for tab in tabs if tab.key == request.GET.get("tab")), tabs[0] if tabs else None)
        context: dict[str, Any] = {"subject": subject, "tabs": tabs, "tab": shown}
        if shown:
            context |= self.tab_context(shown)
        if is_htmx(request) and "tab" in request.GET:
            return self.show(context, template_name="screens/parts/tabs.html")
        context |= {
            "state": self.state(subject),
            "fact_groups": self.fact_groups(subject),
            "history": list(self.history(subject, self.user)),
            "page_acts": self.acts(subject, self.user),
        }
        return self.show(context)

    def tab_context(self, tab: Tab) -> dict[str, Any]:
        """The rows of the tab that is shown."""
        if tab.template_name:
            return {"tab_rows": tab.rows, **tab.context}
        rows = []
        for _index, row in zip(range(RELATED_ROWS), tab.rows, strict=False):
            rows.append([CellView(c.html(row), c.href(row), c.align, c.format.css, c.label) for c in tab.columns])
        return {"tab_rows": rows}
