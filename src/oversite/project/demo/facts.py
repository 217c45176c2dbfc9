"""What the demonstration consists of."""

import secrets
from pathlib import Path
from typing import Any

import yaml

from oversite.common.config import Config
from oversite.common.keys import ensure_key

DATA = Path(__file__).with_name("data.yaml")


def facts() -> dict[str, Any]:
    """Agencies, users and sites as the data files tell them: `data.yaml` first, then one file per domain."""
    told: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    for path in sorted(DATA.parent.glob("*.yaml")):
        if path != DATA:
            for kind, rows in yaml.safe_load(path.read_text(encoding="utf-8")).items():
                told[kind] = [*told.get(kind, []), *rows]
    return told


def devices() -> list[dict[str, Any]]:
    """Every simulated device: those of the sites, and those of sites that come with their register."""
    told = facts()
    return [*(device for site in told["sites"] for device in site["devices"]), *told["hatchery"]]


def device_password(config: Config) -> str:
    """The password of the simulated devices of this installation: random, made once."""
    return ensure_key(config.keys_dir, "demo-device", secrets.token_hex(8).encode()).decode()
