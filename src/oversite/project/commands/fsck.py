"""`oversite fsck`: finds and explains every inconsistency; `--repair` mends what can be mended."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from oversite.common.config import Config
from oversite.project.commands.options import add_installation, start_django


@dataclass(frozen=True, slots=True)
class Finding:
    """One inconsistency: which part, what is wrong in words, whether it has been mended."""

    part: str
    what: str
    text: str
    mended: bool = False


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("fsck", help="do files, index, audit chain, documents, numbers and roles agree?")
    add_installation(parser)
    parser.add_argument("--repair", action="store_true", help="mend what can be mended; nothing is ever deleted")
    parser.add_argument("--hashes", action="store_true", help="read every recording and compare its hash")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """0: nothing was found or all of it is mended; 1: something needs a person."""
    from oversite.project.migration import require_current

    config = start_django(options)
    require_current()
    findings = list(check(config, repair=options.repair, hashes=options.hashes))
    if options.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            print(f"{finding.part}: {finding.what}: {finding.text}{' (mended)' if finding.mended else ''}")
        print(f"{len(findings)} findings, {sum(finding.mended for finding in findings)} mended")
    return 0 if all(finding.mended for finding in findings) else 1


def check(config: Config, *, repair: bool, hashes: bool) -> Iterator[Finding]:
    """Every check, in the order in which a person would ask."""
    yield from _recordings(config, repair=repair, hashes=hashes)
    yield from _chain()
    yield from _documents()
    yield from _numbers()
    yield from _certificates(repair=repair)
    yield from _roles()


def _recordings(config: Config, *, repair: bool, hashes: bool) -> Iterator[Finding]:
    from oversite.video.recording import fsck

    for found in fsck.check(config, repair=repair, hashes=hashes):
        yield Finding("recordings", found.kind, f"{found.volume}/{found.path}: {found.text}", found.mended)


def _chain() -> Iterator[Finding]:
    from oversite.base.audit.verification import check_chain

    for problem in check_chain().problems:
        yield Finding("audit", problem.kind, problem.text)


def _documents() -> Iterator[Finding]:
    from oversite.base.documents.queries import damaged_documents

    for text in damaged_documents():
        yield Finding("documents", "damaged", text)


def _numbers() -> Iterator[Finding]:
    from oversite.base.numbers.queries import unbalanced_pools

    for report in unbalanced_pools():
        yield Finding("numbers", "unbalanced", f"{report.pool}: {'; '.join(report.faults) or 'the sums differ'}")


def _certificates(*, repair: bool) -> Iterator[Finding]:
    from django.apps import apps

    if not apps.is_installed("oversite.domains.quarantine.certificates"):
        return
    from oversite.domains.quarantine.certificates.actions import complete_certificate
    from oversite.domains.quarantine.certificates.queries import incomplete_certificates, strayed_numbers
    from oversite.domains.quarantine.inspections.actions import complete_record
    from oversite.domains.quarantine.inspections.queries import due_records

    for text in strayed_numbers():
        yield Finding("certificates", "number", text)
    for certificate in incomplete_certificates():
        if repair:
            complete_certificate(certificate)
        yield Finding("certificates", "no-pdf", f"{certificate.number} has no PDF", repair)
    for inspection in due_records():
        if repair:
            complete_record(inspection)
        yield Finding(
            "certificates", "record-due", f"work record {inspection.record_number} lacks its certificate", repair
        )


def _roles() -> Iterator[Finding]:
    from oversite.base.accounts.queries import separation_breaches, untrained_holders

    for user, roles in separation_breaches():
        yield Finding("roles", "not-separated", f"{user.username} holds {', '.join(role.key for role in roles)}")
    for grant in untrained_holders():
        yield Finding("roles", "untrained", f"{grant.user.username} holds {grant.role.key} without recorded training")
