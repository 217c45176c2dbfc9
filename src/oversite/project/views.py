"""The pages that know everyone: the start, the search, the help, and the two addresses for machines."""

import hmac
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.shortcuts import redirect
from django.template.loader import select_template
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from oversite.base.sites.queries import visible_sites
from oversite.common import config
from oversite.common.keys import ensure_key
from oversite.project import desk
from oversite.screens.page import PageView
from oversite.screens.slots import SEARCHES, Found
from oversite.video.cameras.queries import cameras

FOUND_AT_MOST = 50
METRICS_KEY = "metrics"
KEY_BYTES = 24
LOOPBACK = frozenset({"127.0.0.1", "::1"})


class Desk(PageView):
    """The duty desk: what waits for the person who has just sat down."""

    menu = "desk"
    title = _("Duty desk")
    lead = _("What needs you now, in the sites of your agency.")
    template_name = "project/desk.html"

    def get(self, _request: HttpRequest) -> HttpResponse:
        """The desk of this user."""
        return self.show(desk.contents(self.user))


class Search(PageView):
    """Sites and cameras by name, code or identity, and what apps find by number, within the searcher's rights."""

    title = _("Search")
    template_name = "project/search.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """What was found."""
        asked = request.GET.get("q", "").strip()[:100]
        return self.show({"asked": asked, "found": self.found(asked) if asked else []})

    def found(self, asked: str) -> list[Found]:
        """The matching things, sites before cameras before the rest, each at most `FOUND_AT_MOST` times."""
        sites = visible_sites(self.user).filter(Q(name__icontains=asked) | Q(code__icontains=asked))
        seen = cameras(self.user).filter(
            Q(name__icontains=asked) | Q(gb_id__startswith=asked) | Q(camera_code__startswith=asked)
        )
        return [
            *(
                Found(_("site"), site.name, f"{site.code} · {site.address}", reverse("sites:site", args=[site.uid]))
                for site in sites[:FOUND_AT_MOST]
            ),
            *(
                Found(_("camera"), camera.name, f"{camera.site} · {camera.gb_id}", _camera_url(camera))
                for camera in seen.select_related("site")[:FOUND_AT_MOST]
            ),
            *(thing for search in SEARCHES for thing in search(self.user, asked)),
        ]


class Help(PageView):
    """Help for the screen that it was opened from."""

    title = _("Help")

    def get(self, request: HttpRequest) -> HttpResponse:
        """The help text of the screen's app, or the general one."""
        app = request.GET.get("for", "").partition(":")[0]
        language = "en" if (get_language() or "").startswith("en") else "zh"
        names = [f"help/{app}.{language}.html"] if app.isidentifier() else []
        template = select_template([*names, f"help/general.{language}.html"])
        return self.show({}, template_name=str(template.template.name))


def home(request: HttpRequest) -> HttpResponse:
    """Lead to the duty desk."""
    return Desk.as_view()(request)  # type: ignore[return-value]


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in a cookie and go back."""
    code, back = request.POST.get("language", ""), request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    if check_for_language(code) and code in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=365 * 86400, httponly=True, samesite="Lax")
    return response


@login_not_required
def healthz(_request: HttpRequest) -> HttpResponse:
    """Whether the web process and its database work; 503 when not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # noqa: BLE001 - whatever is wrong with the database, the answer is the same
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse({"status": "ok"})


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus metrics of the web process: for this machine, and only with the key of DATA/keys/metrics.

    A reverse proxy calls from this machine as well, so the address alone proves nothing.
    """
    key = ensure_key(config.current().keys_dir, METRICS_KEY, secrets.token_hex(KEY_BYTES).encode())
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode("utf-8", "replace")
    if request.META.get("REMOTE_ADDR") not in LOOPBACK or not hmac.compare_digest(given, key):
        return HttpResponseForbidden()
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _camera_url(camera: Any) -> str:
    return reverse("cameras:camera", args=[camera.uid])
