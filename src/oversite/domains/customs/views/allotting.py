"""Codes for all cameras of a site in one act, looked at before it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from oversite.common.errors import Refused
from oversite.domains.customs import actions, queries
from oversite.domains.customs.actions import Allotment, Preview
from oversite.domains.customs.actions.positions import suggestions
from oversite.domains.customs.forms import entries
from oversite.domains.customs.models import CameraPosition, SiteRegistration
from oversite.domains.customs.register import name_on_picture
from oversite.screens.page import PageView, go_to
from oversite.video.cameras.queries import is_steerable, registered_cameras

if TYPE_CHECKING:
    from oversite.video.cameras.models import Camera

AT_ONCE_MAX = 200
BUSINESS_MAX = 40
IP_CAMERA = "132"


@dataclass(slots=True)
class Row:
    """A camera without a position, and what is chosen for it."""

    camera: "Camera"
    position: str = ""
    planned: str = ""
    offered: Sequence[tuple[str, str]] = ()
    business: str = ""
    control: str = queries.CUSTOMS_CONTROL
    device: str = IP_CAMERA
    preview: Preview | None = None

    @property
    def allotment(self) -> Allotment:
        """As the action takes it."""
        return Allotment(
            position=self.position,
            control=self.control,
            device=self.device,
            business=self.business,
            camera=self.camera,
            is_steerable=is_steerable(self.camera),
            planned=self.planned,
        )


class Allot(PageView):
    """Choose a position for each camera, look, and allot."""

    menu = "customs"
    title = _("Allot codes")
    lead = _("Serials come from the pool of the position; what is allotted once is never given to another.")
    permission = queries.CHANGE
    template_name = "customs/allot.html"

    def queryset(self, user: Any) -> QuerySet[SiteRegistration]:
        """The registered sites that the user may change."""
        return queries.registrations(user, queries.CHANGE)

    def registration(self) -> SiteRegistration:
        """The one that the address names."""
        self.model_pk = "site__uid"
        self.kwargs["site__uid"] = self.kwargs["uid"]
        found: SiteRegistration = self.subject()
        return found

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The cameras, with what their areas suggest."""
        registration = self.registration()
        return self.table(registration, self.rows(registration, {}))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Look, or allot."""
        registration = self.registration()
        rows = self.rows(registration, request.POST)
        chosen = [row for row in rows if row.position or row.planned]
        try:
            if "preview" in request.POST:
                found = actions.preview_codes(self.user, registration, [row.allotment for row in chosen])
                for row, preview in zip(chosen, found, strict=True):
                    row.preview = preview
                return self.table(registration, rows, is_preview=bool(found))
            made = actions.allot_codes(self.user, registration, [row.allotment for row in chosen])
        except Refused as refused:
            self.remember(refused)
            return self.table(registration, rows, status=refused.status, refused=refused)
        text = ngettext("%(count)s code was allotted.", "%(count)s codes were allotted.", len(made))
        messages.success(request, text % {"count": len(made)})
        return go_to(request, reverse("customs:site", args=[self.kwargs["uid"]]))

    def rows(self, registration: SiteRegistration, told: Mapping[str, Any]) -> list[Row]:
        """The cameras of the site without a position, as far as the user sees them."""
        taken = CameraPosition.objects.filter(camera__isnull=False).values("camera")
        found = registered_cameras(self.user, "cameras.read").filter(site=registration.site, is_active=True)
        cameras = list(found.exclude(pk__in=taken).order_by("area__code", "name")[:AT_ONCE_MAX])
        suggested = suggestions(cameras)
        planned = list(queries.planned_positions(registration))
        fitting = queries.fitting_positions(registration, cameras)
        rows = []
        for camera in cameras:
            default = queries.CUSTOMS_CONTROL if camera.control_right else "5"
            row = Row(camera, position=suggested[camera.pk], control=default, planned=fitting.get(camera.pk, ""))
            row.offered = [
                (each.code, f"{each.code} {name_on_picture(each)}")
                for each in planned
                if camera.area_id in {None, each.area_id} or each.code == row.planned
            ]
            if told:
                row.planned = str(told.get(f"planned-{camera.pk}", ""))[:20]
                row.position = str(told.get(f"position-{camera.pk}", ""))[:2]
                row.business = str(told.get(f"business-{camera.pk}", "")).strip()[:BUSINESS_MAX]
                row.control = str(told.get(f"control-{camera.pk}", ""))[:1]
                row.device = str(told.get(f"device-{camera.pk}", ""))[:3]
            rows.append(row)
        return rows

    def table(
        self,
        registration: SiteRegistration,
        rows: list[Row],
        *,
        status: int = 200,
        refused: Refused | None = None,
        is_preview: bool = False,
    ) -> HttpResponse:
        """The page with its table."""
        context = {
            "subject": registration.site,
            "rows": rows,
            "has_planned": any(row.offered for row in rows),
            "positions": entries("position"),
            "controls": entries("control"),
            "devices": entries("device"),
            "refused": refused,
            "done": is_preview,
            "cancel": reverse("customs:site", args=[registration.site.uid]),
        }
        return self.show(context, status=status)

    def heading(self, subject: Any = None) -> Any:
        """What is done, and where."""
        return _("Allot codes: %(site)s") % {"site": subject.name} if subject else self.title
