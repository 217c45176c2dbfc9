"""The offline check: a page that installs itself on a phone and judges codes without a network (req: Q6).

Its service worker answers only below /offline/. WebAssembly, which reads the codes, is allowed on this page alone.
"""

import hashlib
import json
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from oversite.screens.assets import BUILT, assets, entry_files
from oversite.screens.security import content_security_policy

PAGE: Final = "src/offline.ts"
WORKER: Final = "src/offline_worker.ts"
LABELS: Final = {
    "number": "编号 Number",
    "issued_at": "签发时间 Issued at",
    "valid_until": "有效期至 Valid until",
    "owner": "货主 Owner",
    "goods": "动物种类 Species",
    "quantity": "数量 Quantity",
    "unit": "单位 Unit",
    "purpose": "用途 Purpose",
    "origin": "启运地点 Place of departure",
    "destination": "到达地点 Destination",
    "vehicle": "运载工具牌号 Vehicle",
    "veterinarian": "官方兽医 Official veterinarian",
    "agency": "签发机构 Issuing agency",
    "replaces": "换发自 Replaces",
}
VERDICTS: Final = (
    ("genuine", "真实有效", "Genuine and valid"),
    ("unchecked", "签名真实，但未核对作废名单", "Signature good, but not checked whether it was made void"),
    ("void", "已作废", "Void"),
    ("replaced", "已换发，本证失效", "Replaced, no longer valid"),
    ("expired", "已过有效期", "Expired"),
    ("not-yet-valid", "签发时间晚于本机时间，请校准时钟", "Issued later than this clock says: set the clock"),
    ("unknown-key", "签发密钥不在信任名单中", "Signed by a key that is not trusted"),
    ("key-revoked", "签发密钥已吊销，请联网或电话核实", "Its key was revoked: ask the issuing agency"),
    ("key-period", "签发时间不在密钥有效期内", "It says a time at which its key was not in use"),
    ("altered", "内容被改动", "Altered"),
    ("unreadable", "没有读到检疫证明二维码", "No code of a certificate found"),
)
NAME: Final = "检疫证明离线查验"


@login_not_required
@require_GET
def offline_page(request: HttpRequest) -> HttpResponse:
    """The page; what it shows stands in it, so that the script holds no words."""
    props: dict[str, Any] = {
        "trust_url": reverse("certificate_check:trust"),
        "revocations_url": reverse("certificate_check:revocations"),
        "worker_url": reverse("certificate_check:offline-worker"),
        "scope": reverse("certificate_check:offline"),
        "labels": LABELS,
    }
    context = {
        "props": json.dumps(props, ensure_ascii=False),
        "verdicts": VERDICTS,
        "script": entry_files(PAGE).script,
        "name": NAME,
    }
    response = render(request, "quarantine_certificates/offline.html", context)
    policy = content_security_policy(request).replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    response.headers["Content-Security-Policy"] = policy
    return response


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from an address below which it may answer."""
    del request
    name = entry_files(WORKER).script.rpartition("/built/")[2]
    script = (BUILT / name).read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@login_not_required
@require_GET
def files(request: HttpRequest) -> JsonResponse:
    """Everything that the device keeps; another build is another version."""
    del request
    own = [
        reverse("certificate_check:offline"),
        reverse("certificate_check:offline-manifest"),
        reverse("certificate_check:offline-icon"),
    ]
    every = [*own, *entry_files(PAGE).every, *assets().styles]
    version = hashlib.sha256("\n".join(every).encode()).hexdigest()[:16]
    return JsonResponse({"version": version, "files": every}, headers={"Cache-Control": "no-store"})


@login_not_required
@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to install the page."""
    del request
    page = reverse("certificate_check:offline")
    icon = {"src": reverse("certificate_check:offline-icon"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    content = {
        "name": f"{NAME} Oversite",
        "short_name": "证明查验",
        "lang": "zh-Hans",
        "start_url": page,
        "scope": page,
        "display": "standalone",
        "background_color": "#f4f6fa",
        "theme_color": "#1d4f91",
        "icons": [icon],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@login_not_required
@require_GET
def icon(request: HttpRequest) -> HttpResponse:
    """A tick on a sheet."""
    del request
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><rect width="512" height="512" rx="96" '
        'fill="#1d4f91"/><path d="M150 96h150l90 90v230H150z" fill="#fff"/><path d="M200 290l50 50 100-110" '
        'fill="none" stroke="#1d7a3a" stroke-width="36"/></svg>'
    )
    return HttpResponse(svg, content_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})
