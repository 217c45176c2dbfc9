"""The tables of a new installation, kept ready by `make setup`: migrating from nothing takes longer than all the rest.

Nothing but tables is kept. What the code itself writes after every migration (roles, triggers, shipped rules) is
written in each installation anew.
"""

import hashlib
import shutil
from pathlib import Path

import django
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

FOLDER = Path(__file__).with_name("built")


def state_key() -> str:
    """The same as long as migrating would lead to the same tables: 16 hexadecimal digits."""
    digest = hashlib.sha256(django.get_version().encode())
    for app in apps.get_app_configs():
        digest.update(b"\0%b\0" % app.label.encode())
        for path in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(b"%b\0%b\0" % (path.name.encode(), path.read_bytes()))
    return digest.hexdigest()[:16]


def template() -> Path:
    """Where the tables of this version are kept, if they are: a database of SQLite."""
    return FOLDER / f"schema-{state_key()}.db"


def make_template() -> None:
    """Migrate this process's SQLite database, which must be empty, and keep its tables; older ones are dropped."""
    migrate_quietly()
    connection.close()
    kept = template()
    FOLDER.mkdir(exist_ok=True)
    FOLDER.chmod(0o755)
    draft = kept.with_suffix(".new")
    shutil.copyfile(connection.settings_dict["NAME"], draft)
    draft.chmod(0o644)  # whoever runs the product reads it, whoever installed it
    for old in FOLDER.glob("schema-*.db"):
        old.unlink()
    draft.replace(kept)


def migrate_quietly() -> None:
    """Run all migrations, without the signals after which the code writes what it ships."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def copy_template(database: Path) -> None:
    """Make a new database with the kept tables; one that exists stays as it is."""
    if not database.exists() and (kept := template()).exists():
        draft = database.with_suffix(".new")
        shutil.copyfile(kept, draft)
        draft.replace(database)
