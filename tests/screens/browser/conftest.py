"""A page of the sample in Chromium."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpRequest, JsonResponse
from django.test import override_settings

from oversite.screens.slots import EXPORTERS, MEDIA_ORIGINS, MENU, STORES, TOP_BAR
from screens.browser.stage import page_service
from screens.sample import islands
from screens.sample import settings as sample


@dataclass
class Stage:
    """The browser's page, the web's answers and the faults that the page reported."""

    page: Any
    base: str
    answers: dict[str, Callable[[dict[str, Any]], JsonResponse]]
    asked: list[tuple[str, dict[str, Any]]]
    faults: list[str]
    outside: list[str]

    def open(self, path: str) -> None:
        self.page.goto(f"{self.base}{path}")

    def wait(self, script: str, timeout_ms: int = 15_000) -> None:
        self.page.wait_for_function(f"() => {script}", timeout=timeout_ms)


@pytest.fixture
def stage(browser: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A page of the sample whose endpoints the test answers."""
    answers: dict[str, Callable[[dict[str, Any]], JsonResponse]] = {}
    asked: list[tuple[str, dict[str, Any]]] = []

    def endpoint(name: str) -> Callable[..., JsonResponse]:
        def view(request: HttpRequest, camera: str = "") -> JsonResponse:
            body = json.loads(request.body or b"{}")
            asked.append((name, body))
            return answers[name](body)

        return view

    patterns = {"demo/live/<str:camera>": "live"}
    patterns |= {f"demo/{name}": name for name in ("open", "timeline", "device", "control", "fetch")}
    for pattern in islands.urlpatterns:
        name = patterns.get(str(pattern.pattern))
        if name:
            monkeypatch.setattr(pattern, "callback", endpoint(name))
    for slot in (EXPORTERS, MENU, STORES, TOP_BAR):
        monkeypatch.setattr(slot, "_values", {})
    origins = {"test": lambda _request: ["ws://127.0.0.1:*", "http://127.0.0.1:*"]}
    monkeypatch.setattr(MEDIA_ORIGINS, "_values", origins)  # the product's own asks the database
    names = ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES", "MESSAGE_STORAGE", "LOGIN_URL", "CSRF_FAILURE_VIEW")
    changes = {name: getattr(sample, name) for name in names}
    faults: list[str] = []
    outside: list[str] = []
    with override_settings(**changes), page_service() as port:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en")
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Security Policy" in message.text else None)
        page.on(
            "request",
            lambda r: None if re.match(r"(http|ws)://127\.0\.0\.1:|blob:|data:", r.url) else outside.append(r.url),
        )
        yield Stage(page, f"http://127.0.0.1:{port}", answers, asked, faults, outside)
        context.close()
    assert faults == []
    assert outside == []
