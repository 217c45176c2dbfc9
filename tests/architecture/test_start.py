"""Processes that must be back within seconds of being killed load nothing that only documents and pictures need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

START = """
import sys
from oversite.project.cli import parser
from oversite.project.commands.options import start_django
start_django(parser().parse_args(["media", "--data", sys.argv[1]]))
import oversite.services.media.process, oversite.services.signalling.process, oversite.services.signalling.store
print(*sorted(set(sys.argv[2:]) & sys.modules.keys()))
"""
SLOW = (
    "av", "babel", "cryptography.x509", "fontTools", "highspy", "ninja", "numpy", "openpyxl", "PIL", "pyhanko",
    "xlsxwriter", "zxingcpp",
)  # fmt: skip


@pytest.mark.thorough
def test_media_and_signalling_start_without_what_takes_long_to_load(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OVERSITE_")}
    command = [sys.executable, "-c", START, str(tmp_path), *SLOW]
    environment["DJANGO_SETTINGS_MODULE"] = "oversite.project.settings"
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.split() == []
