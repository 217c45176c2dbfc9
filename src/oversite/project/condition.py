"""The condition of the installation: processes, disks, versions, clocks, long work; read, never changed, here."""

import ctypes
import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _t

from oversite.base.jobs.models import Job, ScheduleState, Worker
from oversite.base.jobs.slots import SCHEDULES
from oversite.common import clock, config
from oversite.screens.formats import bytes_text
from oversite.video.cameras.models import Device
from oversite.video.gateway.doors import signalling
from oversite.video.gateway.models import MediaNode
from oversite.video.gateway.stages import StageFailure
from oversite.video.recording import queries as recordings

STARTED_AT = clock.now()
BEAT_WITHIN = timedelta(seconds=30)
ANSWER_S = 1.0
SCARCE = 0.10
"""Of a disk: less than this share free is amber."""
TIME_ERROR = 5
"""What the kernel answers while its clock is tied to no source of time (adjtimex(2))."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the product: whether it lives, and when it was last heard of."""

    name: str
    place: str
    is_alive: bool
    seen_at: datetime | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Disk:
    """A folder of ours and the room on its disk."""

    name: str
    path: str
    total_bytes: int
    free_bytes: int

    @property
    def tone(self) -> str:
        """`none`, `scarce` or `enough`."""
        if not self.total_bytes:
            return "none"
        return "scarce" if self.free_bytes < self.total_bytes * SCARCE else "enough"


@dataclass(frozen=True, slots=True)
class Due:
    """Work that runs by the clock."""

    title: str
    due_at: datetime
    submitted_at: datetime | None
    is_paused: bool


def processes() -> list[Process]:
    """Web, signalling, media nodes and workers, as far as they can be heard."""
    now = clock.now()
    web = Process(_t("web"), config.current().web_url, True, now, _t("process %(pid)s") % {"pid": os.getpid()})
    media = [
        Process(
            _t("media %(number)s") % {"number": node.number},
            node.public_url,
            now - node.beat_at < BEAT_WITHIN,
            node.beat_at,
            _t("%(count)s streams") % {"count": node.streams},
        )
        for node in MediaNode.objects.all()
    ]
    workers = [
        Process(
            _t("worker"),
            row.machine.partition(" ")[0],
            now - row.heartbeat_at < BEAT_WITHIN,
            row.heartbeat_at,
            _t("process %(pid)s") % {"pid": row.pid},
        )
        for row in Worker.objects.order_by("-heartbeat_at")[:20]
    ]
    return [web, _signalling(), *media, *workers]


def _signalling() -> Process:
    door = signalling()
    try:
        answer = door.call("GET", "/healthz", timeout_s=ANSWER_S)
    except StageFailure as failure:
        return Process(_t("signalling"), door.base_url, False, None, failure.reason)
    place = f"{config.current().sip_id}@{config.current().sip_domain}:{config.current().sip_port}"
    online = _t("%(count)s devices online") % {"count": Device.objects.filter(is_online=True).count()}
    return Process(_t("signalling"), place, answer.status < 400, clock.now(), online)


def disks() -> list[Disk]:
    """The data folder and the volumes of recordings."""
    found = {_t("data folder"): config.current().data_dir}
    found |= {
        _t("recordings %(volume)s") % {"volume": volume.name}: recordings.volume_root(config.current(), volume)
        for volume in recordings.volumes()
    }
    return [_disk(name, path) for name, path in found.items()]


def _disk(name: str, path: Path) -> Disk:
    try:
        room = shutil.disk_usage(path)
    except OSError:
        return Disk(name, str(path), 0, 0)
    return Disk(name, str(path), room.total, room.free)


def versions() -> Iterator[tuple[str, str]]:
    """What runs here, by name and version."""
    yield "Oversite", _version("oversite")
    yield "Python", platform.python_version()
    yield "Django", _version("django")
    yield "PyAV", _version("av")
    yield _database()
    yield _t("operating system"), f"{platform.system()} {platform.release()}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "—"


def _database() -> tuple[str, str]:
    connection.ensure_connection()
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(connection.vendor, connection.vendor)
    return name, ".".join(str(part) for part in connection.get_database_version())


def is_clock_tied() -> bool | None:
    """Whether the kernel's clock follows a source of time (NTP); none where the kernel does not tell."""
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != TIME_ERROR


def worst_offset() -> Device | None:
    """The online device whose clock is farthest from ours."""
    known = Device.objects.filter(is_online=True, clock_offset_ms__isnull=False)
    return max(
        known.only("name", "uid", "clock_offset_ms"), key=lambda row: abs(row.clock_offset_ms or 0), default=None
    )


def recent_work(limit: int = 50) -> list[Job]:
    """What waits, runs or has failed, newest first."""
    states = [Job.State.WAITING, Job.State.RUNNING, Job.State.FAILED]
    return list(Job.objects.filter(state__in=states).select_related("owner")[:limit])


def schedule() -> list[Due]:
    """Everything that runs by the clock."""
    states = ScheduleState.objects.in_bulk()
    return [
        Due(str(each.title), states[key].due_at, states[key].submitted_at, states[key].is_paused)
        for key, each in SCHEDULES.items()
        if key in states
    ]


def room_text(disk: Disk) -> str:
    """`free of total`."""
    if not disk.total_bytes:
        return _t("cannot be read")
    return _t("%(free)s free of %(total)s") % {
        "free": bytes_text(disk.free_bytes),
        "total": bytes_text(disk.total_bytes),
    }
