"""The options that commands share, and the way from options to a configured process."""

import argparse
import gc
import os
from pathlib import Path

from oversite.common import config
from oversite.common.config import Config

PRIVATE = 0o077
"""The umask of every process: data and database are for their owner alone."""


def add_installation(parser: argparse.ArgumentParser) -> None:
    """The options that say which installation is meant; each stands in for a line of `oversite.toml`."""
    group = parser.add_argument_group("installation")
    group.add_argument("--data", dest="data_dir", type=Path, metavar="DIR", help="data folder (default ./data)")
    group.add_argument("--host", help="address the web and media ports listen on (default 127.0.0.1)")
    group.add_argument("--advertise-ip", help="address that devices reach us at (default 127.0.0.1)")
    group.add_argument("--web-port", type=int)
    group.add_argument("--media-port", type=int)
    group.add_argument("--media-nodes", type=int)
    group.add_argument("--sip-port", type=int)
    group.add_argument("--signalling-door-port", type=int)
    group.add_argument("--sip-id", help="our 20-digit identity")
    group.add_argument("--sip-domain", help="our 10-digit domain")
    group.add_argument("--rtp-ports", metavar="FIRST-LAST")
    group.add_argument("--public-url", help="address printed into QR codes")
    group.add_argument("--public-media-url", help="address of the media nodes for browsers, {node} for the number")
    group.add_argument("--database-url", help="postgresql://… (default: SQLite in the data folder)")


INSTALLATION = (
    "data_dir", "host", "advertise_ip", "web_port", "media_port", "media_nodes", "sip_port", "signalling_door_port",
    "sip_id", "sip_domain", "rtp_ports", "public_url", "public_media_url", "database_url",
)  # fmt: skip


def configure(options: argparse.Namespace) -> Config:
    """Make the configuration that the options ask for the one of this process.

    Raises `ConfigError` naming the setting that cannot be used.
    """
    chosen = config.load({name: getattr(options, name, None) for name in INSTALLATION})
    config.use(chosen)
    return chosen


def open_data_folder(chosen: Config) -> None:
    """Make the data folder where it is missing; nobody but its owner reads in it, whatever an older version left."""
    os.umask(PRIVATE)
    chosen.data_dir.mkdir(parents=True, exist_ok=True)
    for place, mode in ((chosen.data_dir, 0o700), *((file, 0o600) for file in chosen.data_dir.glob("oversite.db*"))):
        if place.stat().st_uid == os.geteuid():
            place.chmod(mode)


def start_django(options: argparse.Namespace, synchronous: str = "FULL") -> Config:
    """Configure and load Django; `synchronous` is how carefully SQLite commits in this process."""
    chosen = configure(options)
    open_data_folder(chosen)
    import django
    from django.conf import settings

    from oversite.project.databases import database

    settings.DATABASES["default"] = database(chosen, synchronous)
    gc.disable()  # nothing made while loading is ever garbage, and looking at all of it again and again takes long
    django.setup()
    gc.freeze()
    gc.enable()
    return chosen
