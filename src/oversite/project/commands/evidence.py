"""`oversite evidence verify` and `oversite trust export`: checking without a server, and the keys to check with."""

import argparse
import json
from pathlib import Path
from typing import Any

from oversite.project.commands.options import add_installation, start_django

NOT_TRUSTED = (
    "The package is whole, but its key is not among those you trust. Ask the agency that sealed it for its list of\n"
    "keys (`oversite trust export` prints it there), compare the fingerprint, and give the list by --trust FILE."
)


def add(commands: Any) -> None:
    """Add both."""
    evidence = commands.add_parser("evidence", help="check a package of evidence; needs no server and no database")
    acts = evidence.add_subparsers(dest="act", required=True, metavar="ACT")
    verify = acts.add_parser("verify", help="is the package whole, and who sealed it?")
    verify.add_argument("package", type=Path, help="a folder or a ZIP file")
    verify.add_argument("--trust", type=Path, metavar="FILE", help="the keys you trust, from `oversite trust export`")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=run_verify)
    trust = commands.add_parser("trust", help="the public keys of this installation")
    acts = trust.add_subparsers(dest="act", required=True, metavar="ACT")
    export = acts.add_parser("export", help="print them as a list that others can trust")
    add_installation(export)
    export.set_defaults(run=run_export)


def run_verify(options: argparse.Namespace) -> int:
    """0: valid; 1: changed, unreadable or sealed by a key that is not trusted."""
    from oversite.video.evidence.verify import Verdict, verify

    result = verify(options.package, options.trust)
    if options.json:
        print(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
    else:
        print(f"verdict: {result.verdict}")
        print(f"key:     {result.key_fingerprint or '-'}")
        print(f"files:   {result.files_checked} checked")
        for problem in result.problems:
            print(f"  {problem.file}: {problem.text}")
        if result.verdict is Verdict.UNKNOWN_KEY:
            print(NOT_TRUSTED)
    return 0 if result.is_valid else 1


def run_export(options: argparse.Namespace) -> int:
    """Print the list: every key of the installation, with period and revocation where it has a record of them."""
    config = start_django(options)
    from oversite.common.signing import own_keys, trust_text
    from oversite.domains.quarantine.certificates.keys import known_periods

    keys = own_keys(config.keys_dir)
    is_set_up = bool(config.database_url) or (config.data_dir / "oversite.db").exists()
    print(trust_text(known_periods(keys) if is_set_up else keys), end="")
    return 0
