"""The offline check in Chromium with the network off: no void one is shown valid, no valid one is shown void."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from domains.quarantine.certificates.proof.test_pictures import code as picture_of
from installation import Installation

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

ISSUE = """
    import json
    from datetime import timedelta
    from unittest.mock import patch
    from domains.quarantine.certificates.cases import TERMS, stand_alone
    from oversite.common import clock
    from oversite.domains.quarantine.certificates import actions

    house = stand_alone()
    vet = house.veterinarian(20)
    issue = lambda: actions.issue_certificate(vet.user, house.inspection(vet), TERMS)
    with patch.object(clock, "now", return_value=clock.now() - timedelta(days=9)):
        past = issue()
    found = {"expired": [past], "genuine": [issue() for _ in range(4)], "void": [issue() for _ in range(3)]}
    for certificate in found["void"]:
        actions.void_certificate(vet.user, certificate, "作废")
    old = issue()
    found["genuine"].append(actions.replace_certificate(vet.user, old, "换车", {"vehicle": "苏K2"}))
    found["replaced"] = [old]
    print(json.dumps({key: [each.address + each.code for each in rows] for key, rows in found.items()}))
"""


@dataclass(frozen=True)
class Served:
    """A running web with certificates: its origin, and the texts of codes by what they are."""

    origin: str
    codes: dict[str, list[str]]
    process: subprocess.Popen[bytes]


@pytest.fixture
def served(installation: Installation) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = Installation(replace(installation.config, web_port=port))
    codes = json.loads(own.run(ISSUE))
    command = [sys.executable, "-m", "oversite.project.cli", "web", "--data", str(own.config.data_dir)]
    process = subprocess.Popen(command, env=own.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    origin = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{origin}/healthz", timeout=2).close()
            break
        except OSError:
            assert process.poll() is None
    yield Served(origin, codes, process)
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page on a telephone that must not complain."""
    faults: list[str] = []
    context = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 740})
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if "Security Policy" in said.text else None)
    yield opened
    context.close()
    assert faults == []


def verdict(page: Any, text: str) -> str:
    """What the page says about a pasted text."""
    page.evaluate("() => { document.querySelector('[data-part=result]').dataset.verdict = '' }")
    page.locator("details").evaluate("element => { element.open = true }")
    page.locator("[data-part=text]").fill(text)
    page.get_by_role("button", name="查验 Check").click()
    page.locator("[data-part=result]:not([data-verdict=''])").wait_for()
    return str(page.locator("[data-part=result]").get_attribute("data-verdict"))


def verdict_of_picture(page: Any, path: Path) -> str:
    """What the page says about a picture."""
    page.evaluate("() => { document.querySelector('[data-part=result]').dataset.verdict = '' }")
    page.locator("[data-part=picture]").set_input_files(path)
    page.locator("[data-part=result]:not([data-verdict=''])").wait_for()
    return str(page.locator("[data-part=result]").get_attribute("data-verdict"))


@pytest.mark.req("Q6", "Q12")
def test_with_the_network_off_both_directions(served: Served, page: Any, tmp_path: Path) -> None:
    page.goto(f"{served.origin}/offline/")
    page.locator("[data-check][data-installed=yes][data-list=fresh]").wait_for()
    page.context.set_offline(True)
    served.process.terminate()
    served.process.wait(timeout=20)
    page.reload()
    page.locator("[data-check][data-list=fresh]").wait_for()
    for standing, texts in served.codes.items():
        for text in texts:
            assert verdict(page, text) == standing
            assert page.locator("[data-fact=goods]").inner_text() == "罗氏沼虾"
    genuine = served.codes["genuine"][0]
    assert verdict(page, genuine[:-30] + ("A" if genuine[-30] != "A" else "B") + genuine[-29:]) == "altered"
    assert verdict(page, "hello") == "unreadable"
    for standing in ("genuine", "void"):
        path = tmp_path / f"{standing}.png"
        picture_of(served.codes[standing][0]).save(path)
        assert verdict_of_picture(page, path) == standing
    assert page.get_by_role("heading", name="已作废").is_visible()


@pytest.mark.req("Q6")
def test_a_device_that_never_had_a_network_says_so(served: Served, page: Any) -> None:
    page.route("**/c/revocations", lambda route: route.abort())
    page.goto(f"{served.origin}/offline/")
    page.locator("[data-check][data-installed=yes]").wait_for()
    assert page.get_by_text("本机没有作废名单").is_visible()
    assert verdict(page, served.codes["genuine"][0]) in {"unchecked", "unknown-key"}
