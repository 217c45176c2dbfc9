"""How many devices one signalling process bears, and how a power cut ends (part 7 of the design)."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from oversite.common.config import Config
from oversite.common.errors import OversiteError
from oversite.project.bench.calibration import calibration
from oversite.project.bench.devices import Crowd, Device
from oversite.project.bench.process import Measured
from oversite.project.selftest.installation import environment, free_config

READY_WITHIN_S = 20
STORM_WITHIN_S = 120
KEEPALIVE_PERIOD_S = 60
MEASURED_S = 20


def run(devices: int, seconds: float = MEASURED_S) -> dict[str, Any]:
    """Register `devices` at once, keep them alive for `seconds`, and say what the process spent.

    Raises `OversiteError` when the process does not come up.
    """
    with tempfile.TemporaryDirectory(prefix="oversite-bench-") as folder:
        config = replace(free_config(Path(folder)), database_url="")
        config.data_dir.mkdir(parents=True)
        _register_devices(config, devices)
        measured = Measured.start(["signalling"], environment(config), Path(folder) / "signalling.log")
        try:
            _await_door(config)
            return {"devices": devices, **_measure(config, measured, devices, seconds), "calibration": calibration()}
        finally:
            measured.stop()


def gb_id(number: int) -> str:
    """The identity of device `number`."""
    return f"3402000000132{number:07d}"


def _measure(config: Config, measured: Measured, count: int, seconds: float) -> dict[str, Any]:
    password = (config.keys_dir / "registration-password").read_text()
    crowd = Crowd(
        [Device(gb_id(number)) for number in range(count)], (config.host, config.sip_port), config.sip_id, password
    )
    try:
        before = measured.cpu_s()
        storm_s = crowd.register(STORM_WITHIN_S)
        storm_cpu_s = measured.cpu_s() - before
        before, began = measured.cpu_s(), time.monotonic()
        sent = crowd.keep_alive(KEEPALIVE_PERIOD_S, seconds)
        busy = (measured.cpu_s() - before) / (time.monotonic() - began)
        return {
            "registered": sum(device.is_registered for device in crowd.devices),
            "storm_s": round(storm_s, 2),
            "storm_cpu_s": round(storm_cpu_s, 2),
            "retransmissions": crowd.retransmissions,
            "keepalives": sent,
            "keepalives_unanswered": sent - len(crowd.delays_ms),
            "refused": crowd.refused,
            "answer_p95_ms": round(statistics.quantiles(crowd.delays_ms or [0.0, 0.0], n=20)[18], 1),
            "core_share": round(busy, 3),
            "devices_per_core": round(count / busy) if busy else None,
            "online": _online(config),
            "rss_mib": round(measured.rss_mib(), 1),
        }
    finally:
        crowd.close()


def _register_devices(config: Config, count: int) -> None:
    """Put the devices into the register of a fresh database, all in one batch."""
    script = (
        "import django; django.setup()\n"
        "from oversite.project.migration import migrate_under_lock\n"
        "from oversite.common import config\n"
        "migrate_under_lock(config.current())\n"
        "from oversite.video.cameras.models import Device\n"
        "from oversite.project.bench.signalling import gb_id\n"
        f"rows = (Device(gb_id=gb_id(n), name=str(n)) for n in range({count}))\n"
        "Device.objects.bulk_create(rows, batch_size=2000)\n"
    )
    settings = {"DJANGO_SETTINGS_MODULE": "oversite.project.settings"}
    ended = subprocess.run(
        [sys.executable, "-c", script], env=environment(config) | settings, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise OversiteError(f"the register could not be filled:\n{ended.stderr[-2000:]}")


def _await_door(config: Config) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        try:
            _online(config)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise OversiteError("the signalling process did not come up")


def _online(config: Config) -> int:
    secret = (config.keys_dir / "door").read_bytes().hex()
    request = Request(
        f"http://127.0.0.1:{config.signalling_door_port}/door/devices", headers={"X-Oversite-Door": secret}
    )
    with urlopen(request, timeout=20) as response:  # noqa: S310
        return sum(device["online"] for device in json.load(response)["devices"])
