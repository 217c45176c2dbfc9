"""A data folder of its own and one camera for every test of recordings."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from oversite.common import config
from oversite.common.config import Config
from oversite.video.recording import actions
from oversite.video.recording.models import Volume


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    found = replace(config.current(), data_dir=tmp_path)
    found.recordings_dir.mkdir()
    return found


@pytest.fixture
def camera(world: Any) -> Any:
    return world.camera


@pytest.fixture
def volume(settings: Config, db: None) -> Volume:
    return actions.ensure_volume(settings)
