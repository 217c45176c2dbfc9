"""The tables of the product, migrated once for all test processes and copied by each of them.

Migrating takes longer than a thousand tests. On SQLite they are those that `make setup` keeps for first starts, made
anew when any migration changes; on PostgreSQL a database of the server. What the code itself writes after every
migration (roles, triggers, shipped rules) is written in each process anew.
"""

import fcntl
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "build/test-schema.lock"


def make_database(connection: Any, name: str) -> None:
    """Make the database `name` with all tables, point the connection at it, and have the code write what it ships."""
    from django.core.management import call_command
    from django.core.management.sql import emit_post_migrate_signal

    (_on_sqlite if connection.vendor == "sqlite" else _on_postgresql)(connection, name)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    call_command("createcachetable", database=connection.alias)


def _on_sqlite(connection: Any, name: str) -> None:
    from oversite.project.schema import make_template, template

    with _alone():
        if not template().exists():
            with tempfile.TemporaryDirectory() as folder:
                _point(connection, f"{folder}/making.db")
                make_template()
        _point(connection, name)
        connection.ensure_connection()
        kept = sqlite3.connect(template())
        kept.backup(connection.connection)
        kept.close()


def _on_postgresql(connection: Any, name: str) -> None:
    from oversite.project.schema import migrate_quietly, state_key

    template = f"schema_{state_key()}"
    with _alone():
        if not _ask(connection, "SELECT 1 FROM pg_database WHERE datname = %s", template):
            _tell(connection, f'DROP DATABASE IF EXISTS "{template}_making" WITH (FORCE)')
            _tell(connection, f'CREATE DATABASE "{template}_making"')
            before = connection.settings_dict["NAME"]
            _point(connection, f"{template}_making")
            migrate_quietly()
            _point(connection, before)
            _tell(connection, f'ALTER DATABASE "{template}_making" RENAME TO "{template}"')
        _tell(connection, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        _tell(connection, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _point(connection, name)


def drop_database(connection: Any, before: str) -> None:
    """Undo `make_database`; `before` is what the connection was pointed at. One in memory ends with its process."""
    if connection.vendor != "sqlite":
        name = connection.settings_dict["NAME"]
        _point(connection, before)
        _tell(connection, f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def copy_database(connection: Any, path: Path) -> Iterator[str]:
    """A copy of the connection's database: the file at `path` on SQLite, one with a name of its own on PostgreSQL."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        copy = sqlite3.connect(path)
        connection.connection.backup(copy)
        copy.close()
        yield str(path)
        return
    name = connection.settings_dict["NAME"]
    connection.close()
    _tell(connection, f'CREATE DATABASE "{name}_pristine" TEMPLATE "{name}"')
    yield f"{name}_pristine"
    _tell(connection, f'DROP DATABASE "{name}_pristine" WITH (FORCE)')


def _point(connection: Any, name: str) -> None:
    from django.conf import settings

    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name


def _ask(connection: Any, question: str, *values: str) -> Any:
    with connection._nodb_cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchone()


def _tell(connection: Any, statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def _alone() -> Iterator[None]:
    """One process makes what is missing, the others wait for it."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
