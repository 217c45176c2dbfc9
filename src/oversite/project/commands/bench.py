"""`oversite bench …`: the figures of part 7 of the design, on this machine."""

import argparse
import json
from typing import Any


def add(commands: Any) -> None:
    """Add the benches."""
    bench = commands.add_parser("bench", help="what this machine can do")
    kinds = bench.add_subparsers(dest="kind", required=True, metavar="KIND")
    signalling = kinds.add_parser("signalling", help="registrations at once, keepalives, devices per core")
    signalling.add_argument("--devices", type=int, default=5000)
    signalling.add_argument("--seconds", type=float, default=20)
    signalling.set_defaults(run=run_signalling)
    for parser in (signalling,):
        parser.add_argument("--json", action="store_true")


def run_signalling(options: argparse.Namespace) -> int:
    """Measure signalling."""
    from oversite.project.bench import signalling

    return _print(signalling.run(options.devices, options.seconds), as_json=options.json)


def _print(figures: dict[str, Any], *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:24} {value}")
    return 0
