"""Bringing the database up to date, one process at a time."""

import fcntl
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from oversite.common.config import Config
from oversite.common.errors import ConfigError
from oversite.project.schema import copy_template

ADVISORY_LOCK = 0x6F766572
"""Key of the PostgreSQL advisory lock: the letters `over`."""


class _Applied(io.TextIOBase):
    """What Django prints while it migrates; each migration that it begins is told with how many there are."""

    def __init__(self, total: int, tell: Callable[[int, int], None]) -> None:
        self._done = 0
        self._total = total
        self._tell = tell

    def write(self, text: str) -> int:
        """Take a piece of the output."""
        if "Applying" in text:
            self._done += 1
            self._tell(self._done, self._total)
        return len(text)


def migrate_under_lock(config: Config, tell: Callable[[int, int], None] = lambda _done, _total: None) -> None:
    """Apply what is missing; a second process waits and then finds nothing to do. `tell` hears which of how many
    changes comes next.
    """
    with (config.data_dir / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        else:
            copy_template(Path(connection.settings_dict["NAME"]))
        told = _Applied(len(_missing()), tell)
        call_command("migrate", verbosity=1, interactive=False, stdout=told, no_color=True)
        call_command("createcachetable", verbosity=0)
    connection.close()


def require_current() -> None:
    """Raise `ConfigError` where the database is not of this version: it is brought up to date by whoever serves it."""
    if _missing():
        raise ConfigError(
            "the database in this data folder is new or of an older version; `oversite serve` brings it up to date"
        )


def _missing() -> list[Any]:
    """The migrations that the database lacks, in their order."""
    executor = MigrationExecutor(connection)
    return list(executor.migration_plan(executor.loader.graph.leaf_nodes()))
