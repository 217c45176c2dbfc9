"""The main job, step by step: what must be true at the end of each, and the figure that it gives."""

import re
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from oversite.common import clock
from oversite.project.selftest.installation import Installation
from oversite.project.selftest.officer import Officer, StepFailed, expect
from oversite.project.selftest.picture import Watched, decode, watch

FARM_CAMERAS = ("药房", "饲料仓库", "1号养殖池云台", "包装出运区云台")
POND, GATE = "1号养殖池云台", "卡口云台"
LIVE_S = 4.0
RECORDED_S = 8.0
LEAST_CHANGE = 0.5
"""Grey levels: a running clock and moving parts change a picture by more than this."""
LEAST_TURN = 4.0
"""Grey levels: a turned camera changes a picture by more than this."""
SEALED_WITHIN_S = 120
DURABLE_WITHIN_S = 40

NEXT_SESSION = re.compile(r"/supervision/([0-9a-f-]{36})/")
EVIDENCE = re.compile(r"/evidence/([0-9a-f-]{36})/")


@dataclass(slots=True)
class Run:
    """One run: the installation, who works in it, the figures so far."""

    product: Installation
    monitor: Officer
    region: Officer
    customs: Officer
    figures: dict[str, Any] = field(default_factory=dict)
    started_at_ms: int = 0
    session: str = ""
    farm_evidence: str = ""
    depot_evidence: str = ""


def begin(product: Installation) -> Run:
    """Sign the three officers in and wait for their cameras."""
    monitor, region, customs = (_officer(product, name) for name in ("monitor", "region", "customs"))
    began = time.monotonic()
    monitor.await_cameras(len(FARM_CAMERAS))
    region.await_cameras(len(FARM_CAMERAS))
    customs.await_cameras(2)
    run = Run(product, monitor, region, customs, started_at_ms=clock.now_us() // 1000)
    run.figures["cameras_online_s"] = round(time.monotonic() - began, 2)
    return run


def watch_live(run: Run) -> None:
    """Four cameras play: time advances, pixels change (req: A3.1)."""
    with ThreadPoolExecutor(len(FARM_CAMERAS)) as panes:
        pictures = list(panes.map(lambda name: _watch(run.monitor, name, LIVE_S), FARM_CAMERAS))
    for name, watched in zip(FARM_CAMERAS, pictures, strict=True):
        _require(watched.advanced_s > LIVE_S * 0.6, f"{name}: the picture advanced by {watched.advanced_s:.1f} s only")
        _require(watched.changed > LEAST_CHANGE, f"{name}: the picture changed by {watched.changed:.2f} only")
    run.figures["first_picture_s"] = round(max(watched.first_picture_s or 0.0 for watched in pictures), 3)


def refuse_neighbour(run: Run) -> None:
    """A neighbour agency sees no camera of the farm (req: A4.1)."""
    neighbour = _officer(run.product, "neighbour")
    answer = neighbour.visitor.post_json(f"/video/live/{run.monitor.cameras[POND]}", {"stream": 0})
    _require(answer.status == 404, f"the neighbour got {answer.status}")


def steer(run: Run) -> None:
    """The picture turns; a higher level is refused, then takes over with a declared reason (req: A4.2)."""
    with run.monitor.pad(POND) as own, run.region.pad(POND) as higher:
        own.ask(type="take")
        own.await_lease(is_mine=True)
        turned = _watch(run.monitor, POND, 6.0, during=lambda: own.hold(1.5, pan=1))
        _require(turned.changed > LEAST_TURN, f"the picture turned by {turned.changed:.1f} grey levels only")
        run.figures["turned_by"] = round(turned.changed, 1)
        higher.ask(type="take")
        refused = higher.await_message("refused")
        _require(refused["clause"].endswith("第四条"), f"refused under {refused['clause']}")
        higher.ask(type="take", special=True, reason="疑似违规用药，需立即核查")
        higher.await_lease(is_mine=True)
        lost = own.await_message("lost")
        _require("核查" in lost["reason"], f"the loser was told {lost}")
        higher.ask(type="release")
        higher.await_lease(is_mine=False)


def play_back(run: Run) -> None:
    """What was recorded a while ago plays by byte ranges, with gaps told as gaps (req: A3.1)."""
    visitor = run.monitor.visitor
    body = {
        "cameras": [run.monitor.cameras[POND]],
        "start_ms": run.started_at_ms,
        "end_ms": run.started_at_ms + round(RECORDED_S * 1000),
        "purpose": "routine",
        "purpose_text": "",
    }
    refused = visitor.post_json("/video/playback/open", {**body, "purpose": ""})
    _require(refused.status >= 400, "recorded footage was opened without a purpose")
    began = time.monotonic()
    pane = expect(visitor.post_json("/video/playback/open", body), 200).json()["panes"][0]
    _require(bool(pane["segments"]), "nothing was recorded")
    content = expect(visitor.get(pane["segments"][0]["url"]), 200).body
    run.figures["recording_opened_s"] = round(time.monotonic() - began, 2)
    recorded = decode(content)
    _require(recorded.advanced_s > RECORDED_S, f"the recording plays for {recorded.advanced_s:.1f} s only")
    _require(recorded.changed > LEAST_CHANGE, "the recording stands still")


def file_anomaly(run: Run) -> None:
    """An anomaly is marked, its footage held, the sheet filed and printed (req: A16.2, A18.1, A18.2)."""
    visitor = run.monitor.visitor
    site = _site_of(run.monitor, "示范鲍鱼养殖场")
    visitor.get(f"/supervision/begin/{site}/")
    begun = visitor.post(f"/supervision/begin/{site}/", {"mode": "live"})
    run.session = _found(NEXT_SESSION, begun.url, "no session was begun")
    marks = f"/supervision/{run.session}/marks/"
    mark = {"camera": run.monitor.cameras[POND], "items": ["water"], "content": "", "grade": "minor", "remark": ""}
    unremarked = visitor.post(marks, mark)
    _require(unremarked.status == 422, f"an anomaly without a remark was answered with {unremarked.status}")
    expect(visitor.post(marks, mark | {"remark": "池面东北角可见漂浮物，已通知现场"}), 200)
    good = {
        "camera": run.monitor.cameras["药房"],
        "items": ["medicine-stock"],
        "grade": "normal",
        "content": "台账相符",
    }
    page = expect(visitor.post(marks, good), 200)
    run.farm_evidence = _found(EVIDENCE, page.text, "no footage was kept for the anomaly")
    _require("picture.jpg" in page.text, "no picture was kept for the anomaly")
    filed = visitor.post(f"/supervision/{run.session}/submit/", {})
    _require(filed.status == 200 and run.session in filed.url, f"submitting was answered with {filed.status}")


def read_sheet(run: Run) -> None:
    """The record sheet is a PDF with the form's title, the operator, the site and both results (req: A16.2)."""
    answer = expect(run.monitor.visitor.get(f"/supervision/{run.session}/sheet/?file=pdf"), 200)
    _require(answer.body.startswith(b"%PDF-"), "the sheet is no PDF")
    run.figures["sheet_bytes"] = len(answer.body)
    (run.product.config.data_dir.parent / "sheet.pdf").write_bytes(answer.body)


def verify_farm_evidence(run: Run) -> None:
    """The farm's evidence verifies in place; its export is refused under A20 (req: A18.1, A20)."""
    visitor = run.monitor.visitor
    began = time.monotonic()
    _await_sealed(run.monitor, run.farm_evidence)
    run.figures["sealed_s"] = round(time.monotonic() - began, 1)
    verified = visitor.post(f"/evidence/{run.farm_evidence}/verify/", {})
    _require(verified.status == 200, f"verifying in place was answered with {verified.status}")
    order = {"basis": "own", "basis_text": "x", "purpose": "x", "recipient": "x"}
    region = run.region.visitor
    region.get(f"/evidence/{run.farm_evidence}/")
    refused = region.post(f"/evidence/{run.farm_evidence}/export/", order)
    _require(refused.status == 403 and "第二十条" in refused.text, f"the export was answered with {refused.status}")


def export_depot_evidence(run: Run) -> None:
    """The customs site's package leaves with consent, verifies anywhere, and fails after one flipped byte."""
    visitor = run.customs.visitor
    now_ms = clock.now_us() // 1000
    visitor.get("/evidence/keep/")
    kept = visitor.post(
        "/evidence/keep/",
        {
            "cameras": [run.customs.cameras[GATE]],
            "from_at": _local(run.started_at_ms),
            "until_at": _local(min(run.started_at_ms + 10_000, now_ms)),
            "reason": "卡口车辆核对",
        },
    )
    run.depot_evidence = _found(EVIDENCE, kept.url, f"no footage was kept: {kept.status}")
    _await_sealed(run.customs, run.depot_evidence)
    order = {"basis": "consent", "basis_text": "武关监〔2026〕1号", "purpose": "案件核查", "recipient": "缉私部门"}
    exported = visitor.post(f"/evidence/{run.depot_evidence}/export/", order)
    number = _found(re.compile(r"/evidence/exports/(\d+)/"), exported.url, f"the export failed: {exported.status}")
    package = run.product.config.data_dir.parent / "package.zip"
    package.write_bytes(expect(visitor.get(f"/evidence/exports/{number}/package.zip"), 200).body)
    trust = run.product.config.data_dir.parent / "trust.json"
    trust.write_text(run.product.command("trust", "export").stdout)
    whole = run.product.command("evidence", "verify", str(package), "--trust", str(trust), "--json")
    _require(whole.returncode == 0, f"the package does not verify: {whole.stdout}{whole.stderr}")
    stranger = run.product.command("evidence", "verify", str(package))
    _require(stranger.returncode != 0, "a package sealed by an unknown key was called valid")
    segment = flip_byte(package)
    broken = run.product.command("evidence", "verify", str(package), "--trust", str(trust), "--json")
    _require(broken.returncode != 0 and segment in broken.stdout, f"one flipped byte went unnoticed: {broken.stdout}")


def check_books(run: Run) -> None:
    """Nothing disagrees: files, index, audit chain, documents, numbers, roles."""
    checked = run.product.command("fsck")
    _require(checked.returncode == 0, f"fsck found: {checked.stdout}{checked.stderr}")


STEPS: tuple[Callable[[Run], None], ...] = (
    watch_live,
    file_anomaly,
    read_sheet,
    refuse_neighbour,
    steer,
    play_back,
    export_depot_evidence,
    verify_farm_evidence,
    check_books,
)
"""The anomaly comes early: its footage, half a minute of which is still to come, is sealed while others go on."""


@contextmanager
def timed(figures: dict[str, Any], name: str) -> Iterator[None]:
    """Note how long a step took."""
    began = time.monotonic()
    yield
    figures.setdefault("steps_s", {})[name] = round(time.monotonic() - began, 2)


def flip_byte(package: Path) -> str:
    """Flip one bit in the middle of a segment of a package; gives the segment's name."""
    with zipfile.ZipFile(package) as archive:
        segment = next(item for item in archive.infolist() if item.filename.endswith(".mp4"))
    content = bytearray(package.read_bytes())
    content[segment.header_offset + segment.compress_size // 2] ^= 1
    package.write_bytes(content)
    return segment.filename


def _officer(product: Installation, name: str) -> Officer:
    return Officer.sign_in(product.visitor(), product.accounts[name])


def _watch(officer: Officer, camera: str, seconds: float, during: Callable[[], None] | None = None) -> Watched:
    opened = officer.open_live(camera)
    return watch(opened["url"], officer.visitor.origin, seconds, during)


def _site_of(officer: Officer, name: str) -> str:
    found = officer.visitor.get(f"/search/?{urlencode({'q': name})}")
    return _found(re.compile(r"/sites/([0-9a-f-]{36})/"), found.text, f"{name} was not found")


def _await_sealed(officer: Officer, evidence: str) -> None:
    deadline = time.monotonic() + SEALED_WITHIN_S
    while time.monotonic() < deadline:
        page = expect(officer.visitor.get(f"/evidence/{evidence}/"), 200)
        if 'data-state="sealed"' in page.text or "已封存" in page.text:
            return
        time.sleep(0.3)
    raise StepFailed(f"evidence {evidence} was not sealed within {SEALED_WITHIN_S} s")


def _found(pattern: re.Pattern[str], text: str, otherwise: str) -> str:
    match = pattern.search(text)
    if match is None:
        raise StepFailed(otherwise)
    return match[1]


def _local(at_ms: int) -> str:
    return clock.from_us(at_ms * 1000).astimezone(clock.BEIJING).strftime("%Y-%m-%dT%H:%M:%S")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise StepFailed(otherwise)
