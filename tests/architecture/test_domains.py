"""Each domain can be removed: a folder and one line in `INSTALLED_APPS`, however many apps it has (req: S2.9)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOMAINS = sorted(path.parent.name for path in (ROOT / "src/oversite/domains").glob("*/__init__.py"))

SCRIPT = """
import sys
from django.conf import settings
name = "oversite.domains." + sys.argv[1]
installed = list(settings.INSTALLED_APPS)
sys.modules.pop(name, None)
class Gone:
    def find_spec(self, module, path=None, target=None):
        if module == name or module.startswith(name + "."):
            raise ModuleNotFoundError(module)
sys.meta_path.insert(0, Gone())
settings.INSTALLED_APPS = [app for app in installed if app != name and not app.startswith(name + ".")]
import django
django.setup()
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.urls import get_resolver
call_command("check")
MigrationLoader(None).project_state().apps  # every migration finds those it stands on, and every model its relations
call_command("makemigrations", check=True, dry_run=True, verbosity=0)  # together they come to the models
settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
call_command("migrate", run_syncdb=True, verbosity=0)  # the tables of the models, and what is written into them
get_resolver().url_patterns
"""


def test_there_are_domains_to_remove() -> None:
    assert DOMAINS


@pytest.mark.req("S2.9")
@pytest.mark.thorough
@pytest.mark.parametrize("domain", DOMAINS)
def test_the_rest_stands_without_it(domain: str, tmp_path: Path) -> None:
    environment = os.environ | {"OVERSITE_DATA_DIR": str(tmp_path), "OVERSITE_DATABASE_URL": ""}
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, domain], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
