"""Errors in the same frame as everything else: what happened, why, and what to do."""

import logging
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from oversite.common.errors import Refused
from oversite.screens.clauses import clause_words
from oversite.screens.page import is_htmx
from oversite.screens.slots import Words

API = "/api/"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ErrorText:
    """The words for one HTTP status."""

    title: Words
    advice: Words
    icon: str = "alert-triangle"


TEXTS = {
    400: ErrorText(_("The request cannot be read"), _("Go back, check what you entered, and send it again."), "x"),
    403: ErrorText(_("This is not allowed"), _("Ask the administrator of your agency if you need it."), "lock"),
    404: ErrorText(
        _("There is nothing here that you can see"),
        _("It does not exist, or it belongs to an agency outside your own. Check the address or search for it."),
        "file-search",
    ),
    409: ErrorText(
        _("This is not possible at present"),
        _("Somebody changed it in the meantime, or its state does not allow it. Load the page again."),
        "arrows-sort",
    ),
    429: ErrorText(_("Too many attempts"), _("Wait for a while, then try again."), "hourglass"),
    500: ErrorText(
        _("Something went wrong on our side"),
        _("Nothing of what you did before is lost. Try again; if it happens again, tell the administrator the time."),
        "tool",
    ),
}

SAID_BY_REFUSALS = frozenset({400, 403, 409, 413, 422})
"""Where the refusal itself says why and what to do, and general advice would only repeat or contradict it."""

CSRF_CODE = "screens.csrf"
CSRF_MESSAGE = _("This page was open for too long, or was opened elsewhere. Load it again and repeat the step.")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler400`."""
    del exception
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler403`."""
    del exception
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler404`."""
    del exception
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: in the frame if that still works, else a page that needs nothing."""
    try:
        return error_page(request, 500)
    except Exception:
        log.exception("the page for errors failed too")
        return HttpResponse(render_to_string("screens/bare_error.html", {"text": TEXTS[500]}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: nearly always a page that was open for too long."""
    del reason
    return refusal_response(request, Refused(CSRF_CODE, CSRF_MESSAGE))


def refusal_response(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A refusal as JSON, as a notice for HTMX, or as a page, as the request asks."""
    if wants_json(request):
        is_api = request.path.startswith(API)
        clause = refused.clause if is_api else clause_words(refused.clause)
        body = {"code": refused.code, "message": str(refused.message), "clause": clause}
        return JsonResponse(body, status=refused.status)
    if is_htmx(request):
        html = render_to_string("screens/parts/refusal_notice.html", {"refused": refused}, request)
        headers = {"HX-Retarget": "#ov-notices", "HX-Reswap": "beforeend"}
        return HttpResponse(html, status=refused.status, headers=headers)
    return error_page(request, refused.status, refused)


def error_page(request: HttpRequest, status: int, refused: Refused | None = None) -> HttpResponse:
    """The page for a status, with the refusal's own words where there is one."""
    text = TEXTS.get(status, TEXTS[500 if status >= 500 else 400])
    if refused is None and wants_json(request):
        return JsonResponse({"code": f"http.{status}", "message": str(text.title), "clause": ""}, status=status)
    advice = "" if refused is not None and status in SAID_BY_REFUSALS else text.advice
    context = {"status": status, "text": text, "advice": advice, "refused": refused, "page_title": text.title}
    return render(request, "screens/error.html", context, status=status)


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a program: it uses the interface, or sends or asks for JSON."""
    if request.path.startswith(API):
        return True
    accept = request.headers.get("Accept", "")
    return request.content_type == "application/json" or ("application/json" in accept and "text/html" not in accept)
