"""`oversite compilemessages`: the translation catalogues, compiled without any tool of the system."""

import argparse
from pathlib import Path
from typing import Any

import oversite


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("compilemessages", help="compile the translation catalogues (done by make setup)")
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    """Compile every catalogue of the package that is newer than its compiled form."""
    for source in sorted(Path(oversite.__file__).parent.rglob("locale/*/LC_MESSAGES/*.po")):
        compile_catalogue(source)
    return 0


def compile_catalogue(source: Path) -> Path:
    """Write the `.mo` beside the `.po`; a fuzzy entry is left out, as gettext does."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    target = source.with_suffix(".mo")
    with source.open("rb") as file:
        catalogue = read_po(file)
    draft = target.with_suffix(".mo.new")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(target)
    return target
