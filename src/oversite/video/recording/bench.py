"""`oversite bench timeline`: a camera's day among millions of files, on a throw-away SQLite database."""

import argparse
import json as json_format
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from oversite.common import clock
from oversite.common import config as configuration

FILE_US = 600_000_000
DAY_US = 86_400_000_000
FILES_PER_DAY = 144
DAYS = 90
QUERIES = 200
SITE_CAMERAS = 100
CALIBRATION_LOOPS = 2_000_000

INSERT = """
insert into recording_segment
  (camera_id, stream, volume_id, path, started_at_us, media_90k, wall_ms, bytes, durable_bytes, state, codec,
   clock_offset_ms, sha256, holds)
with recursive numbers(n) as (select %s union all select n + 1 from numbers where n < %s)
select n %% %s + 1, 0, %s, 'c' || (n %% %s) || '/' || (n / %s) || '.mp4', %s + (n / %s) * %s, 54000000, 600000,
  150000000, 150000000, 'closed', 'h264', 0, 'a0' || printf('%%062d', n), 0
from numbers
"""
INSERT_ROWS = 500_000


def run(segments: int = 10_000_000, json: bool = False) -> dict[str, Any]:
    """Fill a database of its own in another process, measure, print, and give the figures."""
    folder = Path(tempfile.mkdtemp(prefix="oversite-bench-"))
    try:
        command = [sys.executable, "-m", __name__, "--data", str(folder), "--segments", str(segments)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        figures: dict[str, Any] = json_format.loads(answer.stdout.strip().splitlines()[-1])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json_format.dumps(figures, indent=None if json else 2))  # noqa: T201 - the bench is a command
    return figures


def _fill(segments: int, until_us: int) -> tuple[int, int, float]:
    """Files of all cameras without a gap, the last of them just written: cameras, their beginning, seconds it took."""
    from django.db import connection

    from oversite.video.recording import actions

    volume = actions.ensure_volume(configuration.current())
    cameras = max(1, -(-segments // (FILES_PER_DAY * DAYS)))
    start_us = until_us - segments // cameras * FILE_US
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("pragma foreign_keys=off")
        for first in range(0, segments, INSERT_ROWS):
            last = min(first + INSERT_ROWS, segments) - 1
            cursor.execute(INSERT, [first, last, cameras, volume.pk, cameras, cameras, start_us, cameras, FILE_US])
        _register(cameras)
        cursor.execute("analyze")
    return cameras, start_us, time.perf_counter() - began


def _register(cameras: int) -> None:
    """The rows of the cameras, as far as the queries read them; they stand at no site."""
    from oversite.video.recording.models import Segment

    model: Any = Segment._meta.get_field("camera").related_model
    model.objects.bulk_create(
        [model(pk=key, gb_id=f"{key:020}", name=str(key), site_id=1) for key in range(1, cameras + 1)]
    )


def _measured(call: Callable[[int], object]) -> dict[str, float]:
    times_ms = []
    for number in range(QUERIES):
        began = time.perf_counter()
        call(number)
        times_ms.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(times_ms, n=100)
    return {"p50_ms": round(cuts[49], 3), "p95_ms": round(cuts[94], 3), "p99_ms": round(cuts[98], 3)}


def _measure(segments: int) -> dict[str, Any]:
    from oversite.video.recording import queries

    cameras, begin_us, filled_s = _fill(segments, clock.to_us(clock.now()))
    days = max(1, segments // cameras // FILES_PER_DAY)

    def camera(number: int) -> int:
        return number * 7919 % cameras + 1

    def start_us(number: int) -> int:
        return begin_us + number * 31 % days * DAY_US

    return {
        "segments": segments,
        "cameras": cameras,
        "fill_s": round(filled_s, 1),
        "timeline_of_a_day": _measured(lambda n: queries.gaps(camera(n), start_us(n), start_us(n) + DAY_US)),
        "files_of_an_instant": _measured(lambda n: queries.pieces(camera(n), start_us(n) + 1, start_us(n) + 2)),
        "days_of_a_month": _measured(
            lambda n: queries.recorded_days(camera(n), start_us(n), start_us(n) + 30 * DAY_US)
        ),
        "days_kept": _days_kept(min(cameras, SITE_CAMERAS)),
        "calibration_ms": _calibration_ms(),
    }


def _days_kept(cameras: int) -> dict[str, float]:
    """How long the footage of a site is kept: the first time every file is summed, and then from what was summed."""
    from oversite.video.recording import queries

    config = configuration.current()
    for volume in queries.volumes():
        queries.volume_root(config, volume).mkdir(parents=True, exist_ok=True)
    times_ms = []
    for _again in range(2):
        began = time.perf_counter()
        queries.kept_days(config, range(1, cameras + 1))
        times_ms.append(round((time.perf_counter() - began) * 1000, 1))
    return {"first_ms": times_ms[0], "again_ms": times_ms[1]}


def _calibration_ms() -> float:
    """CPU milliseconds of a fixed loop of pure Python."""
    began = time.process_time()
    total = 0
    for number in range(CALIBRATION_LOOPS):
        total += number & 7
    return round((time.process_time() - began) * 1000, 1)


def main() -> None:
    """The process that fills and measures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--segments", type=int, required=True)
    options = parser.parse_args()
    configuration.use(replace(configuration.current(), data_dir=options.data, database_url=""))
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    print(json_format.dumps(_measure(options.segments)))  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    main()
