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

from oversite.common import config as configuration

FILE_US = 600_000_000
DAY_US = 86_400_000_000
FILES_PER_DAY = 144
DAYS = 90
START_US = 1_780_000_000_000_000
QUERIES = 200
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


def _fill(segments: int) -> tuple[int, float]:
    from django.db import connection

    from oversite.video.recording import actions

    volume = actions.ensure_volume(configuration.current())
    cameras = max(1, -(-segments // (FILES_PER_DAY * DAYS)))
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("pragma foreign_keys=off")
        for first in range(0, segments, INSERT_ROWS):
            last = min(first + INSERT_ROWS, segments) - 1
            cursor.execute(INSERT, [first, last, cameras, volume.pk, cameras, cameras, START_US, cameras, FILE_US])
        cursor.execute("analyze")
    return cameras, time.perf_counter() - began


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

    cameras, filled_s = _fill(segments)
    days = max(1, segments // cameras // FILES_PER_DAY)

    def camera(number: int) -> int:
        return number * 7919 % cameras + 1

    def start_us(number: int) -> int:
        return START_US + number * 31 % days * DAY_US

    return {
        "segments": segments,
        "cameras": cameras,
        "fill_s": round(filled_s, 1),
        "timeline_of_a_day": _measured(lambda n: queries.gaps(camera(n), start_us(n), start_us(n) + DAY_US)),
        "files_of_an_instant": _measured(lambda n: queries.pieces(camera(n), start_us(n) + 1, start_us(n) + 2)),
        "days_of_a_month": _measured(
            lambda n: queries.recorded_days(camera(n), start_us(n), start_us(n) + 30 * DAY_US)
        ),
        "calibration_ms": _calibration_ms(),
    }


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
    print(json_format.dumps(_measure(options.segments)))  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    main()
