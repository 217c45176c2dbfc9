"""Issues certificates in a child that is killed, and checks the books each time.

First at each moment where something could be lost, then at random ones, again and again.

The parent only forks: what it never used itself (Typst's threads) works in every child.
"""

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from unittest.mock import patch

from django.db import connections

from domains.quarantine.certificates.cases import TERMS, House, stand_alone
from oversite.base.audit.verification import check_chain
from oversite.base.documents.queries import damaged_documents
from oversite.base.numbers.models import Number
from oversite.base.numbers.queries import gap_report, unused_count
from oversite.domains.quarantine.certificates import actions, queries
from oversite.domains.quarantine.certificates.models import Certificate
from oversite.domains.quarantine.certificates.numbering import certificate_pool, hand_of
from oversite.domains.quarantine.certificates.tasks import complete_certificates
from oversite.domains.quarantine.registry.models import Veterinarian

LONGEST_S = 0.9
ACTIONS = "oversite.domains.quarantine.certificates.actions"
MOMENTS = {
    f"{ACTIONS}.issuing._check_first": False,
    f"{ACTIONS}.issuing.record": False,
    "oversite.domains.quarantine.certificates.printing.print_document": True,
    "oversite.base.documents.actions.record": True,
}
"""Where the power fails, and whether the certificate counts by then.

The number is drawn; the certificate is written, not committed; it is committed, without PDF; the PDF lies in its
folder, without its row.
"""


def main(kills: int, seed: int) -> None:
    """Kill so often, then check once more after a quiet run; prints how many certificates there are."""
    chance = random.Random(seed)
    house = stand_alone()
    veterinarian = house.veterinarian(50 * kills + len(MOMENTS))
    for moment, is_issued in MOMENTS.items():
        killed_at(moment, house, veterinarian, is_issued=is_issued)
    for _ in range(kills):
        child = forked(lambda: issue_for_ever(house, veterinarian))
        time.sleep(chance.uniform(0.02, LONGEST_S))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert ended_well(forked(check_books)), f"kill with seed {seed}"
    assert ended_well(forked(lambda: issue_one(house, veterinarian)))
    assert ended_well(forked(check_books))
    print(Certificate.objects.count())


def killed_at(moment: str, house: House, veterinarian: Veterinarian, *, is_issued: bool) -> None:
    """Issue one in a child whose power fails at `moment`; afterwards it is wholly there, or its number is unused."""
    before, unused = Certificate.objects.count(), unused_count(certificate_pool(), hand_of(veterinarian))
    child = forked(lambda: issue_until(moment, house, veterinarian))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, moment
    cut_off = list(queries.incomplete_certificates())
    assert Certificate.objects.count() - before == len(cut_off) == int(is_issued), moment
    assert unused - unused_count(certificate_pool(), hand_of(veterinarian)) == int(is_issued), moment
    assert ended_well(forked(check_books)), moment


def issue_until(moment: str, house: House, veterinarian: Veterinarian) -> None:
    """Issue one and make its document; dies when it comes to `moment`."""
    with patch(moment, side_effect=lambda *_args, **_kwargs: os.kill(os.getpid(), signal.SIGKILL)):
        issue_one(house, veterinarian)


def issue_for_ever(house: House, veterinarian: Veterinarian) -> None:
    """Until somebody kills it; now and then one is made void or replaced."""
    while True:
        certificate = issue_one(house, veterinarian)
        if certificate.pk % 3 == 0:
            actions.void_certificate(veterinarian.user, certificate, "作废")
        elif certificate.pk % 3 == 1:
            actions.replace_certificate(veterinarian.user, certificate, "换车", {"vehicle": "苏K2"})


def issue_one(house: House, veterinarian: Veterinarian) -> Certificate:
    """One, with its document."""
    inspection = house.inspection(veterinarian)
    return actions.complete_certificate(actions.issue_certificate(veterinarian.user, inspection, TERMS))


def check_books() -> None:
    """Mend what was cut off, and then everything agrees: numbers, rows, files, audit."""
    complete_certificates.func()
    assert not queries.incomplete_certificates().exists()
    assert damaged_documents() == []
    report = gap_report(certificate_pool())
    assert report.is_balanced, report.faults
    numbers = dict(Number.objects.filter(pool__key="quarantine-certificate").values_list("text", "state"))
    states = dict(Certificate.objects.values_list("number", "state"))
    assert set(numbers) == set(states)
    for number, state in states.items():
        assert numbers[number] == ("issued" if state == "issued" else "void"), number
    assert check_chain().problems == []


def forked(work: Callable[[], object]) -> int:
    """A child that does `work` with a database connection of its own; gives its process id."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    except BaseException:  # noqa: BLE001  told by the exit status
        traceback.print_exc()
    finally:
        os._exit(status)


def ended_well(child: int) -> bool:
    """Whether a child did its work."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
