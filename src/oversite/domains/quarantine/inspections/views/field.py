"""The page in the field: the checklist on a phone, saved on the device while the network is gone (req: Q12)."""

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from oversite.common import clock
from oversite.common.errors import Refused
from oversite.domains.quarantine.files.queries import files_of
from oversite.domains.quarantine.inspections import actions, checklist, queries
from oversite.domains.quarantine.inspections.actions import Drawn, FieldDraft
from oversite.domains.quarantine.inspections.forms import FindingsForm, PhotoForm, in_language
from oversite.domains.quarantine.inspections.models import Inspection, Signature
from oversite.domains.quarantine.inspections.strokes import svg
from oversite.domains.quarantine.inspections.views.inspections import OPEN, url
from oversite.screens.acts import Act
from oversite.screens.form_errors import all_errors
from oversite.screens.form_page import dressed, error_list
from oversite.screens.page import PageView

MOST_BYTES = 100_000
KEPT = "oversite-field-"
"""What the names of a device's stores begin with; the user's number follows."""


def addresses(inspection: Inspection) -> dict[str, str]:
    """Where a device sends what it has kept for an inspection."""
    uid = inspection.uid
    return {
        "key": str(uid),
        "draft_url": url("sync", uid),
        "photo_url": url("photo", uid),
        "sign_url": url("sign", uid),
    }


def keeping(user: Any) -> dict[str, Any]:
    """What the service worker of the field pages is told: one store per user, whose pages nobody else opens."""
    desk = url("field")
    told = {"name": f"{KEPT}{user.pk}-", "family": KEPT, "list": url("field-files"), "page": desk}
    return {
        "user": user.pk,
        "worker_url": f"{url('field-worker')}?{urlencode(told)}",
        "scope": reverse("quarantine_inspections:inspections"),
    }


def values_of(inspection: Inspection) -> dict[str, str]:
    """The values of the form by field names, as a device compares them."""
    values = {}
    for key in checklist.items():
        given = inspection.findings.get(key, {})
        values[f"answer-{key}"], values[f"note-{key}"] = given.get("answer", ""), given.get("note", "")
    counted = inspection.counted_amount
    rest = {"remark": inspection.remark, "disinfectant": inspection.disinfectant}
    return values | rest | {"counted_amount": "" if counted is None else str(counted)}


class Conduct(PageView):
    """The checklist of one inspection; works without JavaScript, and without a network once it is open."""

    menu = "quarantine.inspections"
    permission = queries.CONDUCT
    template_name = "quarantine_inspections/conduct.html"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.inspections(user, queries.CONDUCT).filter(declaration__state__in=OPEN)

    def heading(self, subject: Any = None) -> Any:
        return f"{subject.declaration.producer.name} · {subject.declaration.species} {subject.declaration.quantity}"

    def page_acts(self, user: Any) -> list[Act]:
        return [
            Act(_("All in the field"), url("field"), "device-mobile"),
            Act(_("To the inspection"), url("inspection", self.kwargs["uid"]), "arrow-left"),
        ]

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The checklist with what is known already."""
        inspection = self.subject()
        return self.page(inspection, FindingsForm(inspection=inspection))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Save without JavaScript."""
        inspection = self.subject()
        form = FindingsForm(data=request.POST, inspection=inspection)
        if not form.is_valid():
            return self.page(inspection, form, status=422)
        data = form.cleaned_data
        draft = FieldDraft(
            client_id=uuid4(),
            written_at=clock.now(),
            revision=_number(request.POST.get("revision")) or 0,
            findings=form.findings(),
            counted_amount=data["counted_amount"],
            remark=data["remark"],
            disinfectant=data["disinfectant"],
        )
        try:
            actions.save_draft(self.user, inspection, draft)
        except Refused as refused:
            return self.page(inspection, form, refused.status, refused)
        return redirect("quarantine_inspections:inspection", uid=inspection.uid)

    def page(
        self, inspection: Inspection, form: FindingsForm, status: int = 200, refused: Refused | None = None
    ) -> HttpResponse:
        """The page."""
        self.remember(refused)
        sections = [
            {
                "label": in_language(section.label_zh, section.label_en),
                "rows": [
                    {"answer": dressed(form[f"answer-{item.key}"]), "note": dressed(form[f"note-{item.key}"])}
                    for item in section.items
                ],
            }
            for section in checklist.sections()
        ]
        context = {
            "subject": inspection,
            "inspection": inspection,
            "form": form,
            "sections": sections,
            "rest": [dressed(form[name]) for name in ("counted_amount", "disinfectant", "remark")],
            "errors": error_list(form),
            "refused": refused,
            "photos": files_of(inspection, "photo"),
            "records": queries.history_of(inspection.declaration)[:20],
            "unit": inspection.declaration.get_unit_display(),
            "signers": _signers(inspection),
            "field_props": {
                **addresses(inspection),
                **keeping(self.user),
                "revision": inspection.revision,
                "values": values_of(inspection),
            },
        }
        return self.show(context, status=status)


def _signers(inspection: Inspection) -> list[dict[str, object]]:
    """The pads of the page: role, name where it is known, and the signature that stands."""
    present = queries.signatures_of(inspection)
    wanted = [role for role in Signature.Role if role != Signature.Role.SECOND or inspection.second is not None]
    return [
        {
            "role": role.value,
            "label": role.label,
            "name": actions.signer_of(inspection, role),
            "signature": present.get(role),
            "picture": svg(present[role].strokes) if role in present else "",
        }
        for role in wanted
    ]


class DevicePage(PageView):
    """Takes something for an inspection from a device."""

    permission = queries.CONDUCT
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.inspections(user, queries.CONDUCT)


class Sync(DevicePage):
    """Takes a draft from a phone; the same one twice is taken once."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """How the inspection stands, and a token of today: that of a page kept on the device may be old."""
        inspection = self.subject()
        told = {
            "csrf": get_token(request),
            "user": self.user.pk,
            "revision": inspection.revision,
            "values": values_of(inspection),
            "saved_by": queries.last_sender(inspection),
        }
        return JsonResponse(told, headers={"Cache-Control": "no-store"})

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """JSON in, the new revision out; a refusal as JSON with its sentence."""
        inspection = self.subject()
        draft = _draft(request.body)
        if draft is None:
            return _unreadable()
        saved = actions.save_draft(self.user, inspection, draft)
        return JsonResponse({"revision": saved.revision, "answers": len(saved.findings)})


class Sign(DevicePage):
    """Takes a signature from a phone."""

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """JSON in: role, name, strokes; a refusal as JSON with its sentence."""
        inspection = self.subject()
        drawn = _drawn(request.body)
        if drawn is None:
            return _unreadable()
        made = actions.sign(self.user, inspection, drawn)
        return JsonResponse({"role": made.role, "name": made.name}, status=201)


class Photo(DevicePage):
    """Takes a photograph from a phone."""

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The picture with time and place; answers JSON to scripts, else goes back to the checklist."""
        inspection = self.subject()
        form = PhotoForm(data=request.POST, files=request.FILES)
        wants_json = "application/json" in request.headers.get("Accept", "")
        if not form.is_valid():
            message = all_errors(form)
            if wants_json:
                return JsonResponse({"code": "quarantine.photo.form", "message": message}, status=422)
            raise Refused("quarantine.photo.form", message, "Q12", 422)
        data = form.cleaned_data
        file = actions.add_photo(self.user, inspection, data["file"], taken_at=data["taken_at"], place=form.place())
        if wants_json:
            return JsonResponse({"uid": str(file.uid), "name": file.name}, status=201)
        return redirect("quarantine_inspections:conduct", uid=inspection.uid)


def _unreadable() -> JsonResponse:
    message = _("What the device sent cannot be read. Reload the page.")
    return JsonResponse({"code": "quarantine.draft.unreadable", "message": str(message)}, status=400)


def _drawn(body: bytes) -> Drawn | None:
    """The signature in a request's body, or none where it is not one."""
    told = _told(body)
    try:
        signed_at = datetime.fromisoformat(told["signed_at"])
        if signed_at.tzinfo is None:
            return None
        return Drawn(
            client_id=UUID(told["client_id"]),
            role=str(told["role"]),
            name=str(told.get("name") or ""),
            strokes=told.get("strokes"),
            signed_at=signed_at,
            place=_place(told.get("place")),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _told(body: bytes) -> Any:
    """The JSON object in a body; an empty one where there is none."""
    if len(body) > MOST_BYTES:
        return {}
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _draft(body: bytes) -> FieldDraft | None:
    """The draft in a request's body, or none where it is not one."""
    told = _told(body)
    try:
        written_at = datetime.fromisoformat(told["written_at"])
        if written_at.tzinfo is None:
            return None
        return FieldDraft(
            client_id=UUID(told["client_id"]),
            written_at=written_at,
            revision=int(told["revision"]),
            findings=told["findings"],
            counted_amount=_number(told.get("counted_amount")),
            remark=str(told.get("remark") or ""),
            disinfectant=str(told.get("disinfectant") or ""),
            place=_place(told.get("place")),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _number(value: object) -> int | None:
    text = str(value if value is not None else "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _place(value: object) -> tuple[Decimal, Decimal] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    try:
        latitude, longitude = (round(Decimal(str(each)), 6) for each in value)
    except InvalidOperation:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
