"""Bringing the database up to date, one process at a time."""

import fcntl
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from oversite.common.config import Config
from oversite.common.errors import ConfigError
from oversite.project.schema import copy_template

ADVISORY_LOCK = 0x6F766572
"""Key of the PostgreSQL advisory lock: the letters `over`."""


def migrate_under_lock(config: Config) -> None:
    """Apply what is missing; a second process waits and then finds nothing to do."""
    with (config.data_dir / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        else:
            copy_template(Path(connection.settings_dict["NAME"]))
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    connection.close()


def require_current() -> None:
    """Raise `ConfigError` where the database is not of this version: it is brought up to date by whoever serves it."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise ConfigError(
            "the database in this data folder is new or of an older version; `oversite serve` brings it up to date"
        )
