"""Pages of the register: lists and details of cameras, devices and groups."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, TextFilter, YesNoFilter
from oversite.screens.formats import CODE, DATE, INSTANT, NUMBER, YES_NO
from oversite.screens.list_page import ListPage
from oversite.video.cameras import queries
from oversite.video.cameras.models import ABILITIES, Camera, CameraGroup, Device
from oversite.video.cameras.slots import CAMERA_PARTS
from oversite.video.cameras.tabs import CODEC, COMPLAINT_COLUMNS, PRESENCE

STATED_RIGHTS = [choice for choice in Camera.ControlRight.choices if choice[0]]


class OnlineFilter(ChoiceFilter):
    """Online or not, as the lists show it."""

    def narrowed(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(queries.online()) if value == "yes" else queryset.exclude(queries.online())


ONLINE = OnlineFilter("online", _("state"), (("yes", _("online")), ("no", _("offline"))))


class Cameras(ListPage):
    """The register of cameras."""

    menu = "cameras"
    title = _("Cameras")
    lead = _("What stands where, who may steer it, and whether it answers.")
    permission = "cameras.read"
    default_sort = "site"
    columns = (
        Column("name", _("camera"), "name", sort="name"),
        Column("site", _("site"), "site.name", sort="site__name"),
        Column("area", _("area"), "area.name", sort="area__name"),
        Column("gb_id", _("GB/T 28181 identity"), "gb_id", CODE, "gb_id"),
        Column("code", _("customs code"), "camera_code", CODE, is_hidden=True),
        Column("mount", _("kind"), "get_mount_display", sort="mount"),
        Column("control", _("control right"), "get_control_right_display", is_hidden=True),
        Column("online", _("state"), queries.is_online, PRESENCE),
        Column("records", _("recorded"), "records", YES_NO),
        Column("codec", _("codec"), "measured_codec", CODEC),
        Column("kbps", _("kbit/s"), "measured_kbps", NUMBER, is_hidden=True),
        Column("line", _("access line"), "get_line_display", is_hidden=True),
        Column("manufacturer", _("manufacturer"), "manufacturer", is_hidden=True),
        Column("model", _("model"), "model", is_hidden=True),
        Column("certificate", _("certificate valid until"), "certificate_expires_on", DATE, is_hidden=True),
    )
    filters = (
        TextFilter("q", _("name, site or identity"), ("name", "gb_id", "camera_code", "site__name", "area__name")),
        ONLINE,
        ChoiceFilter("mount", _("kind"), Camera.Mount.choices),
        ChoiceFilter("right", _("control right"), STATED_RIGHTS, "control_right"),
        YesNoFilter("records", _("recorded")),
        YesNoFilter("active", _("in use"), field="is_active"),
    )
    empty = EmptyState(
        _("No camera is in the register yet"),
        _("Enter one, import a sheet, or claim the channels of a device that has registered."),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.with_presence(queries.registered_cameras(user))

    def row_link(self, row: Any) -> str:
        return reverse("cameras:camera", args=[row.uid])

    def main_act(self, user: Any) -> Act | None:
        if not queries.may_enter_cameras(user):
            return None
        return Act(_("Register a camera"), reverse("cameras:new"), "plus", is_main=True)

    def page_acts(self, user: Any) -> list[Act]:
        acts = [Act(_("Devices"), reverse("cameras:devices"), "router")]
        if user.has_perm("cameras.change"):
            acts += [
                Act(_("Groups"), reverse("cameras:groups"), "list-details"),
                Act(_("Import"), reverse("cameras:import"), "upload"),
                Act(_("Export as a sheet"), reverse("cameras:export", args=["xlsx"]), "file-spreadsheet"),
                Act(_("Export as JSON"), reverse("cameras:export", args=["json"]), "download"),
            ]
        return [*acts, *super().page_acts(user)]


class CameraDetail(DetailPage):
    """One camera: what it is, what was measured, what happened to it."""

    menu = "cameras"
    permission = "cameras.read"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.with_presence(queries.registered_cameras(user))

    def heading(self, subject: Any = None) -> Any:
        return queries.title(subject)

    def state(self, subject: Camera) -> str:
        return PRESENCE.html(queries.is_online(subject))

    def fact_groups(self, subject: Camera) -> Sequence[FactGroup]:
        device = subject.device
        device_url = "" if device is None else reverse("cameras:device", args=[device.uid])
        place = [
            Fact(_("site"), subject.site.name, link=reverse("sites:site", args=[subject.site.uid])),
            Fact(_("area"), "" if subject.area is None else subject.area.name),
            Fact(_("GB/T 28181 identity"), subject.gb_id, CODE),
            Fact(_("customs code"), subject.camera_code, CODE),
            Fact(_("device"), "" if device is None else device.name, link=device_url),
            Fact(_("in use"), subject.is_active, YES_NO),
        ]
        use = [
            Fact(_("kind"), subject.get_mount_display()),
            Fact(_("abilities"), "、".join(str(words) for key, words in ABILITIES if key in (subject.abilities or ()))),
            Fact(_("control right"), subject.get_control_right_display()),
            Fact(_("everyday view"), subject.everyday_view),
            Fact(_("preset of the everyday view"), subject.everyday_preset),
            Fact(_("recorded around the clock"), subject.records, YES_NO),
            Fact(_("has a sub-stream"), subject.has_sub_stream, YES_NO),
        ]
        measured = [
            Fact(_("codec"), subject.measured_codec, CODEC),
            Fact(_("line as declared"), subject.get_line_display()),
            Fact(_("bit rate measured"), in_unit(subject.measured_kbps, "kbit/s")),
            Fact(_("packet loss measured"), loss_text(subject.measured_loss_ppm)),
            Fact(
                _("jitter measured"), "" if subject.measured_jitter_ms is None else f"{subject.measured_jitter_ms} ms"
            ),
            Fact(_("measured at"), subject.measured_at, INSTANT),
        ]
        papers = [
            Fact(_("manufacturer"), subject.manufacturer),
            Fact(_("model"), subject.model),
            Fact(_("conforms to"), subject.conforms_to),
            Fact(_("compatible with"), subject.compatible_with),
            Fact(_("security certificate"), subject.certificate_number, CODE),
            Fact(_("certificate valid until"), subject.certificate_expires_on, DATE),
        ]
        return [
            FactGroup(_("Where it stands"), place),
            FactGroup(_("Use"), use),
            FactGroup(_("Access line"), measured),
            FactGroup(_("Papers"), papers),
            *(group for part in CAMERA_PARTS if (group := part.facts(subject, self.user)) is not None),
        ]

    def history(self, subject: Camera, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def acts(self, subject: Camera, user: Any) -> list[Act]:
        acts = []
        if queries.cameras_to_enter(user).filter(pk=subject.pk).exists():
            acts.append(Act(_("Change"), reverse("cameras:change", args=[subject.uid]), "pencil"))
        return [*(act for part in CAMERA_PARTS for act in part.acts(subject, user)), *acts]


def channel_text(device: Device) -> str:
    """`n of m`: how many channels arrived of how many were announced."""
    if not device.channels_total:
        return ""
    return _t("%(seen)s of %(total)s") % {"seen": device.channels_seen, "total": device.channels_total}


class Devices(ListPage):
    """The devices that register over GB/T 28181."""

    menu = "cameras"
    title = _("Devices")
    lead = _("Cameras, recorders and platforms that register here, and how they are connected.")
    permission = "cameras.read"
    default_sort = "name"
    columns = (
        Column("name", _("device"), "name", sort="name"),
        Column("gb_id", _("GB/T 28181 identity"), "gb_id", CODE, "gb_id"),
        Column("site", _("site"), "site.name", sort="site__name"),
        Column("kind", _("kind"), "get_kind_display", sort="kind"),
        Column("online", _("state"), "is_online", PRESENCE, "is_online"),
        Column("seen", _("last seen"), "seen_at", INSTANT),
        Column("channels", _("channels"), channel_text),
        Column("transport", _("media transport"), "get_media_transport_display", is_hidden=True),
        Column("dialect", _("version of the standard"), "dialect", is_hidden=True),
        Column("source", _("source address"), "source", CODE, is_hidden=True),
        Column("offset", _("clock offset in ms"), "clock_offset_ms", NUMBER, is_hidden=True),
        Column("manufacturer", _("manufacturer"), "manufacturer", is_hidden=True),
        Column("model", _("model"), "model", is_hidden=True),
        Column("firmware", _("firmware"), "firmware", is_hidden=True),
    )
    filters = (
        TextFilter("q", _("name or identity"), ("name", "gb_id", "site__name")),
        YesNoFilter("online", _("online"), field="is_online"),
        ChoiceFilter("kind", _("kind"), Device.Kind.choices),
    )
    empty = EmptyState(
        _("No device is in the register yet"), _("Enter its identity and password, then let it register.")
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.devices(user)

    def row_link(self, row: Any) -> str:
        return reverse("cameras:device", args=[row.uid])

    def main_act(self, user: Any) -> Act | None:
        if not user.has_perm("cameras.change"):
            return None
        return Act(_("Register a device"), reverse("cameras:new-device"), "plus", is_main=True)


NO_SITE = _("none yet: choose “Change” and give it its site; then its channels can be registered as cameras")


class DeviceDetail(DetailPage):
    """One device with the channels it announced."""

    menu = "cameras"
    permission = "cameras.read"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.devices(user)

    def heading(self, subject: Any = None) -> Any:
        return subject.name

    def state(self, subject: Device) -> str:
        return PRESENCE.html(subject.is_online)

    def fact_groups(self, subject: Device) -> Sequence[FactGroup]:
        register = [
            Fact(_("GB/T 28181 identity"), subject.gb_id, CODE),
            Fact(_("kind"), subject.get_kind_display()),
            Fact(_("site"), NO_SITE if subject.site is None else subject.site.name),
            Fact(_("media transport"), subject.get_media_transport_display()),
            Fact(_("password"), _("set") if subject.password_sealed else _("none")),
            Fact(_("in use"), subject.is_active, YES_NO),
        ]
        presence = [
            Fact(_("last registered at"), subject.registered_at, INSTANT),
            Fact(_("last seen"), subject.seen_at, INSTANT),
            Fact(_("source address"), f"{subject.source} {subject.transport}".strip(), CODE),
            Fact(_("version of the standard"), subject.dialect),
            Fact(_("clock offset"), "" if subject.clock_offset_ms is None else f"{subject.clock_offset_ms:,} ms"),
            Fact(_("channels"), channel_text(subject)),
        ]
        told = [
            Fact(_("manufacturer"), subject.manufacturer),
            Fact(_("model"), subject.model),
            Fact(_("firmware"), subject.firmware),
        ]
        return [
            FactGroup(_("In the register"), register),
            FactGroup(_("Connection"), presence),
            FactGroup(_("As the device says"), told),
        ]

    def history(self, subject: Device, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def tabs(self, subject: Device, user: Any) -> Sequence[Tab]:
        cameras = queries.with_presence(queries.registered_cameras(user)).filter(device=subject)
        known = {camera.gb_id: camera for camera in cameras}
        may_claim = user.has_perm("cameras.change") and subject.site is not None
        channels = list(queries.channels(user, subject))
        faults = queries.unreadable(subject)
        return (
            Tab(
                "cameras",
                _("Cameras"),
                cameras,
                (
                    Column("name", _("camera"), "name", link=lambda row: reverse("cameras:camera", args=[row.uid])),
                    Column("gb_id", _("GB/T 28181 identity"), "gb_id", CODE),
                    Column("area", _("area"), "area.name"),
                    Column("online", _("state"), queries.is_online, PRESENCE),
                ),
                len(known),
                empty=EmptyState(_("No camera of the register answers through this device")),
            ),
            Tab(
                "channels",
                _("Channels"),
                channels,
                (
                    Column("gb_id", _("GB/T 28181 identity"), "gb_id", CODE),
                    Column("name", _("name"), "name"),
                    Column("online", _("state"), "is_online", PRESENCE),
                    Column("damaged", _("item arrived damaged"), "is_damaged", YES_NO),
                    Column("seen", _("last announced"), "seen_at", INSTANT),
                    Column(
                        "camera",
                        _("in the register"),
                        lambda row: known[row.gb_id].name if row.gb_id in known else _t("claim") if may_claim else "",
                        link=lambda row: _channel_link(row, known, may_claim=may_claim),
                    ),
                ),
                len(channels),
                empty=EmptyState(_("The device has not announced any channel"), _("Ask for its catalogue.")),
            ),
            Tab(
                "unreadable",
                _("Unreadable"),
                faults,
                COMPLAINT_COLUMNS,
                len(faults),
                empty=EmptyState(_("Everything that arrived could be read"), _("Counted since signalling started.")),
            ),
        )

    def acts(self, subject: Device, user: Any) -> list[Act]:
        if not user.has_perm("cameras.change"):
            return []
        offline = "" if subject.is_online else _("The device is offline.")
        return [
            Act(_("Ask for the catalogue"), reverse("cameras:catalogue", args=[subject.uid]), "refresh", offline),
            Act(_("Change"), reverse("cameras:change-device", args=[subject.uid]), "pencil"),
        ]


class Groups(ListPage):
    """Camera groups."""

    menu = "cameras"
    title = _("Camera groups")
    lead = _("Named sets of cameras to which a role can be narrowed.")
    permission = "cameras.change"
    default_sort = "name"
    columns = (
        Column("name", _("name"), "name", sort="name"),
        Column("agency", _("agency"), "agency.name", sort="agency__name"),
        Column("cameras", _("cameras"), lambda row: row.cameras.count(), NUMBER),
    )
    filters = (TextFilter("q", _("name"), ("name",)),)
    empty = EmptyState(_("There is no camera group yet"))

    def queryset(self, user: Any) -> QuerySet[CameraGroup]:
        return queries.groups(user)

    def row_link(self, row: Any) -> str:
        return reverse("cameras:group", args=[row.pk])

    def main_act(self, user: Any) -> Act | None:
        return Act(_("New group"), reverse("cameras:new-group"), "plus", is_main=True)


def in_unit(value: int | None, unit: str) -> str:
    """`2,048 kbit/s`, or nothing."""
    return "" if value is None else f"{value:,} {unit}"


def loss_text(loss_ppm: int | None) -> str:
    """Packet loss in percent, from parts per million."""
    return "" if loss_ppm is None else f"{loss_ppm / 10_000:.3f} %"


def _channel_link(channel: Any, known: dict[str, Camera], *, may_claim: bool) -> str:
    if channel.gb_id in known:
        return reverse("cameras:camera", args=[known[channel.gb_id].uid])
    return reverse("cameras:claim", args=[channel.device.uid, channel.gb_id]) if may_claim else ""
