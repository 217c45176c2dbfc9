"""The register as a sheet: the columns that go out and come in, and what is wrong with each row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.queries import restrict
from oversite.base.audit.actions import record
from oversite.screens.tables import ImportColumn, Imported, ImportRow
from oversite.video.cameras import actions, checks, queries
from oversite.video.cameras.identities import kind_problem, typed_digits
from oversite.video.cameras.models import ABILITIES, Camera, Device
from oversite.video.cameras.naming import name_made_at

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

COLUMNS: Sequence[ImportColumn] = (
    ImportColumn("gb_id", _("GB/T 28181 identity"), True, "34020000001320000001", _("20 digits")),
    ImportColumn("name", _("name"), True, "一号池云台"),
    ImportColumn("site", _("site code"), True, "F001"),
    ImportColumn("area", _("area code"), False, "P1"),
    ImportColumn(
        "device", _("device identity"), False, "34020000001180000001", _("of the camera itself or its recorder")
    ),
    ImportColumn("camera_code", _("customs code"), False, ""),
    ImportColumn("mount", _("kind"), False, "pan-tilt", _("fixed, wide or pan-tilt")),
    ImportColumn("abilities", _("abilities"), False, "ptz,zoom"),
    ImportColumn("control_right", _("control right"), False, "", _("primary, exclusive or empty")),
    ImportColumn("has_sub_stream", _("has a sub-stream"), False, "yes", _("yes or no")),
    ImportColumn("records", _("recorded around the clock"), False, "yes", _("yes or no")),
    ImportColumn("everyday_view", _("everyday view"), False, ""),
    ImportColumn("everyday_preset", _("preset of the everyday view"), False, "1"),
    ImportColumn("line", _("access line"), False, "private", _("internet, vpn or private")),
    ImportColumn("manufacturer", _("manufacturer")),
    ImportColumn("model", _("model")),
    ImportColumn("conforms_to", _("conforms to"), False, "GB/T 28181-2022"),
    ImportColumn("compatible_with", _("compatible with")),
    ImportColumn("certificate_number", _("security certificate")),
    ImportColumn("certificate_expires_on", _("certificate valid until"), False, "2028-12-31"),
    ImportColumn(
        "is_kind_sure", _("is a camera, whatever its identity says"), False, "", _("yes or no; only where it was asked")
    ),
)

YES = frozenset({"yes", "true", "1", "y", "是", "有"})
NO = frozenset({"no", "false", "0", "n", "否", "无"})
TEXTS = {
    "name": 120,
    "everyday_view": 200,
    "manufacturer": 80,
    "model": 80,
    "conforms_to": 200,
    "compatible_with": 200,
    "certificate_number": 80,
}
CHOICES: Mapping[str, Any] = {"mount": Camera.Mount, "control_right": Camera.ControlRight, "line": Camera.Line}


class Importer:
    """Checks and applies rows for one user; sites, areas and devices are read once."""

    def __init__(self, user: "User") -> None:
        self.user = user
        self.sites = {site.code: site for site in _related("site", user, "agency")}
        self.areas = {(area.site_id, area.code): area for area in _related("area", user, "site__agency")}
        self.devices: dict[str, Device] = {row.gb_id: row for row in queries.devices(user, "cameras.change")}
        self.known: dict[str, Camera] = {row.gb_id: row for row in queries.registered_cameras(user, "cameras.change")}
        self.seen: dict[tuple[str, str], int] = {}

    def check(self, rows: Iterable[ImportRow]) -> None:
        """Add to each row what is wrong with it."""
        self.seen = {}
        for row in rows:
            self.values(row)

    def apply(self, rows: Sequence[ImportRow]) -> Imported:
        """Take all rows in, or none: a row whose identity is known changes that camera."""
        done = Imported()
        with transaction.atomic():
            for row in rows:
                values = self.values(ImportRow(row.number, row.values), is_checked=True)
                known = self.known.get(values["gb_id"])
                before = None if known is None else exported([known])
                camera = actions.save_camera(self.user, known, values if known is None else row.kept(values))
                done.note(before, exported([camera]))
            data = {"rows": len(rows), **done.counts}
            record("cameras.register.imported", actor=self.user, subject=None, data=data, clause="C5")
        return done

    def values(self, row: ImportRow, *, is_checked: bool = False) -> dict[str, Any]:
        """The fields of a camera from a row; what is wrong is added to the row's errors."""
        gb_id = typed_digits(row.values.get("gb_id"))
        camera = self.known.get(gb_id)
        values: dict[str, Any] = {"gb_id": gb_id}
        if not is_checked:
            self._check_identity(row, gb_id, camera)
        self._place(row, values)
        for name, length in TEXTS.items():
            values[name] = row.values.get(name, "").strip()
            if len(values[name]) > length:
                row.errors.append(_wrong(name, _t("at most %(count)s characters") % {"count": length}))
        if camera is not None and values["name"] != camera.name and name_made_at(camera):
            row.errors.append(_wrong("name", _t("The text on the picture; it is made by the register of positions.")))
        for name, choices in CHOICES.items():
            values[name] = self._choice(row, name, choices)
        for name in ("has_sub_stream", "records"):
            values[name] = self._yes_no(row, name, is_default=name == "has_sub_stream")
        values["abilities"] = self._abilities(row)
        values["everyday_preset"] = self._number(row)
        values["certificate_expires_on"] = self._day(row)
        values["camera_code"] = self._code(row, camera, is_checked=is_checked)
        return values

    def _check_identity(self, row: ImportRow, gb_id: str, camera: Camera | None) -> None:
        if not gb_id:
            return
        problem = checks.camera_gb_id_problem(gb_id, self.user, camera)
        if problem:
            row.errors.append(problem)
        elif camera is None:
            self._ask_kind(row, gb_id)
        self._once(row, "gb_id", gb_id)

    def _ask_kind(self, row: ImportRow, gb_id: str) -> None:
        """An identity that speaks of a recorder or a platform is asked about, as the form does."""
        is_sure = self._yes_no(row, "is_kind_sure", is_default=False)
        if (doubt := kind_problem(gb_id, "camera")) and not is_sure:
            advice = _t("Correct it, or write yes under “is a camera, whatever its identity says”.")
            row.errors.append(f"{doubt} {advice}")

    def _once(self, row: ImportRow, name: str, value: str) -> None:
        before = self.seen.setdefault((name, value), row.number)
        if before != row.number:
            row.errors.append(
                _wrong(name, _t("%(value)s stands in row %(row)s already") % {"value": value, "row": before})
            )

    def _place(self, row: ImportRow, values: dict[str, Any]) -> None:
        site_code = row.values.get("site", "").strip()
        values["site"] = site = self.sites.get(site_code)
        if site is None and site_code:
            row.errors.append(_wrong("site", _t("none of your sites has the code %(code)s") % {"code": site_code[:40]}))
        area_code = row.values.get("area", "").strip()
        values["area"] = self.areas.get((site.pk, area_code)) if site is not None else None
        if area_code and site is not None and values["area"] is None:
            row.errors.append(_wrong("area", _t("the site has no area %(code)s") % {"code": area_code[:40]}))
        device_id = typed_digits(row.values.get("device"))
        values["device"] = self.devices.get(device_id)
        if device_id and values["device"] is None:
            row.errors.append(_wrong("device", _t("no device has the identity %(gb_id)s") % {"gb_id": device_id[:40]}))

    def _abilities(self, row: ImportRow) -> list[str]:
        """The keys of abilities, named by key or in the reader's words; an unknown one is told, never dropped."""
        by_name = {str(label): key for key, label in ABILITIES} | {key: key for key, _label in ABILITIES}
        words = [word.strip() for word in re.split("[,，、;；]", row.values.get("abilities", "")) if word.strip()]
        unknown = [word for word in words if word not in by_name]
        if unknown:
            told = {"words": "、".join(unknown)[:80], "offered": "、".join(key for key, _label in ABILITIES)}
            row.errors.append(_wrong("abilities", _t("%(words)s is unknown; known are %(offered)s") % told))
        return list(dict.fromkeys(by_name[word] for word in words if word in by_name))

    def _choice(self, row: ImportRow, name: str, choices: Any) -> str:
        text = row.values.get(name, "").strip()
        by_label = {str(label): value for value, label in choices.choices}
        value = str(by_label.get(text, text.lower()))
        if not text:
            return "fixed" if name == "mount" else ""
        if value not in choices.values:
            offered = "、".join(str(item) for item in choices.values if item)
            row.errors.append(_wrong(name, _t("one of %(offered)s") % {"offered": offered}))
        return value

    def _yes_no(self, row: ImportRow, name: str, *, is_default: bool) -> bool:
        text = row.values.get(name, "").strip().lower()
        if text and text not in YES | NO:
            row.errors.append(_wrong(name, _t("yes or no")))
        return text in YES if text else is_default

    def _number(self, row: ImportRow) -> int | None:
        text = row.values.get("everyday_preset", "").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 255):
            row.errors.append(_wrong("everyday_preset", _t("a number from 1 to 255")))
            return None
        return int(text)

    def _day(self, row: ImportRow) -> date | None:
        text = row.values.get("certificate_expires_on", "").strip()
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            row.errors.append(_wrong("certificate_expires_on", _t("a day written like 2026-11-21")))
            return None

    def _code(self, row: ImportRow, camera: Camera | None, *, is_checked: bool) -> str:
        code = typed_digits(row.values.get("camera_code"))
        if code and not is_checked:
            problem = checks.camera_code_problem(code, self.user, camera)
            if problem:
                row.errors.append(problem)
            self._once(row, "camera_code", code)
        return code


def exported(cameras: Iterable[Camera]) -> list[dict[str, str]]:
    """The rows of a sheet that the import takes again."""
    return [
        {
            "gb_id": camera.gb_id,
            "name": camera.name,
            "site": camera.site.code,
            "area": "" if camera.area is None else camera.area.code,
            "device": "" if camera.device is None else camera.device.gb_id,
            "camera_code": camera.camera_code,
            "mount": camera.mount,
            "abilities": ",".join(camera.abilities or ()),
            "control_right": camera.control_right,
            "has_sub_stream": "yes" if camera.has_sub_stream else "no",
            "records": "yes" if camera.records else "no",
            "everyday_view": camera.everyday_view,
            "everyday_preset": "" if camera.everyday_preset is None else str(camera.everyday_preset),
            "line": camera.line,
            "manufacturer": camera.manufacturer,
            "model": camera.model,
            "conforms_to": camera.conforms_to,
            "compatible_with": camera.compatible_with,
            "certificate_number": camera.certificate_number,
            "certificate_expires_on": (
                "" if camera.certificate_expires_on is None else camera.certificate_expires_on.isoformat()
            ),
            "is_kind_sure": "yes" if kind_problem(camera.gb_id, "camera") else "",
        }
        for camera in cameras
    ]


def _wrong(name: str, text: str) -> str:
    label = next(column.label for column in COLUMNS if column.key == name)
    return f"{label}：{text}"


def _related(name: str, user: "User", path: str) -> Any:
    model: Any = Camera._meta.get_field(name).related_model
    return restrict(model.objects.all(), user, None, path)
