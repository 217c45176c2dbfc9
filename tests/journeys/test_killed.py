"""Kill -9 of any process at any time: restarted by the supervisor, recording resumes, nothing durable is lost."""

import os
import signal
import time
from pathlib import Path

import pytest

from oversite.project.selftest.installation import Installation

pytestmark = [pytest.mark.journey, pytest.mark.last]

STARTED_WITHIN_S = 70.0
RESTARTED_WITHIN_S = 20.0
GROWS_WITHIN_S = 30.0


@pytest.fixture(scope="module", autouse=True)
def _is_recording(product: Installation) -> None:
    await_growth(product, STARTED_WITHIN_S)


def children(product: Installation) -> dict[str, int]:
    """The processes of the product by their command: `web`, `signalling`, `media`, `worker`."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            continue
        if parent == product.process.pid and b"oversite.project.cli" in words:
            found[words[words.index(b"oversite.project.cli") + 1].decode()] = int(folder.name)
    return found


def recorded_bytes(product: Installation) -> dict[Path, int]:
    return {path: path.stat().st_size for path in product.config.recordings_dir.rglob("*.mp4") if "/." not in str(path)}


def await_growth(product: Installation, within_s: float = GROWS_WITHIN_S) -> float:
    """Wait until every camera's recordings grow; gives the seconds it took."""
    began = time.monotonic()
    before = recorded_bytes(product)
    while time.monotonic() - began < within_s:
        now = recorded_bytes(product)
        grown = {path.parts[-3] for path, size in now.items() if size > before.get(path, 0)}
        if len(grown) >= 4:
            return time.monotonic() - began
        time.sleep(0.1)
    raise AssertionError(f"recordings did not grow within {within_s} s")


def await_restart(product: Installation, name: str, killed: int) -> None:
    deadline = time.monotonic() + RESTARTED_WITHIN_S
    while time.monotonic() < deadline:
        if children(product).get(name, killed) != killed:
            return
        time.sleep(0.05)
    raise AssertionError(f"{name} was not started again")


@pytest.mark.parametrize("name", ["signalling", "media", "worker", "web"])
def test_it_is_started_again_and_recording_goes_on(product: Installation, name: str) -> None:
    before = recorded_bytes(product)
    killed = children(product)[name]
    began = time.monotonic()
    os.kill(killed, signal.SIGKILL)
    await_restart(product, name, killed)
    await_growth(product)
    product.await_web()
    print(f"{name}: all record again after {time.monotonic() - began:.1f} s")
    after = recorded_bytes(product)
    assert {path for path in before if path not in after} == set()


def test_nothing_disagrees_afterwards(product: Installation) -> None:
    checked = product.command("fsck")
    assert checked.returncode == 0, checked.stdout
