"""A small world for the video apps: a tree of agencies, a farm, a customs site, people and cameras."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client

from oversite.base.accounts import sessions
from oversite.base.accounts.models import Role, RoleGrant, User
from oversite.base.agencies.models import Agency
from oversite.base.sites.models import Area, Site
from oversite.common import clock, config
from oversite.common.keys import ensure_keys
from oversite.video.cameras.models import Camera, Device
from oversite.video.control.policies import Policy
from oversite.video.control.slots import class_policies

FARM_CLASS = "test-farm"
CUSTOMS_CLASS = "test-customs"

if FARM_CLASS not in class_policies:
    class_policies.plug(FARM_CLASS, Policy.FARM)


@dataclass
class World:
    """The agencies, sites and cameras; `person` makes users."""

    national: Agency
    regional: Agency
    branch: Agency
    neighbour: Agency
    farm_owner: Agency
    customs: Agency
    farm: Site
    customs_site: Site
    device: Device
    camera: Camera
    customs_camera: Camera
    person: Callable[..., User]


def _agency(parent: Agency | None, code: str, name: str, level: int, kind: str = "quarantine") -> Agency:
    values = {"code": code, "name": name, "level": level, "kind": kind}
    if parent is None:
        root: Agency = Agency.objects.add_root(values)
        return root
    child: Agency = Agency.objects.add_child(Agency.objects.get(pk=parent.pk), values)
    return child


def _person(username: str, agency: Agency, *permissions: str) -> User:
    user = User(username=username, name=username.title(), agency=agency, must_change_password=False)
    user.set_unusable_password()
    user.save()
    if permissions:
        role = Role.objects.create(
            key=f"role-{username}", label_zh=username, label_en=username, permissions=list(permissions)
        )
        RoleGrant.objects.create(user=user, role=role)
    return user


@pytest.fixture
def world(db: None) -> World:
    ensure_keys(config.current().keys_dir)
    national = _agency(None, "A1", "总局", 1)
    regional = _agency(national, "A2", "直属局", 2)
    branch = _agency(regional, "A3", "分支局", 3)
    neighbour = _agency(regional, "A4", "邻局", 3)
    owner = _agency(branch, "E1", "东海养殖有限公司", 3, "enterprise")
    customs = _agency(national, "C1", "口岸海关", 3, "customs")
    farm = Site.objects.create(code="F001", name="东海养殖场", site_class=FARM_CLASS, agency=branch, operator=owner)
    customs_site = Site.objects.create(code="K001", name="查验场", site_class=CUSTOMS_CLASS, agency=customs)
    area = Area.objects.create(site=farm, code="P1", name="一号池", kind="pond")
    device = Device.objects.create(gb_id="34020000001320000001", name="东池", site=farm, is_online=True)
    camera = Camera.objects.create(
        gb_id="34020000001320000001",
        name="东池云台",
        site=farm,
        area=area,
        device=device,
        mount=Camera.Mount.PAN_TILT,
        everyday_preset=1,
    )
    customs_device = Device.objects.create(gb_id="34020000001320000002", name="查验台", site=customs_site)
    customs_camera = Camera.objects.create(
        gb_id="34020000001320000002",
        name="查验台",
        site=customs_site,
        device=customs_device,
        mount=Camera.Mount.PAN_TILT,
        control_right=Camera.ControlRight.PRIMARY,
    )
    return World(
        national, regional, branch, neighbour, owner, customs, farm, customs_site, device, camera, customs_camera,
        _person,
    )  # fmt: skip


@dataclass
class Doors:
    """Both doors, scripted: what each call answers, and what was asked."""

    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    calls: list[tuple[str, str, Any, str]] = field(default_factory=list)

    def asked(self, path: str) -> list[Any]:
        """The bodies sent to a path (its beginning)."""
        return [body for _method, called, body, _secret in self.calls if called.startswith(path)]

    def answer(self, path: str, status: int = 200, body: Any = None) -> None:
        """Script what paths that begin so answer; the longest beginning wins."""
        self.answers[path] = (status, body if body is not None else {})

    def find(self, path: str) -> tuple[int, Any]:
        """The scripted answer for a path."""
        fitting = [key for key in self.answers if path.startswith(key)]
        return self.answers[max(fitting, key=len)] if fitting else (200, {})


class _Handler(BaseHTTPRequestHandler):
    doors: Doors

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        self.doors.calls.append((self.command, self.path, body, self.headers.get("X-Oversite-Door", "")))
        status, answer = self.doors.find(self.path)
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Taken-At", "2026-11-21T06:05:09+00:00")
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def doors() -> Iterator[Doors]:
    """One scripted server that is signalling's door and media node 0."""
    ensure_keys(config.current().keys_dir)
    scripted = Doors()
    handler = type("Handler", (_Handler,), {"doors": scripted})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    before = config.current()
    port = server.server_address[1]
    config.use(replace(before, signalling_door_port=port, media_port=port))
    scripted.answer("/door/play", 200, {"stream_key": "live-1-0", "node": 0, "codec": "h264", "mime": "video/mp4"})
    scripted.answer("/door/ptz", 200, {"state": "acknowledged", "sip_status": 200})
    yield scripted
    config.use(before)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """`with committed():` runs what waits for the commit at the end of the block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def sign_in(db: None) -> Callable[[User], Client]:
    """A browser in which a user is signed in."""

    def signed_in(user: User) -> Client:
        client = Client(headers={"Sec-Fetch-Mode": "navigate"})
        client.force_login(user)
        session = client.session
        session[sessions.ACTIVE_AT] = clock.now().timestamp()
        session.save()
        return client

    return signed_in


def downloaded(response: Any) -> bytes:
    """The whole of a streamed answer; its file is closed without the signals that close the database."""
    data = b"".join(response.streaming_content)
    for close in response._resource_closers:
        close()
    return data
