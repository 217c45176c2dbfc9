"""Numbers balance whatever is killed when.

CI kills at every moment that matters and a few times at random; the test prints the command for more.
"""

import os
import random

import pytest

from installation import Installation

KILLS = int(os.environ.get("CERTIFICATE_KILLS", "3"))


@pytest.mark.req("Q1")
@pytest.mark.timeout(120 + 10 * KILLS)
def test_numbers_balance_whenever_the_power_fails(installation: Installation) -> None:
    seed = random.SystemRandom().randrange(10**6)
    test = "tests/domains/quarantine/certificates/test_killed.py"
    command = f"CERTIFICATE_KILLS=1000 .venv/bin/pytest -o faulthandler_timeout=0 {test}"
    print(f"{KILLS} kills with seed {seed}; for more: {command}")
    code = "import sys; from domains.quarantine.certificates import killing; killing.main(*map(int, sys.argv[1:]))"
    process = installation.start(code, str(KILLS), str(seed))
    printed, _ = process.communicate(timeout=60 + 10 * KILLS)
    assert process.returncode == 0, f"seed {seed}"
    assert int(printed) >= 1
