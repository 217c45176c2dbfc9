"""`oversite simulate cameras`: GB/T 28181 devices against any platform."""

from typing import Any

from oversite.simulator import command


def add(commands: Any) -> None:
    """Add the command; its options belong to the simulator."""
    parser = commands.add_parser("simulate", help="real GB/T 28181 devices on demand, against any platform")
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    cameras = kinds.add_parser("cameras", help="cameras and recorders")
    command.add_options(cameras)
    cameras.set_defaults(run=command.run)
