"""`oversite serve`: the whole product on one machine."""

import argparse
from collections.abc import Callable
from typing import Any

from oversite.project import logs
from oversite.project.commands.options import add_installation, configure, start_django


def add(commands: Any) -> None:
    """Add `serve` and `migrate`."""
    serve = commands.add_parser("serve", help="migrate, then start and supervise every process of the product")
    add_installation(serve)
    serve.set_defaults(run=run)
    migrate = commands.add_parser("migrate", help="bring the database up to date")
    add_installation(migrate)
    migrate.set_defaults(run=run_migrate)


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted."""
    config = configure(options)
    from oversite.project.supervisor import Supervisor, check_ports

    logs.start("supervisor")
    check_ports(config)
    run_migrate(options)
    return Supervisor(config).run()


def run_migrate(options: argparse.Namespace, tell: Callable[[int, int], None] = lambda _done, _total: None) -> int:
    """Migrate under a lock, so that two starts at once do not meet; `tell` hears which of how many changes is next."""
    config = start_django(options)
    from oversite.project.migration import migrate_under_lock

    migrate_under_lock(config, tell)
    return 0
