"""Camera positions: the list, one of them with its code explained, and everything that is done with it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.base.sites.queries import areas_of
from oversite.common.errors import Refused
from oversite.domains.customs import actions, queries
from oversite.domains.customs.codes import explain_code
from oversite.domains.customs.forms import AssignForm, PositionForm, entries
from oversite.domains.customs.models import CameraPosition, ScreenCheck
from oversite.domains.customs.reading import in_language, provision, span_text
from oversite.domains.customs.register import (
    SCREEN,
    camera_name,
    differences,
    name_on_picture,
    screen_acts,
    screen_state,
)
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry
from oversite.screens.filters import ChoiceFilter, TextFilter, YesNoFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, INSTANT, NUMBER, YES_NO, state_html
from oversite.screens.list_page import ListPage
from oversite.screens.page import PageView


def back_to(position: CameraPosition) -> str:
    """The page of a position."""
    return reverse("customs:position", args=[position.uid])


def live_picture(position: CameraPosition) -> str:
    """The wall with the live picture of the camera that hangs there; "" for a planned one."""
    return "" if position.camera is None else f"{reverse('viewing:wall')}?camera={position.camera.uid}"


class Positions(ListPage):
    """Every position of the user's sites, with code, name and whether the picture shows it."""

    menu = "customs"
    title = _("Camera positions")
    lead = _("A code belongs to its position, whatever hardware hangs there, and is never given to another.")
    permission = queries.READ
    default_sort = "code"
    columns = (
        Column("code", _("camera code"), "code", CODE, "code"),
        Column("site", _("site"), "registration.site.name", sort="registration__site__name"),
        Column("watched", _("position watched"), "position_label", sort="position"),
        Column("serial", _("serial"), "serial", NUMBER),
        Column("name", _("name on the picture"), name_on_picture),
        Column("area", _("area"), "area.name"),
        Column("screen", _("text on the picture"), screen_state, SCREEN),
        Column("identity", _("identity in the video network"), "camera.gb_id", CODE, is_hidden=True),
        Column("mounted", _("where it hangs"), "mounted_at", is_hidden=True),
        Column("allotted", _("code allotted at"), "allotted_at", INSTANT, "allotted_at", is_hidden=True),
        Column("closed", _("closed at"), "closed_at", INSTANT, is_hidden=True),
    )
    filters = (
        TextFilter("q", _("code, name or site"), ("code", "camera__name", "registration__site__name", "mounted_at")),
        ChoiceFilter("position", _("position watched"), lambda _user: entries("position")),
        ChoiceFilter("screen", _("text on the picture"), ScreenCheck.State.choices, "screen__state"),
        YesNoFilter("planned", _("only planned"), field="camera__isnull"),
        YesNoFilter("open", _("open"), field="closed_at__isnull"),
    )
    empty = EmptyState(_("No code fits"), _("Take out a filter, or allot codes on the page of a site."))

    def queryset(self, user: Any) -> QuerySet[CameraPosition]:
        return queries.positions(user)

    def row_link(self, row: Any) -> str:
        return back_to(row)

    def page_acts(self, user: Any) -> list[Act]:
        return [Act(_("Explain a code"), reverse("customs:explain"), "search"), *super().page_acts(user)]


def must_show(position: CameraPosition) -> str:
    """The lines for the picture, or why there are none."""
    try:
        return " / ".join(queries.text_of(position).lines)
    except Refused as refused:
        return str(refused)


class PositionPage:
    """What the pages about one position share."""

    menu = "customs"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[CameraPosition]:
        """The positions that the user may see, or use with the page's permission."""
        return queries.positions(user, self.permission)  # type: ignore[attr-defined]


class PositionDetail(PositionPage, DetailPage):
    """One position: its code in parts, its name, what the device shows."""

    permission = queries.READ

    def heading(self, subject: Any = None) -> Any:
        return name_on_picture(subject)

    def state(self, subject: CameraPosition) -> str:
        if subject.closed_at is not None:
            return state_html(_("position closed"), "quiet")
        return SCREEN.html(screen_state(subject))

    def fact_groups(self, subject: CameraPosition) -> Sequence[FactGroup]:
        explained = explain_code(subject.code)
        parts = [
            Fact(
                f"{span_text(*part.digits)} {in_language(part.name)}",
                f"{part.value} {in_language(part.meaning)}",
            )
            for part in explained.parts
        ]
        check: ScreenCheck | None = getattr(subject, "screen", None)
        screen = [
            Fact(_("must show"), must_show(subject), is_wide=True),
            Fact(_("shows"), " / ".join(check.shown) if check else "", is_wide=True),
            Fact(_("read at"), check.checked_at if check else None, INSTANT),
            Fact(_("written at"), check.pushed_at if check else None, INSTANT),
            Fact(
                _("opaque, not blinking"),
                _("judge it by the live picture: it is set in the device, the protocol has no word for it"),
                link=live_picture(subject),
                is_wide=True,
            ),
            *(Fact(_("difference"), text, is_wide=True) for text in differences(check)),
        ]
        return [
            FactGroup(_("Where it hangs"), self._place(subject)),
            FactGroup(_("The code in its parts"), [Fact(_("camera code"), subject.code, CODE, is_wide=True), *parts]),
            FactGroup(_("Text on the picture"), screen if subject.closed_at is None else []),
        ]

    def _place(self, subject: CameraPosition) -> list[Fact]:
        site, camera = subject.registration.site, subject.camera
        camera_url = "" if camera is None else reverse("cameras:camera", args=[camera.uid])
        same = camera is not None and camera.gb_id == subject.code
        identity = _("the code") if same else "" if camera is None else camera.gb_id
        limits = _("%(lines)s lines of %(characters)s characters") % {
            "lines": subject.screen_lines,
            "characters": subject.line_characters,
        }
        return [
            Fact(_("site"), site.name, link=reverse("customs:site", args=[site.uid])),
            Fact(_("area"), "" if subject.area is None else subject.area.name),
            Fact(_("camera"), camera_name(subject) or _("planned"), link=camera_url),
            Fact(_("identity in the video network"), identity, CODE),
            Fact(_("business class on the picture"), subject.business),
            Fact(_("where it hangs"), subject.mounted_at),
            Fact(_("planned as steerable"), subject.is_steerable, YES_NO),
            Fact(_("control right that the rules ask for"), subject.get_control_right_display()),
            Fact(_("device takes"), limits),
            Fact(_("code allotted at"), subject.allotted_at, INSTANT),
            Fact(_("why it was closed"), subject.closed_reason),
        ]

    def history(self, subject: CameraPosition, user: Any) -> Iterable[HistoryEntry]:
        found = [*history_entries(subject, user)]
        if subject.camera is not None:
            found += history_entries(subject.camera, user)
        return sorted(found, key=lambda entry: entry.at, reverse=True)

    def acts(self, subject: CameraPosition, user: Any) -> list[Act]:
        acts = screen_acts(subject) if user.has_perm(queries.PUSH) else []
        if user.has_perm(queries.CHANGE) and subject.closed_at is None:
            acts += [
                Act(_("Change"), reverse("customs:change-position", args=[subject.uid]), "pencil"),
                Act(_("Hang another camera"), reverse("customs:assign", args=[subject.uid]), "device-cctv"),
                Act(_("Close"), reverse("customs:close", args=[subject.uid]), "trash", is_grave=True, is_dialog=True),
            ]
        return acts


class PositionEdit(PositionPage, FormPage):
    """Change what a position says beside its code."""

    permission = queries.CHANGE
    form_class = PositionForm

    def form(self, **kwargs: Any) -> Any:
        return super().form(areas=areas_of(self.subject().registration.site), **kwargs)

    def cancel_to(self) -> str:
        return back_to(self.subject())

    def perform(self, form: Any, user: Any) -> str:
        return back_to(actions.change_position(user, self.subject(), form.cleaned_data))


class Assign(PositionPage, FormPage):
    """Hang another camera; code and name stay."""

    permission = queries.CHANGE
    form_class = AssignForm
    title = _("Hang another camera")
    lead = _("Code and name stay with the position; the camera that hung here loses both.")

    def form(self, **kwargs: Any) -> Any:
        return super().form(user=self.user, position=self.subject(), **kwargs)

    def cancel_to(self) -> str:
        return back_to(self.subject())

    def perform(self, form: Any, user: Any) -> str:
        cleaned = form.cleaned_data
        return back_to(actions.assign_camera(user, self.subject(), cleaned["camera"], cleaned["reason"]))


class Close(PositionPage, ActPage):
    """Give a position up."""

    permission = queries.CHANGE
    is_grave = True
    reason = "required"
    button = _("Close")
    clause = "C-code"
    irreversible = _("The code is void and is never given to another position.")

    def sentence(self, subject: CameraPosition) -> Any:
        return _("Position %(code)s is closed.") % {"code": subject.code}

    def perform(self, subject: CameraPosition, form: Any, user: Any) -> str:
        return back_to(actions.close_position(user, subject, form.cleaned_data["reason"]))


class Push(PositionPage, ActPage):
    """Write the text into the picture and read it back."""

    permission = queries.PUSH
    title = _("Write the text")
    clause = "C-OSD"
    button = _("Write the text")

    def sentence(self, subject: CameraPosition) -> Any:
        return _("The device is told to show “%(text)s” and asked what it shows then.") % {
            "text": queries.text_of(subject).name
        }

    def perform(self, subject: CameraPosition, form: Any, user: Any) -> str:
        return self.tell(subject, actions.push_screen(user, subject))

    def tell(self, subject: CameraPosition, check: ScreenCheck) -> str:
        """Say how it ended."""
        say = messages.success if check.state == ScreenCheck.State.MATCH else messages.warning
        say(self.request, " ".join([str(ScreenCheck.State(check.state).label), *differences(check)]))
        return back_to(subject)


class Check(Push):
    """Read the text back, and change nothing."""

    title = _("Read the text")
    button = _("Read the text")

    def sentence(self, subject: CameraPosition) -> Any:
        return _("The device is asked what it writes into its picture.")

    def perform(self, subject: CameraPosition, form: Any, user: Any) -> str:
        return self.tell(subject, actions.check_screen(user, subject))


class Explain(PageView):
    """Type a code and read what it says, or what is wrong with it."""

    menu = "customs"
    title = _("Explain a code")
    lead = _("The 20 digits of annex 3, and what they are in the video network.")
    permission = queries.READ
    template_name = "customs/explain.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form, and the answer."""
        typed = request.GET.get("code", "")[:60]
        explained = explain_code(typed) if typed else None
        context: dict[str, Any] = {"typed": typed, "explained": explained}
        if explained is not None:
            context |= {
                "parts": [_row(part) for part in explained.parts],
                "identity": [_row(part) for part in explained.identity],
                "note": in_language(explained.note),
                "faults": [(in_language(fault.message), provision(fault.clause)) for fault in explained.faults],
                "known": queries.positions(self.user).filter(code=explained.code).first(),
            }
        return self.show(context)


def _row(part: Any) -> tuple[str, str, str, str, str]:
    name, meaning = in_language(part.name), in_language(part.meaning)
    return span_text(*part.digits), part.value, name, meaning, provision(part.clause)
