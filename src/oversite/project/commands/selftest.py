"""`oversite selftest`: does all of it work on this machine?"""

import argparse
import json
from typing import Any


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("selftest", help="run the main job once, headless, on a throw-away installation")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """0 only if every step worked."""
    from oversite.project.selftest import report

    figures = report.run()
    if options.json:
        print(json.dumps(figures, ensure_ascii=False, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:20} {value}")
    return 0 if figures["ok"] else 1
