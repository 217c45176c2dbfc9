"""How fast lists open with a million rows behind them: every sorting and filter of two real ones (part 7)."""

import argparse
import html
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oversite.common import clock
from oversite.common.errors import OversiteError
from oversite.project.bench.calibration import calibration
from oversite.project.selftest.installation import environment, free_config

if TYPE_CHECKING:
    from django.test import Client

    from oversite.base.accounts.models import User

REPEATS = 5
CAMERAS = 200
NEXT_PAGE = re.compile(r'href="([^"]*[?;&]at=[^"]*)"[^>]*rel="next"')

ENTRIES = """
insert into audit_entry
  (position, at, act, outcome, actor, actor_name, agency_code, agency_name, origin, subject_kind, subject_id,
   subject_text, clause, data_text, previous_hash, hash)
with recursive numbers(n) as (select %(first)s union all select n + 1 from numbers where n < %(last)s)
select n, datetime(1780000000 + n * 20, 'unixepoch'), 'video.live.open', iif(n %% 40, 'done', 'refused'),
  'user' || (n %% 300), '值班员' || (n %% 300), iif(n %% 3, 'BENCH1', 'BENCH'), '示范海关', '10.0.0.' || (n %% 250),
  'cameras.camera', n %% 200, '监控点' || (n %% 200), '', '{}', '', printf('%%064d', n)
from numbers
"""
VIEWINGS = """
insert into viewing_viewing
  (uid, user_id, viewer_name, agency_name, camera_id, kind, stream, purpose, purpose_text, node, stream_key, session,
   opened_at, end_cause, bytes)
with recursive numbers(n) as (select %(first)s union all select n + 1 from numbers where n < %(last)s)
select printf('%%032x', n), %(user)s, '值班员' || (n %% 300), '示范海关' || (n %% 40), %(camera)s + n %% 200,
  iif(n %% 5, 'live', 'recording'), 0, '', '', 0, '', '', datetime(1780000000 + n * 20, 'unixepoch'), 'closed', n
from numbers
"""


def run(rows: int) -> dict[str, Any]:
    """Fill a throw-away database and open the pages as a browser would; milliseconds."""
    with tempfile.TemporaryDirectory(prefix="oversite-bench-") as folder:
        config = replace(free_config(Path(folder)), database_url="")
        config.data_dir.mkdir(parents=True)
        command = [sys.executable, "-m", "oversite.project.cli", "migrate"]
        subprocess.run(command, env=environment(config), check=True, capture_output=True)
        from oversite.project.commands.options import start_django

        start_django(argparse.Namespace(data_dir=config.data_dir, web_port=config.web_port))
        reader = _fill(rows)
        pages = {address: _open(reader, address) for address in _addresses()}
    taken = [ms for page in pages.values() for ms in page["ms"]]
    slowest = max(pages, key=lambda address: max(pages[address]["ms"]))
    return {
        "rows": rows,
        "pages": len(pages),
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
        "slowest": slowest,
        "slowest_ms": round(max(pages[slowest]["ms"]), 1),
        "queries_most": max(page["queries"] for page in pages.values()),
        "calibration": calibration(),
    }


def _fill(rows: int) -> "User":
    from django.db import connection

    from oversite.base.accounts.actions import create_user, grant_role, record_training
    from oversite.base.accounts.models import Role
    from oversite.base.agencies.actions import create_agency
    from oversite.base.sites.models import Site
    from oversite.video.cameras.models import Camera

    root = create_agency(None, parent=None, code="BENCH", name="示范海关", kind="customs", level=1)
    create_agency(None, parent=root, code="BENCH1", name="示范隶属海关", kind="customs", level=2)
    user = create_user(None, username="bench", name="审计员", agency=root).user
    record_training(None, user, course="视频监管", trained_on=clock.now().date(), trained_by="示范海关")
    for key in ("auditor", "administrator"):
        role = Role.objects.get(key=key)
        Role.objects.filter(pk=role.pk).update(needs_second_factor=False)
        grant_role(None, user, role)
    type(user).objects.filter(pk=user.pk).update(must_change_password=False)
    site = Site.objects.create(code="BENCH", name="示范场所", agency=root)
    cameras = Camera.objects.bulk_create(
        Camera(site=site, name=f"监控点{number}", gb_id=f"3402000000132{number:07d}") for number in range(CAMERAS)
    )
    first = cameras[0].pk
    with connection.cursor() as cursor:
        start = cursor.execute("select coalesce(max(position), 0) from audit_entry").fetchone()[0]
        cursor.execute(ENTRIES, {"first": start + 1, "last": start + rows})
        cursor.execute(VIEWINGS, {"first": 1, "last": rows, "user": user.pk, "camera": first})
        cursor.execute("analyze")
    return type(user).objects.get(pk=user.pk)


def _addresses() -> Iterator[str]:
    """The lists as they open, by every sorting that they offer, and with their filters."""
    from django.urls import reverse

    from oversite.base.audit.views import EntryList
    from oversite.video.viewing.views import UsageLog

    asked = {
        reverse("audit:entries"): (
            EntryList,
            ("actor=值班员7", "agency=BENCH1", "outcome=refused", "subject=监控点17", "act=video.live.open"),
        ),
        reverse("viewing:log"): (UsageLog, ("q=值班员7", "q=监控点17", "q=nobody", "kind=recording")),
    }
    for address, (page, filters) in asked.items():
        yield f"{address}?"
        for column in page.columns:
            if column.sort:
                yield from (f"{address}?sort={sign}{column.key}" for sign in ("", "-"))
        yield from (f"{address}?{one}" for one in filters)


def _open(reader: "User", address: str) -> dict[str, Any]:
    """The page and the one after it, several times."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(reader)
    following = _following(client, address)
    taken = []
    for _ in range(REPEATS):
        for one in filter(None, (address, following)):
            began = time.perf_counter()
            _get(client, one)
            taken.append((time.perf_counter() - began) * 1000)
    with CaptureQueriesContext(connection) as queries:
        _get(client, address)
    return {"ms": taken, "queries": len(queries)}


def _following(client: "Client", address: str) -> str:
    """The address of the next page, none where everything stands on one."""
    found = NEXT_PAGE.search(client.get(address).content.decode())
    return html.unescape(found[1]) if found else ""


def _get(client: "Client", address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise OversiteError(f"{address} answered {answer.status_code}")


def show(figures: dict[str, Any], *, as_line: bool) -> None:
    """Print them."""
    print(json.dumps(figures, indent=None if as_line else 2))
