"""The page in the field: the checklist on a phone, saved on the device while the network is gone (req: Q12)."""

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from oversite.common import clock
from oversite.common.errors import Refused
from oversite.domains.quarantine.files.queries import files_of
from oversite.domains.quarantine.inspections import actions, checklist, queries
from oversite.domains.quarantine.inspections.actions import FieldDraft
from oversite.domains.quarantine.inspections.forms import FindingsForm, PhotoForm, in_language
from oversite.domains.quarantine.inspections.models import Inspection
from oversite.domains.quarantine.inspections.views.inspections import OPEN, url
from oversite.screens.acts import Act
from oversite.screens.form_page import dressed, error_list
from oversite.screens.page import PageView

MOST_BYTES = 100_000


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
        return [Act(_("To the inspection"), url("inspection", self.kwargs["uid"]), "arrow-left")]

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
            "field_props": {
                "key": str(inspection.uid),
                "revision": inspection.revision,
                "draft_url": url("sync", inspection.uid),
                "photo_url": url("photo", inspection.uid),
            },
        }
        return self.show(context, status=status)


class Sync(PageView):
    """Takes a draft from a phone; the same one twice is taken once."""

    permission = queries.CONDUCT
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.inspections(user, queries.CONDUCT)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """JSON in, the new revision out; a refusal as JSON with its sentence."""
        inspection = self.subject()
        draft = _draft(request.body)
        if draft is None:
            message = _("What the device sent cannot be read. Reload the page.")
            return JsonResponse({"code": "quarantine.draft.unreadable", "message": str(message)}, status=400)
        saved = actions.save_draft(self.user, inspection, draft)
        return JsonResponse({"revision": saved.revision, "answers": len(saved.findings)})


class Photo(PageView):
    """Takes a photograph from a phone."""

    permission = queries.CONDUCT
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.inspections(user, queries.CONDUCT)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The picture with time and place; answers JSON to scripts, else goes back to the checklist."""
        inspection = self.subject()
        form = PhotoForm(data=request.POST, files=request.FILES)
        wants_json = "application/json" in request.headers.get("Accept", "")
        if not form.is_valid():
            message = " ".join(str(error) for errors in form.errors.values() for error in errors)
            if wants_json:
                return JsonResponse({"code": "quarantine.photo.form", "message": message}, status=422)
            raise Refused("quarantine.photo.form", message, "Q12", 422)
        data = form.cleaned_data
        file = actions.add_photo(self.user, inspection, data["file"], taken_at=data["taken_at"], place=form.place())
        if wants_json:
            return JsonResponse({"uid": str(file.uid), "name": file.name}, status=201)
        return redirect("quarantine_inspections:conduct", uid=inspection.uid)


def _draft(body: bytes) -> FieldDraft | None:
    """The draft in a request's body, or none where it is not one."""
    if len(body) > MOST_BYTES:
        return None
    try:
        told = json.loads(body)
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
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
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
