"""Pages that stay on a device and open without a network: their service worker, the list of files, the manifest."""

import hashlib
from collections.abc import Iterable

from django.http import HttpResponse, JsonResponse

from oversite.screens.assets import BUILT, entry_files

WORKER = "src/offline_worker.ts"


def worker_script() -> HttpResponse:
    """The service worker; it answers only below the address that it is served from."""
    name = entry_files(WORKER).script.rpartition("/built/")[2]
    script = (BUILT / name).read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


def kept_files(files: Iterable[str], *, state: str = "", count: int | None = None) -> JsonResponse:
    """Everything that the device keeps; other files or another `state` of the pages make another version.

    `count` is how many things of the user's these files stand for.
    """
    every = list(dict.fromkeys(files))
    version = hashlib.sha256("\n".join([*every, state]).encode()).hexdigest()[:16]
    told: dict[str, object] = {"version": version, "files": every}
    if count is not None:
        told["count"] = count
    return JsonResponse(told, headers={"Cache-Control": "no-store"})


def manifest(*, name: str, short_name: str, page: str, icon: str) -> JsonResponse:
    """What a phone needs to install a page as an app."""
    content = {
        "name": name,
        "short_name": short_name,
        "lang": "zh-Hans",
        "start_url": page,
        "scope": page,
        "display": "standalone",
        "background_color": "#f4f6fa",
        "theme_color": "#1d4f91",
        "icons": [{"src": icon, "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    return JsonResponse(content, content_type="application/manifest+json")
