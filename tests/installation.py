"""Throw-away installations for tests that need processes of their own: a migrated database, copied for each test."""

import os
import shutil
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from oversite.common.config import Config, current

TESTS = Path(__file__).parent
START = "import django; django.setup()\n"


@dataclass(frozen=True)
class Installation:
    """A data folder and a database that only this test uses; code runs in processes of its own."""

    config: Config
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """The environment of its processes."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("OVERSITE_")}
        return {
            **inherited,
            **self.config.as_environment(),
            "DJANGO_SETTINGS_MODULE": "oversite.project.settings",
            "PYTHONPATH": str(TESTS),
        }

    def start(self, code: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a process that runs `code` with Django set up."""
        process = subprocess.Popen(
            [sys.executable, "-c", START + textwrap.dedent(code), *arguments],
            env=self.environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def stop(self) -> None:
        """End what a test that failed left running."""
        for process in self.started:
            with process:
                process.kill()

    def run(self, code: str, *arguments: str) -> str:
        """What `code` printed; it must succeed."""
        process = self.start(code, *arguments)
        printed, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        return printed.strip()


def _is_server() -> bool:
    return bool(current().database_url)


def _server(statement: str) -> None:
    import psycopg

    with psycopg.connect(current().database_url, autocommit=True) as connection:
        connection.execute(statement)


def _url(name: str) -> str:
    return current().database_url.rpartition("/")[0] + "/" + name if _is_server() else ""


@pytest.fixture(scope="session")
def template_installation(pristine_database: str, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """What every installation has after its first start, to be copied: keys and a migrated database."""
    folder = tmp_path_factory.mktemp("template")
    shutil.copytree(current().keys_dir, folder / "keys")
    if not _is_server():
        shutil.copy(pristine_database, folder / "oversite.db")
    return Installation(Config(data_dir=folder, database_url=_url(pristine_database)))


@pytest.fixture
def installation(template_installation: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A fresh installation with a migrated, otherwise empty database."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    if _is_server():
        _server(f"CREATE DATABASE {name} TEMPLATE {template_installation.config.database_url.rpartition('/')[2]}")
    shutil.copytree(template_installation.config.data_dir, tmp_path, dirs_exist_ok=True)
    made = Installation(replace(template_installation.config, data_dir=tmp_path, database_url=_url(name)))
    yield made
    made.stop()
    if _is_server():
        _server(f"DROP DATABASE {name} WITH (FORCE)")
