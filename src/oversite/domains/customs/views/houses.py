"""Customs houses, and the register of short names."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.domains.customs import actions, queries
from oversite.domains.customs.forms import HouseForm, ShortNameForm
from oversite.domains.customs.models import CustomsHouse, ShortName
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.filters import ChoiceFilter, TextFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE
from oversite.screens.list_page import ListPage


class Houses(ListPage):
    """What agencies are in codes and on pictures."""

    menu = "customs"
    title = _("Customs houses")
    lead = _("The four digits of each district, and the names that stand on pictures.")
    permission = queries.READ
    default_sort = "district"
    columns = (
        Column("district", _("customs district"), "district", CODE, "district"),
        Column("regional", _("regional customs"), "regional_name", sort="regional_name"),
        Column("house", _("customs house"), "house_name", sort="house_name"),
        Column("agency", _("agency of the house"), "agency.name", sort="agency__name"),
    )
    filters = (TextFilter("q", _("name or district"), ("district", "regional_name", "house_name", "agency__name")),)
    empty = EmptyState(_("No customs house is registered yet"), _("Codes begin with the district of a house."))

    def queryset(self, user: Any) -> QuerySet[CustomsHouse]:
        return queries.houses(user)

    def row_link(self, row: Any) -> str:
        return reverse("customs:house", args=[row.pk]) if self.user.has_perm(queries.CHANGE) else ""

    def main_act(self, user: Any) -> Act | None:
        if not user.has_perm(queries.CHANGE):
            return None
        return Act(_("Register a customs house"), reverse("customs:new-house"), "plus", is_main=True)


class HouseEdit(FormPage):
    """Register a house, or change one."""

    menu = "customs"
    permission = queries.CHANGE
    form_class = HouseForm

    def queryset(self, user: Any) -> QuerySet[CustomsHouse]:
        return queries.houses(user, queries.CHANGE)

    def heading(self, subject: Any = None) -> Any:
        return _("Register a customs house") if subject is None else subject.house_name

    def form(self, **kwargs: Any) -> Any:
        return super().form(user=self.user, **kwargs)

    def cancel_to(self) -> str:
        return reverse("customs:houses")

    def perform(self, form: Any, user: Any) -> str:
        actions.save_house(user, self.subject() if "pk" in self.kwargs else None, form.cleaned_data)
        return reverse("customs:houses")


class ShortNames(ListPage):
    """The register of short names: each stands for one full name."""

    menu = "customs"
    title = _("Short names")
    lead = _("Pictures show the full name wherever the device takes it, and a short one from here only where not.")
    permission = queries.READ
    default_sort = "full"
    columns = (
        Column("full", _("name in full"), "full", sort="full"),
        Column("short", _("short name"), "short", sort="short"),
        Column("kind", _("what it names"), "get_kind_display", sort="kind"),
        Column("agency", _("registered by"), "agency.name", sort="agency__name"),
    )
    filters = (
        TextFilter("q", _("full or short name"), ("full", "short")),
        ChoiceFilter("kind", _("what it names"), ShortName.Kind.choices),
    )
    empty = EmptyState(_("No short name is registered yet"), _("They are needed only where a full name does not fit."))

    def queryset(self, user: Any) -> QuerySet[ShortName]:
        return queries.short_names(user)

    def row_link(self, row: Any) -> str:
        return reverse("customs:short-name", args=[row.pk]) if self.user.has_perm(queries.CHANGE) else ""

    def main_act(self, user: Any) -> Act | None:
        if not user.has_perm(queries.CHANGE):
            return None
        return Act(_("Register a short name"), reverse("customs:new-short-name"), "plus", is_main=True)


class ShortNameEdit(FormPage):
    """Register a short name, or change one; pictures that bear it are named anew."""

    menu = "customs"
    permission = queries.CHANGE
    form_class = ShortNameForm

    def queryset(self, user: Any) -> QuerySet[ShortName]:
        return queries.short_names(user, queries.CHANGE)

    def heading(self, subject: Any = None) -> Any:
        return _("Register a short name") if subject is None else subject.short

    def form(self, **kwargs: Any) -> Any:
        return super().form(user=self.user, **kwargs)

    def initial(self) -> dict[str, Any]:
        return {"agency": self.user.agency_id}

    def cancel_to(self) -> str:
        return reverse("customs:short-names")

    def page_acts(self, user: Any) -> list[Act]:
        if "pk" not in self.kwargs:
            return []
        url = reverse("customs:remove-short-name", args=[self.kwargs["pk"]])
        return [Act(_("Take out"), url, "trash", is_grave=True, is_dialog=True)]

    def perform(self, form: Any, user: Any) -> str:
        actions.save_short_name(user, self.subject() if "pk" in self.kwargs else None, form.cleaned_data)
        return reverse("customs:short-names")


class ShortNameRemove(ActPage):
    """Take a short name out."""

    menu = "customs"
    permission = queries.CHANGE
    is_grave = True
    button = _("Take out")
    clause = "C-OSD"

    def queryset(self, user: Any) -> QuerySet[ShortName]:
        return queries.short_names(user, queries.CHANGE)

    def sentence(self, subject: Any) -> Any:
        return _("“%(short)s” no longer stands for %(full)s; pictures go back to the full name.") % {
            "short": subject.short,
            "full": subject.full,
        }

    def perform(self, subject: Any, form: Any, user: Any) -> str:
        actions.remove_short_name(user, subject)
        return reverse("customs:short-names")
