"""How fast certificates are issued with their signed PDF, checked offline, and shown to everybody (part 7)."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oversite.common.config import Config
from oversite.common.errors import OversiteError
from oversite.project.bench.calibration import calibration
from oversite.project.bench.process import Measured
from oversite.project.selftest.installation import environment, free_config

if TYPE_CHECKING:
    from oversite.domains.quarantine.certificates.models import Certificate

READY_WITHIN_S = 60
CALLERS = 4
PAGES_PER_ADDRESS = 100
"""Below what one address may ask in a minute."""


def run(certificates: int, seconds: float) -> dict[str, Any]:
    """Issue so many, then check one and open pages for `seconds` each; milliseconds and counts per second."""
    with tempfile.TemporaryDirectory(prefix="oversite-bench-") as folder:
        config = replace(free_config(Path(folder)), database_url="")
        config.data_dir.mkdir(parents=True)
        command = [sys.executable, "-m", "oversite.project.cli", "migrate"]
        subprocess.run(command, env=environment(config), check=True, capture_output=True)
        options = argparse.Namespace(data_dir=config.data_dir, web_port=config.web_port)
        from oversite.project.commands.options import start_django

        start_django(options)
        cpu_s = time.process_time()
        issue_ms, codes = _issue(certificates)
        cpu_ms = (time.process_time() - cpu_s) * 1000 / (certificates + 1)
        figures = {
            "certificates": certificates,
            "issue_p50_ms": _percentile(issue_ms, 50),
            "issue_p95_ms": _percentile(issue_ms, 95),
            "issue_cpu_ms": round(cpu_ms, 1),
            "verify_per_s": _verify(codes[0], seconds),
        }
        page_ms = _pages(config, codes, seconds, Path(folder) / "web.log")
    return {
        **figures,
        "pages": len(page_ms),
        "page_p50_ms": _percentile(page_ms, 50),
        "page_p95_ms": _percentile(page_ms, 95),
        "calibration": calibration(),
    }


def _issue(count: int) -> tuple[list[float], list[str]]:
    from oversite.domains.quarantine.certificates import actions
    from oversite.domains.quarantine.certificates.facts import terms_of
    from oversite.domains.quarantine.inspections.queries import decision
    from oversite.project.bench.quarantine import qualified_inspections

    taken, codes = [], []
    for inspection in qualified_inspections(count + 1):
        began = time.perf_counter()
        terms = replace(terms_of(decision(inspection), days=3))
        certificate: Certificate = actions.issue_certificate(inspection.veterinarian.user, inspection, terms)
        actions.complete_certificate(certificate)
        taken.append((time.perf_counter() - began) * 1000)
        codes.append(certificate.code)
    return taken[1:], codes  # the first one makes keys and loads fonts


def _verify(code: str, seconds: float) -> float:
    from oversite.common import clock, config
    from oversite.domains.quarantine.certificates import keys, queries
    from oversite.domains.quarantine.certificates.proof import carrier
    from oversite.domains.quarantine.certificates.proof.verification import Keyring, check, read_revocations

    ring = Keyring.of(keys.trusted_keys())
    revoked = [read_revocations(queries.revocation_list(), ring)]
    text, now = carrier.address_of(config.current().web_url) + code, clock.now() + timedelta(seconds=1)
    if not check(text, ring, revoked, now).is_genuine:
        raise OversiteError("the certificate that was just issued is not genuine")
    count, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        for _ in range(100):
            check(text, ring, revoked, now)
        count += 100
    return round(count / passed)


def _pages(config: Config, codes: list[str], seconds: float, log: Path) -> list[float]:
    """Several callers at once, each over one connection after the other, from ever new loopback addresses."""
    web = Measured.start(["web"], environment(config), log)
    try:
        _await(lambda: _page(_connection(config, "127.0.0.1"), "/healthz"))
        ends, taken, lock = time.monotonic() + seconds, list[float](), threading.Lock()

        def call(caller: int) -> None:
            own = [ms for address in _addresses(caller) for ms in _visit(config, address, codes, ends)]
            with lock:
                taken.extend(own)

        threads = [threading.Thread(target=call, args=(caller,)) for caller in range(CALLERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return taken
    finally:
        web.stop()


def _visit(config: Config, address: str, codes: list[str], ends: float) -> Iterator[float]:
    if time.monotonic() >= ends:
        return
    connection = _connection(config, address)
    for index in range(PAGES_PER_ADDRESS):
        if time.monotonic() >= ends:
            break
        began = time.perf_counter()
        _page(connection, f"/c/{codes[index % len(codes)]}")
        yield (time.perf_counter() - began) * 1000
    connection.close()


def _addresses(caller: int) -> Iterator[str]:
    return (f"127.0.{caller + 1}.{number}" for number in range(1, 255))


def _connection(config: Config, address: str) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", config.web_port, timeout=20, source_address=(address, 0))


def _page(connection: HTTPConnection, path: str) -> None:
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise OversiteError(f"{path[:40]} answered {response.status}")


def _await(ask: Callable[[], None]) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            return ask()
        except (OSError, HTTPException) as error:
            if time.monotonic() > deadline:
                raise OversiteError("the web did not come up") from error
            time.sleep(0.2)


def _percentile(values: list[float], percent: int) -> float:
    return round(statistics.quantiles(values, n=100)[percent - 1], 1) if len(values) > 1 else 0.0


def show(figures: dict[str, Any], *, as_line: bool) -> None:
    """Print them."""
    print(json.dumps(figures, indent=None if as_line else 2))
