"""What everybody may see: the page behind a printed code, the trust list, the list of revocations (req: Q6).

Only who holds the paper, or a copy of its code, can ask: nothing is found by number, which anybody could count up.
"""

import hashlib
from datetime import datetime
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.signing import trust_text
from oversite.domains.quarantine.certificates import keys, queries
from oversite.domains.quarantine.certificates.models import Certificate
from oversite.domains.quarantine.certificates.printing import title_of
from oversite.domains.quarantine.certificates.proof import carrier
from oversite.domains.quarantine.certificates.proof.verification import Keyring, Verdict, check
from oversite.domains.quarantine.certificates.rates import RateLimit

PAGES_A_MINUTE: Final = 120
LIMIT = RateLimit(PAGES_A_MINUTE)

WORDS: Final = {
    "genuine": ("真实有效", "Genuine and valid", "good"),
    "used": ("真实，数量已用完", "Genuine, its quantity is used up", "quiet"),
    "void": ("已作废", "Void", "now"),
    "replaced": ("已换发，本证失效", "Replaced, no longer valid", "now"),
    "expired": ("已过有效期", "Expired", "soon"),
    "altered": ("内容被改动，不是本系统签发的证明", "Altered: not a certificate issued here", "now"),
    "unknown": ("本系统没有签发过此证明", "Unknown: not issued here", "now"),
}
"""What the page says: in Chinese, in English, and its tone."""


@login_not_required
@require_GET
def certificate_page(request: HttpRequest, code: str) -> HttpResponse:
    """The page that any phone opens: the standing, and exactly the facts printed."""
    if not LIMIT.is_allowed(_caller(request), clock.now().timestamp()):
        return _page(request, "quarantine_certificates/busy.html", {}, status=429)
    now = clock.now()
    certificate = queries.certificate_of_code(hashlib.sha256(code.encode()).hexdigest())
    standing = _standing(certificate, now) if certificate is not None else _stranger(request, code, now)
    zh, en, tone = WORDS[standing]
    context = {
        "standing": standing,
        "zh": zh,
        "en": en,
        "tone": tone,
        "certificate": certificate,
        "title": title_of(certificate) if certificate else "",
        "replaced_by": getattr(certificate, "replaced_by", None) if certificate else None,
        "asked_at": now,
    }
    return _page(request, "quarantine_certificates/public.html", context, 200 if certificate else 404)


@login_not_required
@require_GET
def ask_page(request: HttpRequest) -> HttpResponse:
    """Where the text of a code can be typed, for whoever has no camera."""
    text = request.GET.get("code", "").strip()
    if not text:
        return _page(request, "quarantine_certificates/ask.html", {"problem": ""})
    try:
        message = carrier.encode(carrier.parse_text(text).message if "/" in text else carrier.decode(text))
    except carrier.CarrierError:
        problem = _("This is not the code of a certificate. Copy all of it, from https to the end.")
        return _page(request, "quarantine_certificates/ask.html", {"problem": problem}, status=422)
    return HttpResponseRedirect(carrier.PATH + message)


@login_not_required
@require_GET
def trust_list(request: HttpRequest) -> HttpResponse:
    """The public keys of printed codes, as `oversite certificate verify --trust` reads them."""
    if not LIMIT.is_allowed(_caller(request), clock.now().timestamp()):
        return HttpResponse(status=429)
    return HttpResponse(
        trust_text(keys.trusted_keys()), content_type="application/json", headers={"Cache-Control": "no-cache"}
    )


@login_not_required
@require_GET
def revocation_list(request: HttpRequest) -> HttpResponse:
    """The signed list of void and replaced certificates as of now."""
    if not LIMIT.is_allowed(_caller(request), clock.now().timestamp()):
        return HttpResponse(status=429)
    try:
        text = queries.revocation_list()
    except Refused as refused:
        return HttpResponse(str(refused), status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(text, content_type="text/plain", headers={"Cache-Control": "no-cache"})


def _standing(certificate: Certificate, now: datetime) -> str:
    state = queries.shown_state(certificate, now)
    return "genuine" if state == Certificate.State.ISSUED else state


def _stranger(request: HttpRequest, code: str, now: datetime) -> str:
    """A code that is not in the register: whether it pretends to be signed by us makes the difference."""
    text = carrier.address_of(request.build_absolute_uri("/")) + code
    finding = check(text, Keyring.of(keys.trusted_keys()), [], now)
    return "unknown" if finding.verdict in {Verdict.UNKNOWN_KEY, Verdict.UNREADABLE} else "altered"


def _page(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _caller(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
