"""The tables that are kept for first starts are those of this version, and no existing database is touched."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps

from oversite.project import schema


@pytest.fixture
def kept(pristine_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with the tables of this process's database, as `make setup` keeps them."""
    if not Path(pristine_database).is_file():
        pytest.skip("tables are kept for SQLite")
    monkeypatch.setattr(schema, "FOLDER", tmp_path / "built")
    schema.FOLDER.mkdir()
    shutil.copyfile(pristine_database, schema.template())
    return schema.FOLDER


def test_a_new_database_has_the_table_of_every_model(kept: Path, tmp_path: Path) -> None:
    schema.copy_template(tmp_path / "oversite.db")
    with closing(sqlite3.connect(tmp_path / "oversite.db")) as made:
        found = {name for (name,) in made.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {model._meta.db_table for model in apps.get_models(include_auto_created=True)} <= found


def test_a_database_that_exists_stays_as_it_is(kept: Path, tmp_path: Path) -> None:
    own = tmp_path / "oversite.db"
    own.write_bytes(b"")
    schema.copy_template(own)
    assert own.read_bytes() == b""


def test_without_tables_of_this_version_the_migrations_do_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(schema, "FOLDER", tmp_path)
    (tmp_path / "schema-0123456789abcdef.db").write_bytes(b"of another version")
    schema.copy_template(tmp_path / "oversite.db")
    assert not (tmp_path / "oversite.db").exists()


def test_another_migration_or_another_app_is_another_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = [SimpleNamespace(label="sites", path=str(tmp_path))]
    monkeypatch.setattr(schema, "apps", SimpleNamespace(get_app_configs=lambda: own))
    (tmp_path / "migrations").mkdir()
    keys = [schema.state_key()]
    (tmp_path / "migrations" / "0001_initial.py").write_text("one")
    keys.append(schema.state_key())
    (tmp_path / "migrations" / "0001_initial.py").write_text("two")
    keys.append(schema.state_key())
    own.append(SimpleNamespace(label="orders", path=str(tmp_path / "orders")))
    keys.append(schema.state_key())
    assert len(set(keys)) == 4
    assert schema.state_key() == keys[-1]
