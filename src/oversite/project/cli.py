"""The command line `oversite`: one door, each command in its own module."""

import argparse
import os
import sys
from collections.abc import Sequence

from oversite.common.errors import OversiteError
from oversite.project.commands import COMMANDS


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="oversite", description="Oversite (明察): see, check and certify the sites you are answerable for."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; an error meant for people is printed without a trace and gives exit status 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversite.project.settings")
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except OversiteError as error:
        print(f"oversite: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141


if __name__ == "__main__":
    sys.exit(main())
