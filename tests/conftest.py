"""What every test stands on: a throw-away data folder, quick password hashes, a small tree with people in it."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from chromium import browser
from installation import installation, template_installation
from oversite.common import config
from oversite.common.keys import ensure_keys

__all__ = ["browser", "installation", "template_installation"]  # fixtures for every test

DATABASE = {name: value for name, value in os.environ.items() if name == "OVERSITE_DATABASE_URL"}

config.use(config.load({"data_dir": Path(tempfile.mkdtemp(prefix="oversite-test-"))}, environ=DATABASE))
ensure_keys(config.current().keys_dir)

settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")  # how fast a machine is, or what else runs on it, is no fault of the code

TOOLS = ("chromium", "ffprobe", "pdftoppm", "sipp", "softhsm2-util")
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test with processes of its own is thorough without saying so."""
    for item in items:
        if "template_installation" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.thorough)


def pytest_sessionstart() -> None:
    """Where everything is tested, a missing tool is a fault and no reason to leave tests out."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    missing += [] if FONT.exists() else [FONT.name]
    if missing and os.environ.get("TEST_TOOLS") == "required":
        pytest.exit(f"{', '.join(missing)}: not installed; run deploy/test-packages", returncode=1)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """The database of this process: a copy of the tables that were migrated once for all."""
    from django.db import connection

    from schema import drop_database, make_database

    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        make_database(connection, connection.creation._get_test_db_name())
    yield
    with django_db_blocker.unblock():
        drop_database(connection, before)


@pytest.fixture(scope="session")
def pristine_database(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[str]:
    """The database as every installation first has it, to be copied: a file on SQLite, a name on PostgreSQL."""
    from django.db import connection

    from schema import copy_database

    path = tmp_path_factory.mktemp("pristine") / "oversite.db"
    with django_db_blocker.unblock(), copy_database(connection, path) as copied:
        yield copied


@pytest.fixture(autouse=True, scope="session")
def _quick_pages() -> Iterator[None]:
    """Cheap hashes; and no static files, which are looked for anew for every test client."""
    from django.conf import settings
    from django.test import override_settings

    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        MIDDLEWARE=[each for each in settings.MIDDLEWARE if not each.startswith("servestatic.")],
    ):
        yield


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    """A page read in English leaves its language behind in the thread."""
    from django.conf import settings
    from django.utils import translation

    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _refusals_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests reuse primary keys, so one test's refusals would use up another's."""
    from oversite.base.audit import actions, refusals

    monkeypatch.setattr(actions, "LIMIT", refusals.RefusalLimit())


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data folder of this test alone."""
    before = config.current()
    config.use(replace(before, data_dir=tmp_path))
    ensure_keys(tmp_path / "keys")
    yield tmp_path
    config.use(before)


@dataclass(frozen=True, slots=True)
class Tree:
    """country › region › post, and beside the region a neighbour."""

    country: Any
    region: Any
    post: Any
    neighbour: Any


@pytest.fixture
def tree(db: None) -> Tree:
    """Four agencies."""
    from oversite.base.agencies.actions import create_agency

    def agency(parent: Any, code: str, name: str, level: int) -> Any:
        return create_agency(None, parent=parent, code=code, name=name, kind="quarantine", level=level)

    country = agency(None, "CN", "总局", 1)
    region = agency(country, "SD", "山东局", 2)
    return Tree(country, region, agency(region, "YT", "烟台局", 3), agency(country, "LN", "辽宁局", 2))


MakeUser = Callable[..., Any]


@pytest.fixture
def make_user(db: None) -> MakeUser:
    """Makes `make_user(agency, "monitor", …)`: a user who is trained and has a password of their own."""
    from datetime import date

    from oversite.base.accounts.actions import create_user, grant_role, record_training
    from oversite.base.accounts.models import Role, User

    def make(agency: Any, *roles: str, username: str = "", needs_second_factor: bool = False) -> Any:
        username = username or f"u{User.objects.count() + 1}"
        user = create_user(
            None, username=username, name=f"用户{username}", agency=agency, password="Right-horse-7"
        ).user
        record_training(None, user, course="视频监管", trained_on=date(2026, 3, 1), trained_by="总局")
        for key in roles:
            role = Role.objects.get(key=key)
            if role.needs_second_factor != needs_second_factor:
                Role.objects.filter(pk=role.pk).update(needs_second_factor=needs_second_factor)
            grant_role(None, user, role)
        User.objects.filter(pk=user.pk).update(must_change_password=False)
        return User.objects.get(pk=user.pk)

    return make


@pytest.fixture
def own_database(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, tmp_path: Path
) -> Iterator[Path | None]:
    """A copy of the migrated database that this test may really write to, from several threads; not beside `db`.

    There is no flush after a test, because the triggers of the audit refuse it. Gives the file on SQLite, so that
    processes of their own can use it too, and none on PostgreSQL.
    """
    from django.db import connections

    assert "db" not in request.fixturenames, "one or the other"
    with django_db_blocker.unblock():
        template = connections["default"]
        settings = connections.databases["default"]
        name = settings["NAME"]
        if template.vendor == "sqlite":
            path = tmp_path / "oversite.db"
            template.ensure_connection()
            copy = sqlite3.connect(path)
            template.connection.backup(copy)
            copy.close()
            settings["NAME"] = str(path)
        else:
            path = None
            settings["NAME"] = f"{name}_copy"
            template.close()
            with template._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{name}_copy" TEMPLATE "{name}"')
        connections["default"] = connections.create_connection("default")
        try:
            yield path
        finally:
            connections["default"].close()
            settings["NAME"] = name
            connections["default"] = template
            if path is None:
                with template._nodb_cursor() as cursor:
                    cursor.execute(f'DROP DATABASE "{name}_copy" WITH (FORCE)')
