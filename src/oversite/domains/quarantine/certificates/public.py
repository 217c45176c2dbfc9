"""What everybody may see: the page behind a printed code, the trust list, the list of revocations (req: Q6).

Only who holds the paper, or a copy of its code, can ask: nothing is found by number, which anybody could count up.
"""

import hashlib
from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.signing import trust_text
from oversite.domains.quarantine.certificates import keys, queries
from oversite.domains.quarantine.certificates.models import Certificate
from oversite.domains.quarantine.certificates.printing import form_title
from oversite.domains.quarantine.certificates.proof import carrier
from oversite.domains.quarantine.certificates.proof.verification import Keyring, Verdict, check
from oversite.domains.quarantine.certificates.rates import RateLimit

PAGES_A_MINUTE: Final = 120
LIMIT = RateLimit(PAGES_A_MINUTE)
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGES_KEPT: Final = 2_000
ASKED_AT: Final = "\ue000"
"""Stands in a kept page where the time of the question goes."""

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
        return _page("busy.html", {}, status=429)
    now = clock.now()
    shown = queries.shown_to_all(hashlib.sha256(code.encode()).hexdigest())
    if shown is None:
        return _html(_drawn(None, _stranger(request, code, now)), now, status=404)
    standing = queries.standing_of(shown.state, shown.valid_until, now)
    return _html(PAGES.page(shown, "genuine" if standing == Certificate.State.ISSUED else standing), now)


@login_not_required
@require_GET
def ask_page(request: HttpRequest) -> HttpResponse:
    """Where the text of a code can be typed, for whoever has no camera."""
    text = request.GET.get("code", "").strip()
    if not text:
        return _page("ask.html", {"problem": ""})
    try:
        message = carrier.encode(carrier.parse_text(text).message if "/" in text else carrier.decode(text))
    except carrier.CarrierError:
        problem = _("This is not the code of a certificate. Copy all of it, from https to the end.")
        return _page("ask.html", {"problem": problem}, status=422)
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


def _stranger(request: HttpRequest, code: str, now: datetime) -> str:
    """A code that is not in the register: whether it pretends to be signed by us makes the difference."""
    text = carrier.address_of(request.build_absolute_uri("/")) + code
    finding = check(text, Keyring.of(keys.trusted_keys()), [], now)
    return "unknown" if finding.verdict in {Verdict.UNKNOWN_KEY, Verdict.UNREADABLE} else "altered"


class KeptPages:
    """Pages as they were drawn last: what stands in one changes only with the state of its certificate.

    The state is read for every question; kept is what is drawn from it, in this process, within bounds.
    """

    def __init__(self) -> None:
        self.kept: OrderedDict[tuple[object, ...], str] = OrderedDict()
        self.lock = Lock()

    def page(self, shown: queries.ShownToAll, standing: str) -> str:
        """The page of a certificate that stands so."""
        key = (shown.uid, standing, shown.ended_at, shown.ended_reason, shown.replaced_by)
        with self.lock:
            page = self.kept.pop(key, "")
        page = page or _drawn(shown, standing)
        with self.lock:
            self.kept[key] = page
            while len(self.kept) > PAGES_KEPT:
                self.kept.popitem(last=False)
        return page


PAGES = KeptPages()


def _drawn(shown: queries.ShownToAll | None, standing: str) -> str:
    zh, en, tone = WORDS[standing]
    title = form_title(shown.template, shown.kind) if shown else ""
    context = {"standing": standing, "zh": zh, "en": en, "tone": tone, "title": title, "certificate": shown}
    return render_to_string("quarantine_certificates/public.html", {**context, "asked_at": ASKED_AT})


def _page(template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    return _html(render_to_string(f"quarantine_certificates/{template}", context), clock.now(), status)


def _html(page: str, now: datetime, status: int = 200) -> HttpResponse:
    response = HttpResponse(page.replace(ASKED_AT, clock.beijing_text(now)), status=status)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _caller(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
