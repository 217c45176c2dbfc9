"""`oversite fsck` on a data folder that no serving process has brought up to date."""

import pytest

from oversite.common.errors import ConfigError
from oversite.project.migration import require_current

pytestmark = pytest.mark.django_db


def test_a_database_of_this_version_is_taken() -> None:
    require_current()


def test_an_older_or_empty_one_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = "oversite.project.migration.MigrationExecutor.migration_plan"
    monkeypatch.setattr(plan, lambda *_: [("something", False)])
    with pytest.raises(ConfigError, match="oversite serve"):
        require_current()
