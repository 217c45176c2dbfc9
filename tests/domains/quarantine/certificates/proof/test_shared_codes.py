"""The codes on which the browser's check is tested are judged alike by the command line."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from oversite.common.signing import parse_trust
from oversite.domains.quarantine.certificates.proof.cose import CoseError
from oversite.domains.quarantine.certificates.proof.verification import Keyring, check, read_revocations

SHARED = Path(__file__).parents[5] / "frontend/tests/check/codes.json"
KEYS = SHARED.with_name("keys.json")


@pytest.mark.req("Q6")
def test_codes_shared_with_the_browser() -> None:
    shared = json.loads(SHARED.read_text(encoding="utf-8"))
    ring = Keyring.of(parse_trust(json.dumps(shared["trust"])))
    revoked = [read_revocations(shared["revocations"], ring)]
    now = datetime.fromisoformat(shared["now"])
    verdicts = {row["text"]: check(row["text"], ring, revoked, now).verdict for row in shared["codes"]}
    assert verdicts == {row["text"]: row["verdict"] for row in shared["codes"]}
    assert set(verdicts.values()) >= {"genuine", "void", "replaced", "expired", "altered", "unknown-key", "unreadable"}


@pytest.mark.req("Q6")
def test_keys_that_ended_or_were_revoked_are_judged_as_the_browser_judges_them() -> None:
    shared = json.loads(KEYS.read_text(encoding="utf-8"))
    ring = Keyring.of(parse_trust(json.dumps(shared["trust"])))
    now = datetime.fromisoformat(shared["now"])
    for name in ("revocations", "revocations_of_ended_key"):
        revoked = [read_revocations(shared[name], ring)]
        verdicts = {row["why"]: check(row["text"], ring, revoked, now).verdict for row in shared["codes"]}
        assert verdicts == {row["why"]: row["verdict"] for row in shared["codes"]}
    assert set(verdicts.values()) == {"genuine", "void", "replaced", "expired", "key-period", "key-revoked"}
    for row in shared["refused_revocations"]:
        with pytest.raises(CoseError):
            read_revocations(row["text"], ring)
