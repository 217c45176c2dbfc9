"""Sites in the customs register: the list, one of them, its texts and its notices."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from oversite.base.audit.queries import history_entries
from oversite.base.sites.queries import visible_sites
from oversite.domains.customs import actions, printing, queries
from oversite.domains.customs.codes import tables
from oversite.domains.customs.forms import RegistrationForm, entries
from oversite.domains.customs.models import ScreenCheck, SiteRegistration
from oversite.domains.customs.reading import in_language
from oversite.domains.customs.register import POSITION_COLUMNS
from oversite.domains.customs.signs import Sign, SignKind, SignSize, sign_svg
from oversite.domains.customs.views.rooms import room_tab
from oversite.domains.customs.vocabulary import circumstances_of, code_of_class
from oversite.oversight.rules.queries import judged_classes
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, TextFilter
from oversite.screens.form_page import FormPage, FormSection
from oversite.screens.formats import CODE, NUMBER
from oversite.screens.list_page import ListPage
from oversite.screens.page import require
from oversite.screens.print_page import PrintPage
from oversite.video.cameras.queries import registered_cameras


def class_text(digits: str) -> str:
    """`08 码头类`."""
    entry = tables().entries["site_class"].get(digits)
    return f"{digits} {in_language(entry.label)}" if entry else digits


def site_page(uid: Any) -> str:
    """The page of a site in the register."""
    return reverse("customs:site", args=[uid])


def next_step(registration: SiteRegistration, user: Any) -> Act | None:
    """Where codes are allotted: for the cameras that stand there, or first of all a plan."""
    site = registration.site
    if registered_cameras(user, "cameras.read").filter(site=site, is_active=True).exists():
        if user.has_perm(queries.CHANGE):
            return Act(_("Allot codes"), reverse("customs:allot", args=[site.uid]), "plus")
        return None
    if user.has_perm("rules.declare") and site.site_class in judged_classes():
        return Act(_("Plan the cameras"), reverse("rules:plan", args=[site.uid]), "device-cctv")
    return None


class Sites(ListPage):
    """The sites in the register, with how many of their pictures show what they must."""

    menu = "customs"
    title = _("Customs register")
    lead = _("Sites with their digits, camera codes, texts on pictures and notices.")
    permission = queries.READ
    default_sort = "digits"
    columns = (
        Column("digits", _("digits 1 to 7"), lambda row: row.district + row.digits, CODE, "district"),
        Column("site", _("site"), "site.name", sort="site__name"),
        Column("house", _("customs house"), "house.house_name", sort="house__house_name"),
        Column("class", _("class of the site"), lambda row: class_text(row.site_class), sort="site_class"),
        Column("codes", _("codes"), "code_count", NUMBER),
        Column("matching", _("pictures as they must be"), "match_count", NUMBER),
        Column("wrong", _("pictures that show something else"), "wrong_count", NUMBER),
        Column("registration", _("registration code"), "registration_code", CODE, is_hidden=True),
    )
    filters = (
        TextFilter("q", _("site, place or digits"), ("site__name", "place_name", "registration_code", "digits")),
        ChoiceFilter("class", _("class of the site"), lambda _user: entries("site_class"), "site_class"),
    )
    empty = EmptyState(
        _("No site is in the customs register yet"),
        _("Register the customs house first, then put the site into the register from its page."),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        is_open = Q(positions__closed_at=None)
        state = "positions__screen__state"
        return queries.registrations(user).annotate(
            code_count=Count("positions", filter=is_open),
            match_count=Count("positions", filter=is_open & Q(**{state: ScreenCheck.State.MATCH})),
            wrong_count=Count("positions", filter=is_open & Q(**{state: ScreenCheck.State.MISMATCH})),
        )

    def row_link(self, row: Any) -> str:
        return site_page(row.site.uid)

    def page_acts(self, user: Any) -> list[Act]:
        return [
            Act(_("Codes"), reverse("customs:positions"), "list-details"),
            Act(_("Customs houses"), reverse("customs:houses"), "building-bank"),
            Act(_("Short names"), reverse("customs:short-names"), "tags"),
            Act(_("Papers of devices"), reverse("customs:papers"), "id"),
            Act(_("Explain a code"), reverse("customs:explain"), "search"),
        ]


class SiteRegister(DetailPage):
    """One site: what the register says, its codes, its machine rooms; also before it is in the register."""

    menu = "customs"
    permission = queries.READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return visible_sites(user, queries.READ)

    def heading(self, subject: Any = None) -> Any:
        return subject.name if subject else ""

    def fact_groups(self, subject: Any) -> Sequence[FactGroup]:
        found = queries.registration_of(subject)
        if found is None:
            house = queries.house_of(subject)
            text = _("This site is not in the customs register yet.") if house else _("No customs house is above it.")
            return [FactGroup("", [Fact(_("state"), text, is_wide=True)])]
        cases = [in_language(tables().circumstances[each].label) for each in found.circumstances]
        figures = queries.screen_figures(found)
        register = [
            Fact(_("digits 1 to 7"), found.district + found.digits, CODE),
            Fact(_("customs house"), found.house.house_name),
            Fact(_("regional customs"), found.house.regional_name),
            Fact(_("registration code"), found.registration_code or _("none: digits from the pool"), CODE),
            Fact(_("class of the site"), class_text(found.site_class)),
            Fact(_("special cases"), "、".join(cases)),
            Fact(_("reason for an “other” class"), found.reason),
            Fact(_("name of the place on pictures"), found.place_name, is_wide=True),
            Fact(_("size of the notices"), in_language(SignSize(found.sign_size).label)),
        ]
        screens = [
            Fact(_("cameras at positions"), figures.positions, NUMBER),
            Fact(_("as it must be"), figures.matching, NUMBER),
            Fact(_("shows something else"), figures.wrong, NUMBER),
            Fact(_("device does not support it or refused it"), figures.unsupported, NUMBER),
            Fact(_("no answer or no such channel"), figures.unreached, NUMBER),
            Fact(_("not read yet"), figures.unchecked, NUMBER),
        ]
        return [FactGroup(_("In the register"), register), FactGroup(_("Text on the picture"), screens)]

    def history(self, subject: Any, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def tabs(self, subject: Any, user: Any) -> Sequence[Tab]:
        found = queries.positions(user).filter(registration__site=subject, closed_at=None).order_by("code")
        empty = EmptyState(_("No code is allotted here yet"))
        url = reverse("customs:positions") + f"?q={subject.name}"
        codes = Tab("codes", _("Codes"), found, POSITION_COLUMNS, found.count(), all_url=url, empty=empty)
        return [codes, room_tab(subject, user)]

    def acts(self, subject: Any, user: Any) -> list[Act]:
        found = queries.registration_of(subject)
        acts = [Act(_("Site"), reverse("sites:site", args=[subject.uid]), "map-pin")]
        may_change = user.has_perm(queries.CHANGE)
        if may_change:
            label = _("Put into the register") if found is None else _("Change")
            acts.append(Act(label, reverse("customs:register", args=[subject.uid]), "pencil", is_main=found is None))
        if found is None:
            return acts
        if may_change:
            acts.append(Act(_("Allot codes"), reverse("customs:allot", args=[subject.uid]), "plus", is_main=True))
        if user.has_perm(queries.PUSH):
            acts += [
                Act(_("Write all texts"), reverse("customs:write-texts", args=[subject.uid]), "upload", is_dialog=True),
                Act(_("Read all texts"), reverse("customs:read-texts", args=[subject.uid]), "refresh", is_dialog=True),
            ]
        acts.append(Act(_("Notices"), reverse("customs:signs", args=[subject.uid]), "printer"))
        return acts


class RegistrationEdit(FormPage):
    """Put a site into the register, or change what it says."""

    menu = "customs"
    permission = queries.CHANGE
    form_class = RegistrationForm
    model_pk = "uid"
    sections = (
        FormSection(_("Digits 1 to 7"), ("house", "registration_code")),
        FormSection(_("class of the site"), ("site_class", "circumstances", "reason")),
        FormSection(_("On pictures and on site"), ("place_name", "sign_size")),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.sites_to_register(user)

    def heading(self, subject: Any = None) -> Any:
        return self.subject().name

    def form(self, **kwargs: Any) -> Any:
        site = self.subject()
        found = queries.registration_of(site)
        code = code_of_class(site.site_class)
        initial = {
            "place_name": site.name,
            "house": queries.house_of(site),
            "site_class": code,
            "circumstances": circumstances_of(code),
            "sign_size": SignSize.MEDIUM,
        }
        if found is None:
            return RegistrationForm(user=self.user, initial=initial, **kwargs)
        return RegistrationForm(user=self.user, instance=found, **kwargs)

    def cancel_to(self) -> str:
        return site_page(self.kwargs["uid"])

    def perform(self, form: Any, user: Any) -> str:
        site = self.subject()
        actions.save_registration(user, site, queries.registration_of(site), form.cleaned_data)
        return site_page(site.uid)


class WriteTexts(ActPage):
    """Have the worker write the texts of all cameras of a site."""

    menu = "customs"
    permission = queries.PUSH
    title = _("Write all texts")
    button = _("Write all texts")
    clause = "C-OSD"
    is_push = True

    def queryset(self, user: Any) -> QuerySet[SiteRegistration]:
        return queries.registrations(user, queries.PUSH)

    def subject(self) -> SiteRegistration:
        """The registration of the site that the address names."""
        self.model_pk = "site__uid"
        self.kwargs["site__uid"] = self.kwargs["uid"]
        found: SiteRegistration = super().subject()
        return found

    def sentence(self, subject: SiteRegistration) -> Any:
        return _("Every device of %(site)s is told what to show, and asked what it shows then.") % {
            "site": subject.site.name
        }

    def perform(self, subject: SiteRegistration, form: Any, user: Any) -> str:
        job = actions.order_screens(user, subject, is_push=self.is_push)
        return reverse("jobs:job", args=[job.pk])


class ReadTexts(WriteTexts):
    """Have the worker read the texts of all cameras of a site."""

    title = _("Read all texts")
    button = _("Read all texts")
    is_push = False

    def sentence(self, subject: SiteRegistration) -> Any:
        return _("Every device of %(site)s is asked what it writes into its picture.") % {"site": subject.site.name}


class Signs(PrintPage):
    """The notices of a site at true size, one for each camera that needs it; `?size=` takes another size."""

    menu = "customs"
    permission = queries.READ

    def queryset(self, user: Any) -> QuerySet[SiteRegistration]:
        return queries.registrations(user)

    def subject(self) -> SiteRegistration:
        """The registration of the site that the address names."""
        self.model_pk = "site__uid"
        self.kwargs["site__uid"] = self.kwargs["uid"]
        found: SiteRegistration = super().subject()
        size = self.request.GET.get("size", "")
        if size in set(SignSize):
            found.sign_size = size
        return found

    def heading(self, subject: Any = None) -> Any:
        return _("Notices: %(site)s") % {"site": subject.site.name} if subject else ""

    def page_acts(self, user: Any) -> list[Act]:
        subject = self.subject()
        sizes = SignSize if printing.sign_orders(user, subject) else ()
        acts = [Act(in_language(size.label), f"?size={size.value}", "printer") for size in sizes]
        return [*acts, Act(_("Back"), site_page(self.kwargs["uid"]), "arrow-left")]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page around the sheet, or the sheet; the size stays in the address of the sheet."""
        subject = self.subject()
        if request.GET.get("file") == "pdf":
            return self.document(subject, is_download="download" in request.GET)
        return self.around(subject, f"{request.path}?size={subject.sign_size}&file=pdf")

    def nothing(self, subject: SiteRegistration, user: Any) -> EmptyState | None:
        """A site without codes has no camera that a notice could hang beside."""
        if printing.sign_orders(user, subject):
            return None
        return EmptyState(
            _("No notice is needed yet"),
            _("Every camera position gets one as soon as it has a code. Allot the codes first."),
            next_step(subject, user),
        )

    def filename(self, subject: Any) -> str:
        return f"{subject.site.name}-{SignSize(subject.sign_size).label.zh[:2]}.pdf"

    def pdf(self, subject: SiteRegistration, user: Any) -> bytes:
        return printing.print_signs(user, subject)


@require_GET
def sign_drawing(request: HttpRequest, kind: str, size: str) -> HttpResponse:
    """One notice as a vector file of its true size, for whoever has it made."""
    require(request.user, queries.READ)
    svg = sign_svg(Sign(SignKind(kind), SignSize(size)))
    headers = {"Content-Disposition": f'attachment; filename="{kind}-{size}.svg"'}
    return HttpResponse(svg, content_type="image/svg+xml", headers=headers)
