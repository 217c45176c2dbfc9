"""A user without a browser: signs in, follows forms, keeps cookies, as a browser would."""

import json
import re
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

HIDDEN_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What the product answered; `url` is where redirects ended."""

    status: int
    url: str
    body: bytes
    content_type: str

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON; raises `ValueError` naming the address when it is none."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise ValueError(f"{self.url} answered {self.status} {self.content_type}: {self.text[:300]}") from error


@dataclass(slots=True)
class Visitor:
    """One signed-in person at `origin` (`http://host:port`)."""

    origin: str
    jar: CookieJar = field(default_factory=CookieJar)
    opener: OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        self.opener = build_opener(HTTPCookieProcessor(self.jar))

    def get(self, path: str, *, wants_json: bool = False) -> Answer:
        """GET an address; errors are answers too."""
        return self._open("GET", path, None, {"Accept": "application/json"} if wants_json else {})

    def post(self, path: str, fields: dict[str, Any], *, wants_json: bool = False) -> Answer:
        """POST a form with the CSRF token of the cookie."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if wants_json:
            headers["Accept"] = "application/json"
        return self._open("POST", path, urlencode(fields, doseq=True).encode(), headers)

    def post_json(self, path: str, value: object) -> Answer:
        """POST JSON with the CSRF token of the cookie."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return self._open("POST", path, json.dumps(value).encode(), headers)

    def cookies(self) -> str:
        """The Cookie header for a WebSocket."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)

    def _open(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        url = path if path.startswith("http") else self.origin + path
        token = next((cookie.value for cookie in self.jar if cookie.name == "csrftoken"), None)
        if body is not None and token:
            headers = headers | {"X-CSRFToken": token}
        request = Request(url, data=body, headers=headers | {"Origin": self.origin}, method=method)  # noqa: S310
        try:
            with self.opener.open(request, timeout=TIMEOUT_S) as response:
                return Answer(response.status, response.url, response.read(), response.headers.get("Content-Type", ""))
        except HTTPError as error:
            with error:
                return Answer(error.code, error.url or url, error.read(), error.headers.get("Content-Type", ""))
