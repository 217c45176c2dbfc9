"""The plan picture of a site: taking it in, serving it, keeping where areas and cameras lie on it."""

import json
from collections.abc import Sequence
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from oversite.base.accounts.queries import has_permission
from oversite.oversight.rules import pictures, queries
from oversite.oversight.rules.forms import PictureForm
from oversite.screens.form_page import FormPage
from oversite.screens.page import require
from oversite.video.cameras.queries import cameras_at, is_online, with_presence

MAX_LAYOUT_BYTES = 2_000_000


def props(site: Any, user: Any, areas: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """What the island of the plan picture is given; none without a picture."""
    picture = queries.picture_of(site)
    if picture is None:
        return None
    uid, seen = [site.uid], queries.camera_names(site, user)
    return {
        "image": reverse("rules:picture", args=uid) + f"?v={picture.path[:8]}",
        "width": picture.width_px,
        "height": picture.height_px,
        "layout": picture.layout,
        "areas": [
            {"code": each["code"], "name": str(each["name"]), "tone": each["tone"], "open": each["not_met"]}
            for each in areas
            if each["code"]
        ],
        "cameras": [
            {
                "uid": str(each.uid),
                "name": each.name,
                "kind": each.mount,
                "is_online": is_online(each),
                "url": reverse("viewing:wall") + f"?camera={each.uid}",
            }
            for each in with_presence(cameras_at(site))
            if str(each.uid) in seen
        ],
        "save_url": reverse("rules:layout", args=uid) if has_permission(user, "rules.declare") else "",
        "area_url": reverse("rules:site", args=uid) + "?area={area}",
    }


class Upload(FormPage):
    """Take a floor plan in."""

    menu = "rules"
    title = _("Plan picture")
    lead = _("The floor plan on which areas and cameras are placed. A new picture keeps the places.")
    permission = "rules.declare"
    form_class = PictureForm
    button = _("Take in")

    def site(self) -> Any:
        """The site that the address names."""
        return get_object_or_404(queries.judged_sites(self.user), uid=self.kwargs["uid"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.site()
        return super().get(request, **kwargs)

    def cancel_to(self) -> str:
        return reverse("rules:site", args=[self.site().uid])

    def perform(self, form: Any, user: Any) -> str:
        pictures.keep_picture(user, self.site(), form.cleaned_data["picture"])
        return self.cancel_to()


def picture(request: HttpRequest, uid: Any) -> FileResponse:
    """The plan picture."""
    require(request.user, "rules.read")
    site = get_object_or_404(queries.judged_sites(request.user), uid=uid)
    found = queries.picture_of(site)
    if found is None or not pictures.picture_path(found).is_file():
        raise Http404
    response = FileResponse(pictures.picture_path(found).open("rb"), content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_POST
def layout(request: HttpRequest, uid: Any) -> JsonResponse:
    """Keep the places that the island sends."""
    require(request.user, "rules.declare")
    site = get_object_or_404(queries.judged_sites(request.user), uid=uid)
    given: object = None
    if len(request.body) <= MAX_LAYOUT_BYTES:
        try:
            given = json.loads(request.body)
        except (ValueError, RecursionError):
            given = None
    pictures.keep_layout(request.user, site, given)  # type: ignore[arg-type]
    return JsonResponse({"saved": True})
