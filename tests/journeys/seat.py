"""Somebody in front of a browser: what they do in words of the screen, and what their pages complained about."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from oversite.project.demo.account import Account

OWN = re.compile(r"^(https?|wss?)://127\.0\.0\.1:\d+/|^(blob|data|about|chrome|chrome-extension):")
STATUS = re.compile(r"status of (\d{3})")
SETTLE_MS = 20_000


@dataclass
class Seat:
    """One person's browser window; `faults` are console errors, CSP violations and requests to other hosts."""

    context: Any
    page: Any
    origin: str
    account: Account
    password: str
    faults: list[str] = field(default_factory=list)
    expected: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.faults.append(f"{error.page.url}: {error.error}"))
        self.context.on("request", self._asked)

    def open(self, path: str) -> None:
        """Go to an address of the product."""
        self.page.goto(f"{self.origin}{path}")

    def sign_in(self) -> None:
        """Give name and password on the sign-in page."""
        self.open("/accounts/login/")
        self.page.get_by_label("用户名").fill(self.account.username)
        self.page.get_by_label("密码").fill(self.password)
        self.page.get_by_role("button", name="登录").click()

    def choose_password(self) -> None:
        """Do what the first sign-in asks for: another password."""
        fresh = f"Aa1-{secrets.token_urlsafe(12)}"
        self.page.get_by_label("当前密码").fill(self.password)
        self.page.get_by_role("textbox", name="新密码", exact=True).fill(fresh)
        self.page.get_by_label("新密码（重复）").fill(fresh)
        self.page.get_by_role("button", name="修改").click()
        self.page.wait_for_url(lambda url: "/accounts/" not in url)
        self.password = fresh

    def wait(self, condition: str, argument: object = None, within_ms: int = SETTLE_MS) -> Any:
        """Wait until a JavaScript function of the page gives something true; gives it."""
        return self.page.wait_for_function(condition, arg=argument, timeout=within_ms).json_value()

    @contextmanager
    def expecting(self, status: int) -> Iterator[None]:
        """A refusal that is part of the story: the browser writes its status on the console, which is no fault."""
        self.expected.append(status)
        yield
        self.expected.remove(status)

    def _heard(self, message: Any) -> None:
        if message.type != "error":
            return
        status = STATUS.search(message.text)
        if status and int(status[1]) in self.expected:
            return
        path = urlsplit(message.page.url).path if message.page else ""
        self.faults.append(f"{path}: {message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Any) -> None:
        if not OWN.match(request.url):
            self.faults.append(f"a request to {request.url}")
