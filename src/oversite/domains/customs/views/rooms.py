"""Machine rooms and cabinets of a site, and the papers of its devices (req: C5, C8)."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.sites.queries import visible_sites
from oversite.common import clock
from oversite.domains.customs import actions, queries
from oversite.domains.customs.forms import EquipmentForm, RoomForm
from oversite.domains.customs.models import MachineRoom, RoomEquipment
from oversite.domains.customs.papers import CameraPapers, RoomPapers, camera_findings, room_findings
from oversite.domains.customs.reading import in_language
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import Tab
from oversite.screens.filters import TextFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, DATE, State, StateFormat
from oversite.screens.list_page import ListPage
from oversite.video.cameras.queries import registered_cameras

Secure = MachineRoom.Secure
SECURE = StateFormat(
    {
        Secure.YES: State(Secure.YES.label, "good"),
        Secure.NO: State(Secure.NO.label, "now"),
        Secure.UNKNOWN: State(Secure.UNKNOWN.label, "soon"),
    }
)
COMPLETE = StateFormat({"True": State(_("nothing missing"), "good"), "False": State(_("something missing"), "now")})


def room_tab(site: Any, user: Any) -> Tab:
    """The rooms of a site, and what is missing."""
    found = list(queries.rooms(user).filter(site=site))
    may_change = user.has_perm(queries.CHANGE)
    missing = room_findings([room_papers(room) for room in found])

    def link(room: Any) -> str:
        is_room = may_change and isinstance(room, MachineRoom)
        return reverse("customs:room", args=[site.uid, room.pk]) if is_room else ""

    columns = (
        Column("name", _("name"), "name", link=link),
        Column("kind", _("room or cabinet"), "get_kind_display"),
        Column("stands", _("where it stands"), "stands_at"),
        Column("security", _("network security of customs"), "network_security", SECURE),
        Column("assessed", _("assessed on"), "assessed_on", DATE),
        Column("equipment", _("equipment"), equipment_text),
    )
    rows = [*found, *(_Missing(in_language(each.message)) for each in missing)] if found else []
    act = Act(_("Add a room or cabinet"), reverse("customs:new-room", args=[site.uid]), "plus") if may_change else None
    hint = in_language(missing[0].message) if missing else ""
    empty = EmptyState(_("No machine room or cabinet is registered"), hint)
    return Tab("rooms", _("Machine rooms"), rows, columns, len(found), act=act, empty=empty)


class _Missing:
    """A finding as a last row below the rooms."""

    get_kind_display = stands_at = network_security = assessed_on = None

    def __init__(self, name: str) -> None:
        self.name = name


def equipment_text(room: Any) -> str:
    """What a room houses, in one line."""
    if not isinstance(room, MachineRoom):
        return ""
    return "、".join(f"{each.name}（{each.get_purpose_display()}）" for each in room.equipment.all())


def room_papers(room: MachineRoom) -> RoomPapers:
    """A room as the findings read it."""
    return RoomPapers(room.name, room.network_security, [each.purpose for each in room.equipment.all()])


class RoomEdit(FormPage):
    """Register a machine room or cabinet, or change one."""

    menu = "customs"
    permission = queries.CHANGE
    form_class = RoomForm

    def site(self) -> Any:
        """The site; 404 where the user may not change it."""
        site = visible_sites(self.user, queries.CHANGE).filter(uid=self.kwargs["uid"]).first()
        if site is None:
            raise Http404
        return site

    def queryset(self, user: Any) -> QuerySet[MachineRoom]:
        return queries.rooms(user, queries.CHANGE).filter(site=self.site())

    def heading(self, subject: Any = None) -> Any:
        return _("Machine room or cabinet") if subject is None else subject.name

    def cancel_to(self) -> str:
        return reverse("customs:site", args=[self.site().uid]) + "?tab=rooms"

    def page_acts(self, user: Any) -> list[Act]:
        if "pk" not in self.kwargs:
            return []
        room = self.subject()
        acts = [
            Act(each.name, reverse("customs:equipment", args=[room.pk, each.pk]), "server")
            for each in room.equipment.all()
        ]
        remove = reverse("customs:remove-room", args=[self.kwargs["uid"], room.pk])
        return [
            *acts,
            Act(_("Add equipment"), reverse("customs:new-equipment", args=[room.pk]), "plus"),
            Act(_("Take out"), remove, "trash", is_grave=True, is_dialog=True),
        ]

    def perform(self, form: Any, user: Any) -> str:
        site = self.site()
        room = actions.save_room(user, site, self.subject() if "pk" in self.kwargs else None, form.cleaned_data)
        return reverse("customs:room", args=[site.uid, room.pk])


class RoomRemove(ActPage):
    """Take a room or cabinet out."""

    menu = "customs"
    permission = queries.CHANGE
    is_grave = True
    button = _("Take out")
    clause = "C8"

    def queryset(self, user: Any) -> QuerySet[MachineRoom]:
        return queries.rooms(user, queries.CHANGE).filter(site__uid=self.kwargs["uid"])

    def sentence(self, subject: MachineRoom) -> Any:
        return _("“%(name)s” and its list of equipment are taken out.") % {"name": subject.name}

    def perform(self, subject: MachineRoom, form: Any, user: Any) -> str:
        url = reverse("customs:site", args=[subject.site.uid]) + "?tab=rooms"
        actions.remove_room(user, subject)
        return url


class EquipmentEdit(FormPage):
    """Put a piece of equipment into a room, or change it."""

    menu = "customs"
    permission = queries.CHANGE
    form_class = EquipmentForm

    def room(self) -> MachineRoom:
        """The room; 404 where the user may not change it."""
        room = queries.rooms(self.user, queries.CHANGE).filter(pk=self.kwargs["room"]).first()
        if room is None:
            raise Http404
        return room

    def queryset(self, user: Any) -> QuerySet[RoomEquipment]:
        return queries.equipment(user, queries.CHANGE).filter(room=self.room())

    def heading(self, subject: Any = None) -> Any:
        return _("Equipment of %(room)s") % {"room": self.room().name}

    def form(self, **kwargs: Any) -> Any:
        return super().form(user=self.user, room=self.room(), **kwargs)

    def cancel_to(self) -> str:
        room = self.room()
        return reverse("customs:room", args=[room.site.uid, room.pk])

    def page_acts(self, user: Any) -> list[Act]:
        if "pk" not in self.kwargs:
            return []
        url = reverse("customs:remove-equipment", args=[self.kwargs["room"], self.kwargs["pk"]])
        return [Act(_("Take out"), url, "trash", is_grave=True, is_dialog=True)]

    def perform(self, form: Any, user: Any) -> str:
        known = self.subject() if "pk" in self.kwargs else None
        actions.save_equipment(user, self.room(), known, form.cleaned_data)
        return self.cancel_to()


class EquipmentRemove(ActPage):
    """Take a piece of equipment out."""

    menu = "customs"
    permission = queries.CHANGE
    is_grave = True
    button = _("Take out")
    clause = "C8"

    def queryset(self, user: Any) -> QuerySet[RoomEquipment]:
        return queries.equipment(user, queries.CHANGE).filter(room=self.kwargs["room"])

    def sentence(self, subject: RoomEquipment) -> Any:
        return _("“%(name)s” is taken out of %(room)s.") % {"name": subject.name, "room": subject.room.name}

    def perform(self, subject: RoomEquipment, form: Any, user: Any) -> str:
        url = reverse("customs:room", args=[subject.room.site.uid, subject.room.pk])
        actions.remove_equipment(user, subject)
        return url


def findings_text(camera: Any) -> str:
    """What is missing in the papers of a camera, in one line."""
    today = clock.now().astimezone(clock.BEIJING).date()
    return " ".join(in_language(each.message) for each in camera_findings(camera_papers(camera), today))


def camera_papers(camera: Any) -> CameraPapers:
    """A camera as the findings read it."""
    return CameraPapers(
        manufacturer=camera.manufacturer,
        model=camera.model,
        conforms_to=camera.conforms_to,
        compatible_with=camera.compatible_with,
        certificate_number=camera.certificate_number,
        certificate_expires_on=camera.certificate_expires_on,
    )


class Papers(ListPage):
    """Cameras of registered sites with what is missing in their papers."""

    menu = "customs"
    title = _("Papers of devices")
    lead = _("Model, conformity with HS/T 58 and national standards, compatibility, security certificate.")
    permission = queries.READ
    default_sort = "site"
    columns = (
        Column("name", _("camera"), "name", sort="name"),
        Column("site", _("site"), "site.name", sort="site__name"),
        Column("state", _("papers"), lambda row: not findings_text(row), COMPLETE),
        Column("findings", _("what is missing"), findings_text),
        Column("model", _("model"), lambda row: f"{row.manufacturer} {row.model}".strip()),
        Column("conforms", _("conforms to"), "conforms_to"),
        Column("certificate", _("security certificate"), "certificate_number", CODE),
        Column("expires", _("certificate valid until"), "certificate_expires_on", DATE, "certificate_expires_on"),
    )
    filters = (TextFilter("q", _("camera, site or model"), ("name", "site__name", "model", "manufacturer")),)
    empty = EmptyState(_("No camera of a registered site fits"))

    def queryset(self, user: Any) -> QuerySet[Any]:
        sites = queries.registrations(user).values("site")
        return registered_cameras(user, "cameras.read").filter(site__in=sites, is_active=True)

    def row_link(self, row: Any) -> str:
        return reverse("cameras:camera", args=[row.uid])
