"""What the demonstration consists of."""

import secrets
from pathlib import Path
from typing import Any

import yaml

from oversite.common.config import Config
from oversite.common.keys import ensure_key

DATA = Path(__file__).with_name("data.yaml")


def facts() -> dict[str, Any]:
    """Agencies, users and sites as the data file tells them."""
    told: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return told


def device_password(config: Config) -> str:
    """The password of the simulated devices of this installation: random, made once."""
    return ensure_key(config.keys_dir, "demo-device", secrets.token_hex(8).encode()).decode()
