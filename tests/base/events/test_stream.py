"""The stream as a browser gets it, from a real web process."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest

from installation import Installation

SIGN_IN = """
    import json
    from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.conf import settings
    from people import make_agency, make_user
    region = make_agency(level=2)
    cookies, paths = {}, {}
    for name in ("own", "beside"):
        agency = make_agency(region)
        user = make_user(agency)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        cookies[name] = session.session_key
        paths[name] = agency.code
    print(json.dumps({"cookies": cookies, "agencies": paths}))
"""
PUBLISH = """
    import sys
    from django.db import transaction
    from oversite.base.agencies.models import Agency
    from oversite.base.events.actions import publish
    with transaction.atomic():
        for text in sys.argv[2:]:
            publish("test.tick", ("test", "1"), {"text": text}, agency=Agency.objects.get(code=sys.argv[1]))
"""


@dataclass
class Web:
    """A web process, and the sessions and agencies of two users beside each other."""

    installation: Installation
    port: int
    cookies: dict[str, str]
    agencies: dict[str, str]
    connections: list[http.client.HTTPConnection] = field(default_factory=list)

    def connect(self, who: str | None, last_event_id: int | None = None) -> http.client.HTTPResponse:
        """Open the stream."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        self.connections.append(connection)
        headers = {"Accept": "text/event-stream"}
        if who:
            headers["Cookie"] = f"sessionid={self.cookies[who]}"
        if last_event_id is not None:
            headers["Last-Event-ID"] = str(last_event_id)
        connection.request("GET", "/events/", headers=headers)
        return connection.getresponse()

    def publish(self, who: str, *texts: str) -> None:
        """Publish events of the agency of `who` from another process."""
        self.installation.run(PUBLISH, self.agencies[who], *texts)


@pytest.fixture
def web(installation: Installation) -> Iterator[Web]:
    """A running web process."""
    known = json.loads(installation.run(SIGN_IN))
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = ["-m", "uvicorn", "oversite.project.asgi:application", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(
        [sys.executable, *code, "--lifespan", "off", "--timeout-graceful-shutdown", "1"],
        env=installation.environment(),
    )
    running = Web(installation, port, known["cookies"], known["agencies"])
    try:
        _await_port(port)
        yield running
    finally:
        for connection in running.connections:
            connection.close()
        process.terminate()
        process.wait(10)


def _await_port(port: int) -> None:
    ends_at = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            assert time.monotonic() < ends_at
            time.sleep(0.05)
        else:
            return


def messages(response: http.client.HTTPResponse, number: int) -> list[dict[str, Any]]:
    """The next messages that carry data."""
    found: list[dict[str, Any]] = []
    while len(found) < number:
        line = response.readline()
        assert line
        if line.startswith(b"data: "):
            found.append(json.loads(line[6:]))
    return found


def test_what_happens_in_the_own_subtree_arrives_and_what_was_missed_comes_first(web: Web) -> None:
    own = web.connect("own")
    assert own.headers["Content-Type"].startswith("text/event-stream")
    assert own.readline() == b"retry: 2000\n"
    web.publish("beside", "secret")
    web.publish("own", "一")
    [first] = messages(own, 1)
    assert (first["kind"], first["data"], first["subject_kind"]) == ("test.tick", {"text": "一"}, "test")
    assert "agency_path" not in first
    web.connections[0].close()
    web.publish("own", "二", "三")
    missed = messages(web.connect("own", first["id"]), 2)
    assert [one["data"]["text"] for one in missed] == ["二", "三"]


def test_a_browser_that_comes_from_another_life_is_told_to_load_the_page_again(web: Web) -> None:
    [gap] = messages(web.connect("own", 10**12), 1)
    assert gap["kind"] == "events.gap"


def test_nobody_who_is_not_signed_in_is_fed_or_asked_to_come_back(web: Web) -> None:
    assert web.connect(None).status == 401
