"""What an installation keeps is for its owner alone, and whoever only looks leaves nothing behind."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("OVERSITE_")}


def run(folder: Path, *command: str) -> None:
    subprocess.run([sys.executable, *command], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True, timeout=90)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_data_folder_and_database_are_private_whatever_they_were_before(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    run(tmp_path, "-m", "oversite.project.cli", "migrate", "--data", str(data))
    assert mode(data) == 0o700
    assert {mode(file) for file in data.glob("oversite.db*")} == {0o600}
    (data / "oversite.db").chmod(0o644)
    run(tmp_path, "-m", "oversite.project.cli", "migrate", "--data", str(data))
    assert mode(data / "oversite.db") == 0o600


def test_reading_the_settings_makes_no_folder_and_no_keys(tmp_path: Path) -> None:
    run(tmp_path, "-c", "from oversite.project import settings; assert settings.SECRET_KEY")
    assert not list(tmp_path.iterdir())
