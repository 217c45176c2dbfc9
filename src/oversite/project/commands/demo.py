"""`oversite demo`: the product with the demonstration's data and simulated cameras."""

import argparse
import dataclasses
import json
import sys
from typing import Any

from oversite.common.config import Config
from oversite.project import logs
from oversite.project.commands.options import add_installation, configure
from oversite.project.demo.account import Account


def add(commands: Any) -> None:
    """Add `demo` and `demo-cameras`."""
    demo = commands.add_parser("demo", help="serve, with demonstration data and simulated cameras")
    add_installation(demo)
    demo.add_argument("--json", action="store_true", help="print the accounts as one line of JSON")
    demo.set_defaults(run=run)
    cameras = commands.add_parser("demo-cameras", help="only the simulated cameras of the demonstration")
    add_installation(cameras)
    cameras.set_defaults(run=run_cameras)


def run(options: argparse.Namespace) -> int:
    """Load what is not there yet, print the accounts, serve until interrupted; each step is told on standard error."""
    config = configure(options)
    from oversite.project.commands.serve import run_migrate
    from oversite.project.demo.progress import Progress, follow_in_background
    from oversite.project.supervisor import Child, Supervisor, check_ports

    progress = Progress(sys.stderr)
    logs.start("supervisor")
    check_ports(config)
    progress.tell(f"setting up the database in {config.data_dir} …")
    run_migrate(options, progress.migration)
    from oversite.project.demo.load import load

    accounts = load(config, progress.tell)
    if options.json:
        print(json.dumps({"accounts": [dataclasses.asdict(account) for account in accounts]}), flush=True)
    else:
        _print_accounts(config, accounts)
    progress.tell("starting the processes and the simulated cameras")
    follow_in_background(progress, config)
    return Supervisor(config, [Child("simulated cameras", ["demo-cameras"])]).run()


def run_cameras(options: argparse.Namespace) -> int:
    """Run the devices."""
    from oversite.project.demo import cameras

    cameras.main(configure(options))
    return 0


def _print_accounts(config: Config, accounts: list[Account]) -> None:
    print(f"\nOversite 明察  {config.web_url}\n")
    print(f"{'account':14} {'password':18} who")
    for account in accounts:
        password = account.password or "(as you chose)"
        print(f"{account.username:14} {password:18} {account.name} · {account.agency}")
    print("\nThe first sign-in asks for another password. Ctrl-C ends everything.\n", flush=True)
