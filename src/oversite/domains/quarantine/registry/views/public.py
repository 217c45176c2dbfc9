"""Pages for everybody: registering as a producer, how far the registration is, where the points are."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from oversite.base.audit.origin import current_origin
from oversite.common.errors import Refused
from oversite.domains.quarantine.registry import actions, queries
from oversite.domains.quarantine.registry.forms import RegisterForm
from oversite.domains.quarantine.registry.models import Producer
from oversite.domains.quarantine.registry.views.producers import PRODUCER_SECTIONS, STATES
from oversite.domains.quarantine.rules.queries import is_on
from oversite.screens.form_page import FormSection, error_list, section_views

MOST_PER_HOUR = 10
SECTIONS = (
    FormSection("", ("point", "name", "credit_code", "username")),
    *PRODUCER_SECTIONS[1:],
)


@login_not_required
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The form on which a producer registers itself (req: Q19)."""
    form = RegisterForm(data=request.POST or None)
    is_open = is_on("registration.open")
    if request.method == "POST" and is_open and form.is_valid():
        try:
            return redirect("quarantine_registry:registered", uid=_register(form).uid)
        except Refused as refused:
            request.refused = refused  # type: ignore[attr-defined]
            return _shown(request, form, refused, refused.status)
    return _shown(request, form, None, 422 if form.is_bound else 200)


@login_not_required
def registered(request: HttpRequest, uid: str) -> HttpResponse:
    """How far a registration is; its address is known to the applicant alone."""
    producer = get_object_or_404(Producer, uid=uid)
    context = {"page_title": _("Registration"), "producer": producer, "state": STATES.html(producer.state)}
    return render(request, "quarantine_registry/registered.html", context)


@login_not_required
def public_points(request: HttpRequest) -> HttpResponse:
    """The declaration points as the county publishes them (req: Q4)."""
    context = {"page_title": _("Declaration points"), "points": queries.open_points()}
    return render(request, "quarantine_registry/public_points.html", context)


def _register(form: RegisterForm) -> Producer:
    values: dict[str, Any] = dict(form.cleaned_data)
    _admit()
    if values.pop("website"):
        raise Refused("quarantine.registration.robot", _("The form was filled in by a machine."), "Q19", 422)
    point, username, licensed = (values.pop(name) for name in ("point", "username", "licensed"))
    return actions.apply_producer(values | {"agency": point.agency}, username, licensed)


def _admit() -> None:
    """Let at most `MOST_PER_HOUR` registrations through from one address."""
    key = f"quarantine-register-{current_origin()}"
    cache.add(key, 0, 3600)
    if cache.incr(key) > MOST_PER_HOUR:
        raise Refused(
            "quarantine.registration.many",
            _("Too many registrations come from your address. Try again in an hour."),
            "Q19",
            429,
        )


def _shown(request: HttpRequest, form: RegisterForm, refused: Refused | None, status: int) -> HttpResponse:
    context = {
        "page_title": _("Register as a producer of aquatic seed"),
        "page_lead": _("The agency of your declaration point checks what you enter and then opens your account."),
        "form": form,
        "section_views": section_views(form, SECTIONS, {}),
        "errors": error_list(form),
        "refused": refused,
        "is_open": is_on("registration.open"),
    }
    return render(request, "quarantine_registry/register.html", context, status=status)
