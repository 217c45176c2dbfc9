"""`oversite compileschema`: the tables of a new installation, migrated once for all first starts."""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from oversite.project.commands.options import start_django


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("compileschema", help="make the tables of a new installation (done by make setup)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Keep the tables of this version, unless they are kept already."""
    with tempfile.TemporaryDirectory(prefix="oversite-schema-") as folder:
        options.data_dir, options.database_url = Path(folder), ""
        start_django(options)
        from oversite.project import schema

        if not schema.template().exists():
            schema.make_template()
    return 0
