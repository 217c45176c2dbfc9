"""Sign-in before everything, the idle logout, and what a user must do first."""

from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oversite.base.accounts import sessions
from oversite.base.accounts.models import User
from oversite.base.accounts.queries import pending_step
from oversite.base.audit.actions import record
from oversite.common import clock

API = "/api/"
"""Below it the API's own authentication decides."""
ALWAYS_OPEN = frozenset({"account_logout", "account_reauthenticate", "set_language", "session_alive", "session_left"})
STEPS = {
    "password": ("account_change_password", frozenset({"account_change_password"})),
    "second-factor": (
        "mfa_activate_totp",
        frozenset({"mfa_activate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes"}),
    ),
}

TO_DO = {
    "password": gettext_lazy("Set a password of your own first."),
    "second-factor": gettext_lazy("Enrol a second factor first."),
}


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every page needs a sign-in unless it says `login_not_required`; scripts get 401 instead of a page."""

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        """Let the API decide for itself, ask everybody else."""
        if request.path.startswith(API):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        """Lead to the sign-in page, or answer 401."""
        del view_func
        return to_sign_in(request)


class SessionRulesMiddleware(MiddlewareMixin):
    """Ends a session fifteen minutes after its last use, and leads to what must be done first."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """End an idle session; otherwise note the use."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return None
        now = clock.now()
        if sessions.left(request, now) <= timedelta(0):
            self._end(request)
            return to_sign_in(request)
        if sessions.is_use(request):
            sessions.extend(request, now)
        return None

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """Nothing else works before the password is changed and the second factor enrolled."""
        del view_func, view_args, view_kwargs
        user = request.user
        name = request.resolver_match.url_name if request.resolver_match else ""
        if not isinstance(user, User) or name in ALWAYS_OPEN:
            return None
        step = pending_step(user)
        if not step or name in STEPS[step][1]:
            return None
        target = resolve_url(STEPS[step][0])
        if wants_page(request):
            return redirect(target)
        body = {"code": f"accounts.{step}.pending", "message": TO_DO[step], "clause": "", "url": target}
        return JsonResponse(body, status=403)

    def _end(self, request: HttpRequest) -> None:
        with transaction.atomic():
            user = cast("User", request.user)
            record("accounts.session.expired", actor=user, subject=user)
            logout(request)
        if wants_page(request):
            messages.info(request, _("You were signed out after 15 minutes without use. Sign in again."))


def wants_page(request: HttpRequest) -> bool:
    """Whether a person waits for a page: not a script, not a part of a page, not the event stream."""
    if request.headers.get("HX-Request") == "true" or request.path.startswith(API):
        return False
    return "text/html" in request.headers.get("Accept", "text/html") or request.headers.get("Accept") == "*/*"


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page for a person, who comes back afterwards; 401 for a script, with `HX-Redirect` for HTMX."""
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else request.path
    if request.headers.get("HX-Request") == "true":
        back = "/" + request.headers.get("HX-Current-URL", "").partition("://")[2].partition("/")[2]
    url = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}"
    if wants_page(request):
        return redirect(url)
    body = {"code": "accounts.session.none", "message": _("Sign in first."), "clause": "", "url": url}
    response = JsonResponse(body, status=401)
    if request.headers.get("HX-Request") == "true":
        response.headers["HX-Redirect"] = url
    return response
