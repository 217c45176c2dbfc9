"""What the pages of the register share."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.domains.quarantine.registry.forms import CallForm
from oversite.screens.acts import Act
from oversite.screens.detail_page import DetailPage, HistoryEntry
from oversite.screens.form_page import FormPage
from oversite.screens.list_page import ListPage
from oversite.screens.slots import Words

READ, CHANGE = "quarantine.registry.read", "quarantine.registry.change"
LISTS = (
    ("producers", _("Producers"), "fish"),
    ("points", _("Declaration points"), "map-pin"),
    ("veterinarians", _("Official veterinarians"), "stethoscope"),
    ("laboratories", _("Laboratories"), "flask"),
    ("tests", _("Periodic tests"), "test-pipe"),
)


def url(name: str, *args: object) -> str:
    """The address of a page of the register."""
    return reverse(f"quarantine_registry:{name}", args=args)


class RegisterList(ListPage):
    """A list of the register, with the ways to its neighbours."""

    menu = "quarantine.registry"
    permission = READ
    name = ""
    new_url = ""
    page_name = ""

    def main_act(self, user: Any) -> Act | None:
        if not self.new_url or not user.has_perm(CHANGE):
            return None
        return Act(_("Enter"), url(self.new_url), "plus", is_main=True)

    def page_acts(self, user: Any) -> list[Act]:
        others = [Act(label, url(name), icon) for name, label, icon in LISTS if name != self.name]
        return [*others, *super().page_acts(user)]

    def row_link(self, row: Any) -> str:
        return url(self.page_name, row.uid) if self.page_name else ""


class RegisterDetail(DetailPage):
    """A page of the register about one unit; `change_name` is the page on which its keepers change it."""

    menu = "quarantine.registry"
    permission = READ
    model_pk = "uid"
    change_name = ""

    def acts(self, subject: Any, user: Any) -> list[Act]:
        if not self.change_name or not user.has_perm(CHANGE):
            return []
        return [Act(_("Change"), url(self.change_name, subject.uid), "pencil")]

    def history(self, subject: Any, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)


class RegisterForm(FormPage):
    """A form of the register; the form knows the user."""

    menu = "quarantine.registry"
    permission = CHANGE
    model_pk = "uid"
    list_name = ""
    page_name = ""

    def form(self, **kwargs: Any) -> Any:
        return super().form(user=self.user, **kwargs)

    def present(self) -> Any:
        """The row that the address names, or none for a new one."""
        return self.subject() if "uid" in self.kwargs else None

    def cancel_to(self) -> str:
        return url(self.page_name, self.kwargs["uid"]) if "uid" in self.kwargs else url(self.list_name)

    def queryset(self, user: Any) -> QuerySet[Any]:
        raise NotImplementedError


class CalledList(ListPage):
    """What the province calls with a deadline: the list, with the way to call another one."""

    call_permission = ""
    call_label: Words = ""
    new_name = ""
    page_name = ""

    def main_act(self, user: Any) -> Act | None:
        may = user.has_perm(self.call_permission)
        return Act(self.call_label, url(self.new_name), "plus", is_main=True) if may else None

    def row_link(self, row: Any) -> str:
        return url(self.page_name, row.uid)


class CallPage(FormPage):
    """Calls for something until a deadline."""

    form_class = CallForm
    list_name = ""
    page_name = ""

    def call(self, user: Any, title: str, deadline_on: date) -> Any:
        """Call for it; gives what the page named by `page_name` shows."""
        raise NotImplementedError

    def cancel_to(self) -> str:
        return url(self.list_name)

    def perform(self, form: Any, user: Any) -> str:
        data = form.cleaned_data
        return url(self.page_name, self.call(user, data["title"], data["deadline_on"]).uid)
