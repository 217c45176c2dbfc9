"""Forms and acts of the register, import and export, and the tree that the wall reads."""

import json
from io import BytesIO
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from oversite.base.audit.actions import record
from oversite.base.sites.queries import visible_sites
from oversite.common import clock
from oversite.screens import excel
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act
from oversite.screens.columns import Column
from oversite.screens.form_page import FormPage, FormSection
from oversite.screens.import_page import Imported, ImportPage, ImportRow, as_item
from oversite.screens.page import require
from oversite.video.cameras import actions, queries
from oversite.video.cameras.forms import CameraForm, ClaimForm, DeviceForm, GroupForm, OperatorsCameraForm
from oversite.video.cameras.models import Camera, Channel, Device
from oversite.video.cameras.operators import DECLARE, is_operators_entry, is_taken_up
from oversite.video.cameras.sheets import COLUMNS, Importer, exported
from oversite.video.cameras.tree import Tree
from oversite.video.gateway import actions as gateway

EXPORT_MAX = 20_000
BODY_BYTES_MAX = 10_000


class UserFormPage(FormPage):
    """A form that offers only what the user may use."""

    menu = "cameras"
    permission = "cameras.change"
    model_pk = "uid"

    def form(self, **kwargs: Any) -> Any:
        return super().form(user=self.user, **kwargs)


class CameraEdit(UserFormPage):
    """Register a camera, or change one: as the agency in charge, or as the operator of its site."""

    other_permission = DECLARE
    form_class = CameraForm
    units = {"everyday_preset": _("no.")}
    sections = (
        FormSection(_("Where it stands"), ("name", "gb_id", "camera_code", "site", "area", "device")),
        FormSection(
            _("Use"),
            (
                "mount",
                "abilities",
                "control_right",
                "everyday_view",
                "everyday_preset",
                "has_sub_stream",
                "records",
                "line",
            ),
        ),
        FormSection(
            _("Papers"),
            (
                "manufacturer",
                "model",
                "conforms_to",
                "compatible_with",
                "certificate_number",
                "certificate_expires_on",
            ),
        ),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.cameras_to_enter(user)

    def is_operators(self) -> bool:
        """Whether the user enters this camera, or a new one, as the operator of the site."""
        if "uid" in self.kwargs:
            return is_operators_entry(self.user, self.subject().site)
        return not self.user.has_perm("cameras.change")

    def form(self, **kwargs: Any) -> Any:
        """The operator is not asked what the agency in charge says."""
        is_operators = self.is_operators()
        self.form_class = OperatorsCameraForm if is_operators else CameraForm
        self.lead = (
            _("Device, code, control right and recording are for the agency in charge to set.") if is_operators else ""
        )
        return super().form(**kwargs)

    def initial(self) -> dict[str, Any]:
        """The site from whose page a camera is added."""
        code = "" if "uid" in self.kwargs else self.request.GET.get("site", "")
        found = visible_sites(self.user).filter(code=code).first()
        return {} if found is None else {"site": found.pk}

    def heading(self, subject: Any = None) -> Any:
        return _("Register a camera") if subject is None else queries.title(subject)

    def cancel_to(self) -> str:
        if "uid" in self.kwargs:
            return reverse("cameras:camera", args=[self.kwargs["uid"]])
        return reverse("cameras:cameras")

    def perform(self, form: Any, user: Any) -> str:
        stored = self.subject() if "uid" in self.kwargs else None
        values = form.values() if isinstance(form, OperatorsCameraForm) else form.cleaned_data
        camera = actions.save_camera(user, stored, values)
        return reverse("cameras:camera", args=[camera.uid])

    def page_acts(self, user: Any) -> list[Act]:
        """A known camera that was entered by mistake can be taken out."""
        del user
        if "uid" not in self.kwargs:
            return []
        url = reverse("cameras:remove", args=[self.kwargs["uid"]])
        why_not = _("The agency in charge works with this camera.") if is_taken_up(self.subject()) else ""
        return [Act(_("Take out"), url, "trash", why_not, is_grave=True, is_dialog=True)]


class CameraRemove(ActPage):
    """Asks before a camera that was entered by mistake is taken out."""

    menu = "cameras"
    title = _("Take a camera out")
    permission = "cameras.change"
    other_permission = DECLARE
    model_pk = "uid"
    is_grave = True
    button = _("Take out")
    irreversible = _("The register forgets it; the audit keeps what it was.")

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.cameras_to_enter(user)

    def sentence(self, subject: Camera) -> Any:
        told = {"name": subject.name, "site": subject.site.name}
        return _("“%(name)s” is taken out of the register of %(site)s.") % told

    def perform(self, subject: Camera, form: Any, user: Any) -> str:
        del form
        url = reverse("sites:site", args=[subject.site.uid]) + "?tab=cameras"
        actions.remove_camera(user, subject)
        return url


class DeviceEdit(UserFormPage):
    """Register a device, or change one."""

    form_class = DeviceForm

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.devices(user, "cameras.change")

    def heading(self, subject: Any = None) -> Any:
        return _("Register a device") if subject is None else subject.name

    def cancel_to(self) -> str:
        if "uid" in self.kwargs:
            return reverse("cameras:device", args=[self.kwargs["uid"]])
        return reverse("cameras:devices")

    def perform(self, form: Any, user: Any) -> str:
        stored = self.subject() if "uid" in self.kwargs else None
        values = dict(form.cleaned_data)
        password = values.pop("password") or None
        device = actions.save_device(user, stored, values, password)
        return reverse("cameras:device", args=[device.uid])


class GroupEdit(UserFormPage):
    """Make a camera group, or change one."""

    form_class = GroupForm
    model_pk = "pk"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.groups(user)

    def heading(self, subject: Any = None) -> Any:
        return _("New camera group") if subject is None else subject.name

    def cancel_to(self) -> str:
        return reverse("cameras:groups")

    def perform(self, form: Any, user: Any) -> str:
        stored = self.subject() if "pk" in self.kwargs else None
        cleaned = form.cleaned_data
        actions.save_group(user, stored, name=cleaned["name"], agency=cleaned["agency"], cameras=cleaned["cameras"])
        return reverse("cameras:groups")


class Claim(FormPage):
    """Take a channel of a recorder into the register as a camera."""

    menu = "cameras"
    permission = "cameras.change"
    form_class = ClaimForm
    button = _("Register as a camera")

    def heading(self, subject: Any = None) -> Any:
        return _t("Register channel %(gb_id)s as a camera") % {"gb_id": self.kwargs["gb_id"]}

    def cancel_to(self) -> str:
        return reverse("cameras:device", args=[self.kwargs["uid"]]) + "?tab=channels"

    def form(self, **kwargs: Any) -> Any:
        areas: Any = Camera._meta.get_field("area").related_model
        site = self._channel().device.site
        return super().form(areas=areas.objects.filter(site=site), **kwargs)

    def initial(self) -> dict[str, Any]:
        return {"name": self._channel().name, "records": True}

    def perform(self, form: Any, user: Any) -> str:
        channel = self._channel()
        camera = actions.claim_channel(user, channel, cast("Any", channel.device.site), form.cleaned_data)
        return reverse("cameras:camera", args=[camera.uid])

    def _channel(self) -> Channel:
        device = queries.devices(self.user, "cameras.change").filter(uid=self.kwargs["uid"]).first()
        channel = None if device is None else device.channels.filter(gb_id=self.kwargs["gb_id"]).first()
        if channel is None or device is None or device.site is None:
            raise Http404
        return channel


class Catalogue(ActPage):
    """Ask a device for its catalogue."""

    menu = "cameras"
    title = _("Ask for the catalogue")
    permission = "cameras.change"
    model_pk = "uid"
    button = _("Ask")

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.devices(user, "cameras.change")

    def sentence(self, subject: Device) -> Any:
        return _("The device is asked for its channels. What is missing in the answer stays in the register.")

    def perform(self, subject: Device, form: Any, user: Any) -> str:
        try:
            answer = gateway.ask_device(subject.gb_id, "catalog")
        except gateway.StageFailure as failure:
            told = failure.payload()
            messages.error(self.request, f"{told['message']} {told['cause']} {told['advice']}")
        else:
            received, total = int(answer.get("received") or 0), int(answer.get("total") or 0)
            text = ngettext(
                "%(received)s of %(total)s channel arrived.", "%(received)s of %(total)s channels arrived.", total
            )
            messages.success(self.request, text % {"received": received, "total": total})
        return reverse("cameras:device", args=[subject.uid]) + "?tab=channels"


class Import(ImportPage):
    """Take in a sheet (Excel) or a JSON file; all rows or none."""

    menu = "cameras"
    title = _("Import cameras")
    lead = _("An Excel workbook or a JSON file. Every row is checked; nothing is taken in unless all are right.")
    permission = "cameras.change"
    columns = COLUMNS

    done_url = cast("str", reverse_lazy("cameras:cameras"))

    def check(self, rows: list[ImportRow], user: Any) -> None:
        Importer(user).check(rows)

    def apply(self, rows: list[ImportRow], user: Any) -> Imported:
        return Importer(user).apply(rows)


@require_GET
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The register as a sheet that the import takes again, as `xlsx` or `json`."""
    user = cast("Any", request.user)
    require(user, "cameras.change")
    rows = exported(queries.registered_cameras(user, "cameras.change")[:EXPORT_MAX])
    with transaction.atomic():
        data = {"rows": len(rows), "form": form}
        record("cameras.register.exported", actor=user, subject=None, data=data)
    stamp = clock.now().astimezone(clock.BEIJING).strftime("%Y%m%d-%H%M")
    if form == "json":
        content = BytesIO(json.dumps(rows, ensure_ascii=False, indent=1).encode())
        return FileResponse(
            content, as_attachment=True, filename=f"cameras-{stamp}.json", content_type="application/json"
        )
    stream = BytesIO()
    columns = [as_item(Column(column.key, column.label, column.key)) for column in COLUMNS]
    excel.write_workbook(stream, _t("Cameras"), columns, rows)
    stream.seek(0)
    return FileResponse(
        stream, as_attachment=True, filename=f"{_t('Cameras')}-{stamp}.xlsx", content_type=excel.CONTENT_TYPE
    )


@require_GET
def tree(request: HttpRequest) -> JsonResponse:
    """The tree of the wall."""
    user = cast("Any", request.user)
    if not user.is_authenticated:
        raise Http404
    return JsonResponse(Tree(user).as_json(), json_dumps_params={"ensure_ascii": False})


@require_POST
def favourite(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Keep a camera at hand, or no longer: `{"on": bool}`."""
    user = cast("Any", request.user)
    camera = queries.camera(user, uid, "video.live")
    if camera is None:
        raise Http404
    try:
        told = json.loads(request.body[:BODY_BYTES_MAX] or b"{}")
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return JsonResponse({"code": "http.400", "message": _t("The request cannot be read")}, status=400)
    actions.set_favourite(user, camera, on=told.get("on") is True)
    return HttpResponse(status=204)
