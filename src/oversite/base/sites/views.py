"""Sites: list, detail, map, forms."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversite.base.audit.queries import history_entries
from oversite.base.sites import actions, queries
from oversite.base.sites.forms import AreaForm, ContactForm, OperatorsAreaForm, SiteForm
from oversite.base.sites.models import Area, Contact, Site
from oversite.base.sites.slots import KEY_AREAS, SITE_ACTS, SITE_TABS
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, IsSetFilter, TextFilter, YesNoFilter
from oversite.screens.form_page import FormPage, FormSection
from oversite.screens.formats import CODE, INSTANT, NUMBER, State, StateFormat, state_html
from oversite.screens.list_page import ListPage
from oversite.screens.page import PageView

USE = StateFormat({"True": State(_("in use"), "good"), "False": State(_("closed"), "quiet")})
KEY = StateFormat(
    {
        "True": State(_("key area"), "soon"),
        "rule": State(_("key by rule"), "soon"),
        "False": State(_("ordinary"), "quiet"),
    }
)
PLACES_AT_MOST = 5000


def site_url(site: Site) -> str:
    """The page of a site."""
    return reverse("sites:site", args=[site.uid])


class SitePage:
    """What the pages about sites share."""

    menu = "sites"
    permission = "sites.read"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Site]:
        """The sites that the user sees."""
        return queries.visible_sites(user, "sites.read")


class SiteList(SitePage, ListPage):
    """The register."""

    title = _("Sites")
    lead = _("Farms, plants, depots and passages under supervision in your subtree.")
    default_sort = "code"
    columns: Sequence[Column] = (
        Column("code", pgettext_lazy("site", "Code"), "code", CODE, sort="code"),
        Column("name", _("Name"), "name", sort="name", link=site_url),
        Column("site_class", _("Class"), lambda site: queries.class_label(site.site_class), sort="site_class"),
        Column("agency", _("Agency in charge"), "agency.name", sort="agency__name"),
        Column("operator", _("Operator"), "operator.name", sort="operator__name"),
        Column("contact_name", _("Contact"), "contact_name"),
        Column("contact_phone", _("Telephone"), "contact_phone", CODE),
        Column("areas", _("Areas"), "area_count", NUMBER),
        Column("is_active", _("State"), "is_active", USE, sort="is_active"),
        Column("address", _("Address"), "address", is_hidden=True),
        Column("latitude", _("Latitude"), "latitude", CODE, is_hidden=True),
        Column("longitude", _("Longitude"), "longitude", CODE, is_hidden=True),
        Column("created_at", _("Registered at"), "created_at", INSTANT, sort="created_at", is_hidden=True),
    )
    filters = (
        TextFilter("q", _("Name, code or address"), ("name", "name_en", "code", "address", "operator__name")),
        ChoiceFilter("class", _("Class"), lambda _user: queries.class_choices(), field="site_class"),
        ChoiceFilter(
            "agency",
            _("Agency in charge"),
            lambda user: [(agency.pk, agency.name) for agency in queries.agencies_in_charge(user)[:500]],
            field="agency_id",
        ),
        YesNoFilter("active", _("In use"), field="is_active"),
        IsSetFilter("placed", _("On the map"), field="latitude"),
    )
    empty = EmptyState(
        _("No site fits"), _("Take out a filter, or register the first site; sites of other subtrees are not shown.")
    )

    def queryset(self, user: Any) -> QuerySet[Site]:
        """The sites that the user sees, with how many areas each has."""
        return super().queryset(user).annotate(area_count=Count("areas"))

    def row_link(self, row: Site) -> str:
        """A row leads to the site."""
        return site_url(row)

    def page_acts(self, user: Any) -> list[Act]:
        """Map, files, and a new site."""
        acts = [Act(_("Map"), reverse("sites:map"), "map-2")]
        if user.has_perm("sites.change"):
            acts += [
                Act(_("Export as JSON"), reverse("sites:export", args=["json"]), "download"),
                Act(_("Export sites"), reverse("sites:export", args=["xlsx"]), "file-spreadsheet"),
                Act(_("Export areas"), reverse("sites:export", args=["areas"]), "file-spreadsheet"),
                Act(_("Import"), reverse("sites:import"), "file-import"),
                Act(_("Register a site"), reverse("sites:new"), "plus", is_main=True),
            ]
        return acts


class SiteMap(SitePage, PageView):
    """Where the sites lie."""

    title = _("Map of sites")
    lead = _("Sites without a place are missing here; the list finds them with the filter “On the map”.")
    template_name = "sites/map.html"

    def page_acts(self, user: Any) -> list[Act]:
        """Back to the list."""
        del user
        return [Act(_("As a list"), reverse("sites:list"), "list")]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The map; the places are on the page."""
        sites = self.queryset(request.user).exclude(latitude=None).exclude(longitude=None)[:PLACES_AT_MOST]
        return self.show({"props": {"places": [_place(site) for site in sites]}})


def _place(site: Site) -> dict[str, Any]:
    assert site.latitude is not None
    assert site.longitude is not None
    return {
        "lat": float(site.latitude),
        "lng": float(site.longitude),
        "label": site.name,
        "url": site_url(site),
        "tone": "good" if site.is_active else "quiet",
        "state": queries.class_label(site.site_class),
    }


class SiteDetail(SitePage, DetailPage):
    """One site: facts, areas, contacts, and what others plug in."""

    def heading(self, subject: Any = None) -> Any:
        """Its name."""
        return subject.name if subject else ""

    def state(self, subject: Site) -> str:
        """Closed sites say so."""
        return "" if subject.is_active else state_html(_("closed"), "quiet")

    def fact_groups(self, subject: Site) -> Sequence[FactGroup]:
        """What the register knows."""
        place = "" if subject.latitude is None else f"{subject.latitude}, {subject.longitude}"
        return [
            FactGroup(
                "",
                [
                    Fact(pgettext_lazy("site", "Code"), subject.code, CODE),
                    Fact(_("Class"), queries.class_label(subject.site_class)),
                    Fact(_("Agency in charge"), subject.agency.name),
                    Fact(_("Operator"), subject.operator.name if subject.operator else ""),
                    Fact(_("Contact"), subject.contact_name),
                    Fact(_("Telephone"), subject.contact_phone, CODE),
                    Fact(_("English name"), subject.name_en),
                    Fact(_("Registered at"), subject.created_at, INSTANT),
                    Fact(_("Address"), subject.address, is_wide=True),
                    Fact(_("Place"), place, CODE, link=reverse("sites:map") if place else "", is_wide=True),
                ],
            )
        ]

    def history(self, subject: Site, user: Any) -> Sequence[HistoryEntry]:
        """What the audit says."""
        return history_entries(subject, user)

    def tabs(self, subject: Site, user: Any) -> Sequence[Tab]:
        """Areas, what others plug in, contacts."""
        may = may_change(subject, user)
        may_enter = queries.sites_to_enter(user).filter(pk=subject.pk).exists()
        plugged = [tab for each in sorted(SITE_TABS, key=lambda each: each.order) if (tab := each.make(subject, user))]
        return [_area_tab(subject, may=may_enter), *plugged, _contact_tab(subject, may=may)]

    def acts(self, subject: Site, user: Any) -> list[Act]:
        """What others plug in, and changing it."""
        plugged = [act for make in SITE_ACTS if (act := make(subject, user))]
        if not may_change(subject, user):
            return plugged
        return [*plugged, Act(_("Edit"), reverse("sites:edit", args=[subject.uid]), "edit", is_main=True)]


def may_change(site: Site, user: Any) -> bool:
    """Whether the user may change the site."""
    return queries.changeable_sites(user).filter(pk=site.pk).exists()


def _area_tab(site: Site, *, may: bool) -> Tab:
    def link(area: Area) -> str:
        return reverse("sites:area-edit", args=[site.uid, area.pk])

    by_rule = frozenset[str]().union(*(found(site) for found in KEY_AREAS))

    def weight(area: Area) -> str:
        return "rule" if not area.is_key and area.code in by_rule else str(area.is_key)

    areas = queries.areas_of(site).select_related("site")
    columns = (
        Column("code", pgettext_lazy("site", "Code"), "code", CODE),
        Column("name", _("Name"), "name", link=link if may else None),
        Column("kind", _("Kind"), queries.area_kind_label),
        Column("size", _("Size"), area_size),
        Column("is_key", _("Weight"), weight, KEY),
    )
    act = Act(_("Add an area"), reverse("sites:area-new", args=[site.uid]), "plus") if may else None
    empty = EmptyState(_("No areas yet"), _("Cameras and checklists refer to areas: enter them first."))
    return Tab("areas", _("Areas"), areas, columns, count=areas.count(), act=act, empty=empty)


def _contact_tab(site: Site, *, may: bool) -> Tab:
    def link(contact: Contact) -> str:
        return reverse("sites:contact-edit", args=[site.uid, contact.pk])

    contacts = queries.contacts_of(site)
    columns = (
        Column("name", _("Name"), "name", link=link if may else None),
        Column("post", _("Post"), "post"),
        Column("phone", _("Telephone"), "phone", CODE),
    )
    act = Act(_("Add a contact"), reverse("sites:contact-new", args=[site.uid]), "plus") if may else None
    empty = EmptyState(_("No further contacts"), _("The main contact is among the facts above."))
    return Tab("contacts", _("Contacts"), contacts, columns, count=contacts.count(), act=act, empty=empty)


def area_size(area: Area) -> str:
    """`12 × 8 × 4 m`, as far as it is known."""
    sizes = [size for size in (area.length_m, area.width_m, area.height_m) if size is not None]
    return " × ".join(f"{size:f}".rstrip("0").rstrip(".") for size in sizes) + " m" if sizes else ""


class SiteEdit(SitePage, FormPage):
    """Register a site, or change one."""

    permission = "sites.change"
    form_class = SiteForm
    template_name = "sites/site_form.html"
    units = {"latitude": "°", "longitude": "°"}
    sections = (
        FormSection(_("The site"), ("code", "name", "name_en", "site_class", "is_active")),
        FormSection(_("Who is answerable"), ("agency", "operator", "contact_name", "contact_phone")),
        FormSection(_("Where it lies"), ("address", "latitude", "longitude")),
    )

    def queryset(self, user: Any) -> QuerySet[Site]:
        """The sites that the user may change."""
        return queries.changeable_sites(user)

    def heading(self, subject: Any = None) -> Any:
        """The name of the site, or what is about to happen."""
        return subject.name if subject else _("Register a site")

    def form(self, **kwargs: Any) -> forms.BaseForm:
        """The form with the user's choices."""
        return super().form(user=self.user, **kwargs)

    def show(self, context: Mapping[str, Any], status: int = 200, template_name: str = "") -> HttpResponse:
        """The form with the map beside its place."""
        props = {"pick": {"lat_name": "latitude", "lng_name": "longitude"}}
        return super().show({**context, "map_props": props}, status, template_name)

    def cancel_to(self) -> str:
        """Back to the site, or to the list."""
        return site_url(self.subject()) if "uid" in self.kwargs else reverse("sites:list")

    def perform(self, form: Any, user: Any) -> str:
        """Save, and show the site."""
        site = form.instance if form.instance.pk else None
        return site_url(actions.save_site(user, site, form.cleaned_data))


class PartEdit(FormPage):
    """A form about a part of a site; the address names both."""

    menu = "sites"
    permission = "sites.change"
    model: type[Area] | type[Contact]

    def site(self) -> Site:
        """The site; 404 where the user may not change it."""
        site = queries.changeable_sites(self.user).filter(uid=self.kwargs["uid"]).first()
        if site is None:
            raise Http404
        return site

    def queryset(self, user: Any) -> QuerySet[Any]:
        """The parts of this site."""
        del user
        return self.model.objects.filter(site=self.site())

    def cancel_to(self) -> str:
        """Back to the site."""
        return site_url(self.site())


class AreaEdit(PartEdit):
    """Add an area, or change one: as the agency in charge, or as the operator of the site."""

    other_permission = "sites.declare"

    model = Area
    form_class = AreaForm
    title = _("Area")
    units = {"length_m": "m", "width_m": "m", "height_m": "m"}

    def site(self) -> Site:
        """The site; 404 where its areas are not the user's to enter."""
        return get_object_or_404(queries.sites_to_enter(self.user), uid=self.kwargs["uid"])

    def form(self, **kwargs: Any) -> forms.BaseForm:
        """The kinds are those of the site's class; the operator is not asked what the agency says."""
        site = self.site()
        is_operators = queries.is_operators_entry(self.user, site)
        self.form_class = OperatorsAreaForm if is_operators else AreaForm
        self.lead = _("Which areas are key areas the agency in charge says.") if is_operators else ""
        return super().form(site=site, **kwargs)

    def perform(self, form: Any, user: Any) -> str:
        """Save, and show the site."""
        area = form.instance if form.instance.pk else None
        values = form.values() if isinstance(form, OperatorsAreaForm) else form.cleaned_data
        return site_url(actions.save_area(user, area, {**values, "site": self.site()}).site) + "?tab=areas"

    def page_acts(self, user: Any) -> list[Act]:
        """A known area can be taken out."""
        del user
        return _remove_act("sites:area-remove", self.kwargs)


class ContactEdit(PartEdit):
    """Add a contact, or change one."""

    model = Contact
    form_class = ContactForm
    title = _("Contact")

    def perform(self, form: Any, user: Any) -> str:
        """Save, and show the site."""
        contact = form.instance if form.instance.pk else None
        values = {**form.cleaned_data, "site": self.site()}
        return site_url(actions.save_contact(user, contact, values).site) + "?tab=contacts"

    def page_acts(self, user: Any) -> list[Act]:
        """A known contact can be taken out."""
        del user
        return _remove_act("sites:contact-remove", self.kwargs)


def _remove_act(name: str, kwargs: dict[str, Any]) -> list[Act]:
    if "pk" not in kwargs:
        return []
    url = reverse(name, args=[kwargs["uid"], kwargs["pk"]])
    return [Act(_("Take out"), url, "trash", is_grave=True, is_dialog=True)]


class RemovePage(ActPage):
    """Asks before a part of a site is taken out."""

    menu = "sites"
    permission = "sites.change"
    model: type[Area] | type[Contact]
    is_grave = True
    button = _("Take out")
    irreversible = _("The register forgets it; the audit keeps what it was.")

    def queryset(self, user: Any) -> QuerySet[Any]:
        """The parts of a site that the user may change."""
        sites = queries.changeable_sites(user).filter(uid=self.kwargs["uid"])
        return self.model.objects.filter(site__in=sites)

    def sentence(self, subject: Any) -> Any:
        """What will happen."""
        return _("“%(name)s” is taken out of the register of %(site)s.") % {"name": subject, "site": subject.site}

    def perform(self, subject: Any, form: forms.Form, user: Any) -> str:
        """Take it out."""
        del form
        if isinstance(subject, Area):
            actions.remove_area(user, subject)
        else:
            actions.remove_contact(user, subject)
        return site_url(subject.site)


class AreaRemove(RemovePage):
    """Take an area out."""

    model = Area
    other_permission = "sites.declare"

    def queryset(self, user: Any) -> QuerySet[Any]:
        """The areas of a site that are the user's to enter."""
        return Area.objects.filter(site__in=queries.sites_to_enter(user).filter(uid=self.kwargs["uid"]))


class ContactRemove(RemovePage):
    """Take a contact out."""

    model = Contact
