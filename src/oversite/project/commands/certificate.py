"""`oversite certificate verify`: is a printed certificate genuine? Without a server, a database or a network."""

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oversite.common import clock
from oversite.common.errors import OversiteError

if TYPE_CHECKING:
    from oversite.domains.quarantine.certificates.proof.revocations import Revocations
    from oversite.domains.quarantine.certificates.proof.verification import Finding, Keyring


def add(commands: Any) -> None:
    """Add the command."""
    certificate = commands.add_parser("certificate", help="check a quarantine certificate; needs no server")
    acts = certificate.add_subparsers(dest="act", required=True, metavar="ACT")
    verify = acts.add_parser("verify", help="genuine, void, replaced, expired, unknown key or altered?")
    verify.add_argument("code", metavar="TEXT-OR-IMAGE", help="the text of the code, a picture that shows it, or -")
    verify.add_argument("--trust", type=Path, metavar="FILE", help="the keys you trust, from `oversite trust export`")
    verify.add_argument(
        "--revocations",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="the signed list of void certificates, from the installation's /c/revocations; may be given again",
    )
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=run_verify)


def run_verify(options: argparse.Namespace) -> int:
    """0: genuine; 1: anything else."""
    from oversite.domains.quarantine.certificates.proof.verification import as_json, check

    keyring, now = _keyring(options.trust), clock.now()
    revoked = _revocations(options.revocations, keyring)
    findings = [check(text, keyring, revoked, now) for text in _texts(options.code)]
    if options.json:
        shown = [as_json(finding, now) for finding in findings]
        print(json.dumps(shown[0] if len(shown) == 1 else {"codes": shown}, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            _print(finding, now)
    return 0 if all(finding.is_genuine for finding in findings) else 1


def _keyring(path: Path | None) -> "Keyring":
    from oversite.common.signing import parse_trust
    from oversite.domains.quarantine.certificates.proof.verification import Keyring

    return Keyring.of(parse_trust(_read(path)) if path else [])


def _revocations(paths: list[Path], keyring: "Keyring") -> "list[Revocations]":
    from oversite.domains.quarantine.certificates.proof.verification import read_revocations

    return [read_revocations(_read(path), keyring) for path in paths]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OversiteError(f"{path} cannot be read") from error


def _texts(code: str) -> list[str]:
    """The text itself, or the codes of certificates in a picture; without any, what will be refused as unreadable."""
    from oversite.domains.quarantine.certificates.proof import carrier, pictures

    if code == "-":
        return [sys.stdin.read(carrier.MESSAGE_CHARACTERS * 4)]
    if code.startswith(("http://", "https://")) or not Path(code).is_file():
        return [code]
    texts = sorted(set(pictures.texts_in(pictures.open_picture(Path(code)))))
    return [text for text in texts if carrier.TEXT.fullmatch(text.strip())] or texts[:1] or [""]


def _print(finding: "Finding", now: datetime) -> None:
    print(f"verdict:     {finding.verdict}{f' ({finding.text})' if finding.text else ''}")
    print(f"key:         {finding.key_name or '-'} {finding.key_fingerprint}".rstrip())
    if finding.claims is None:
        return
    if finding.revocations_as_of is None:
        print("revocations: not asked (--revocations FILE, fetched from /c/revocations)")
    else:
        hours = (now - finding.revocations_as_of).total_seconds() / 3600
        overdue = ", overdue: fetch a newer one" if finding.is_list_overdue else ""
        print(f"revocations: list of {clock.beijing_text(finding.revocations_as_of)} ({hours:.1f} h old{overdue})")
    print(f"address:     {finding.address}")
    for name in finding.claims.__slots__:
        value = getattr(finding.claims, name)
        if value != "":
            shown = clock.beijing_text(value) if isinstance(value, datetime) else getattr(value, "name", value)
            print(f"  {name}: {shown}")
