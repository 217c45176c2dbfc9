"""Both directions: no void one is shown valid, no valid one is shown void."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domains.quarantine.certificates.proof.issuing import ADDRESS, CLAIMS, NOW, Issuer
from oversite.common.signing import Algorithm
from oversite.domains.quarantine.certificates.proof import carrier
from oversite.domains.quarantine.certificates.proof.claims import parse_claims
from oversite.domains.quarantine.certificates.proof.cose import CoseError
from oversite.domains.quarantine.certificates.proof.revocations import Fate
from oversite.domains.quarantine.certificates.proof.verification import Verdict, check, read_revocations

pytestmark = pytest.mark.req("Q6")


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer.at(tmp_path_factory.mktemp("keys"))


def test_the_facts_come_back_as_they_were_signed(issuer: Issuer) -> None:
    finding = check(issuer.text(), issuer.keyring, [], NOW)
    assert finding.verdict is Verdict.UNCHECKED
    assert finding.claims == CLAIMS
    assert finding.address == ADDRESS
    assert finding.revocations_as_of is None
    assert parse_claims(bytes(CLAIMS)) == CLAIMS


def test_it_fits_into_a_code_that_a_telephone_reads(issuer: Issuer) -> None:
    assert len(issuer.text()) <= 666  # version 20 at error correction M: 97 modules a side


@pytest.mark.parametrize(("fate", "verdict"), [(Fate.VOID, Verdict.VOID), (Fate.REPLACED, Verdict.REPLACED)])
def test_void_ones_are_void_and_their_neighbours_are_not(issuer: Issuer, fate: Fate, verdict: Verdict) -> None:
    revoked = [read_revocations(issuer.revocations({"3200000123": fate}), issuer.keyring)]
    assert check(issuer.text(), issuer.keyring, revoked, NOW).verdict is verdict
    for number in ("3200000122", "3200000124", "320000012", "13200000123"):
        neighbour = check(issuer.text(number=number), issuer.keyring, revoked, NOW)
        assert neighbour.verdict is Verdict.GENUINE
        assert neighbour.revocations_as_of == NOW


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(issued=st.sets(st.integers(0, 9999), min_size=1, max_size=12), data=st.data())
def test_exactly_the_listed_are_refused(
    tmp_path_factory: pytest.TempPathFactory, issued: set[int], data: st.DataObject
) -> None:
    issuer = Issuer.at(tmp_path_factory.getbasetemp() / "both-directions")
    void = data.draw(st.sets(st.sampled_from(sorted(issued))))
    revoked = [read_revocations(issuer.revocations({f"32{n:08d}": Fate.VOID for n in void}), issuer.keyring)]
    for number in issued:
        verdict = check(issuer.text(number=f"32{number:08d}"), issuer.keyring, revoked, NOW).verdict
        assert (verdict is Verdict.VOID) == (number in void)
        assert (verdict is Verdict.GENUINE) == (number not in void)


def test_validity_is_that_of_issue(issuer: Issuer) -> None:
    text, revoked = issuer.text(), [read_revocations(issuer.revocations({}), issuer.keyring)]
    assert check(text, issuer.keyring, revoked, CLAIMS.valid_until).verdict is Verdict.GENUINE
    assert check(text, issuer.keyring, [], CLAIMS.valid_until + timedelta(seconds=1)).verdict is Verdict.EXPIRED
    assert check(text, issuer.keyring, [], NOW - timedelta(hours=2)).verdict is Verdict.NOT_YET_VALID


def test_a_key_nobody_trusts_proves_nothing(issuer: Issuer, tmp_path: Path) -> None:
    other = Issuer.at(tmp_path)
    assert check(issuer.text(), other.keyring, [], NOW).verdict is Verdict.UNKNOWN_KEY
    assert check(issuer.text(), Issuer.at(tmp_path, Algorithm.ED25519).keyring, [], NOW).claims is None


def test_no_bit_can_change(issuer: Issuer) -> None:
    text = issuer.text()
    for position in range(len(text) * 7):
        changed = bytearray(text.encode())
        changed[position // 7] ^= 1 << position % 7
        verdict = check(changed.decode(), issuer.keyring, [], NOW).verdict
        assert verdict in {Verdict.ALTERED, Verdict.UNREADABLE, Verdict.UNKNOWN_KEY}, (position, changed)


def test_the_same_message_under_another_address_is_refused(issuer: Issuer) -> None:
    text = issuer.text().replace("check.example", "check-example")
    assert check(text, issuer.keyring, [], NOW).verdict is Verdict.ALTERED


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda data: ADDRESS + carrier.encode(data))))
def test_nonsense_is_refused_and_never_an_error(issuer: Issuer, text: str) -> None:
    assert check(text, issuer.keyring, [], NOW).claims is None


def test_a_list_of_another_key_says_nothing_and_without_a_list_nothing_is_called_genuine(
    issuer: Issuer, tmp_path: Path
) -> None:
    other = Issuer.at(tmp_path)
    revoked = [read_revocations(other.revocations({"3200000123": Fate.VOID}), other.keyring)]
    finding = check(issuer.text(), issuer.keyring, revoked, NOW)
    assert finding.verdict is Verdict.UNCHECKED
    assert finding.revocations_as_of is None
    with pytest.raises(CoseError, match="not trusted"):
        read_revocations(issuer.revocations({}), other.keyring)


def test_a_changed_list_is_refused(issuer: Issuer) -> None:
    text = issuer.revocations({"3200000123": Fate.VOID})
    with pytest.raises(CoseError):
        read_revocations(text[:40] + ("A" if text[40] != "A" else "B") + text[41:], issuer.keyring)
    with pytest.raises(CoseError):
        read_revocations(issuer.text().rpartition("/")[2], issuer.keyring)


def test_an_old_list_shows_its_age(issuer: Issuer) -> None:
    revoked = [read_revocations(issuer.revocations({}, NOW - timedelta(days=3)), issuer.keyring)]
    finding = check(issuer.text(), issuer.keyring, revoked, NOW)
    assert finding.is_list_overdue
    assert finding.revocations_as_of == NOW - timedelta(days=3)


def test_sm2_signs_the_code_too(tmp_path: Path) -> None:
    issuer = Issuer.at(tmp_path, Algorithm.SM2)
    assert check(issuer.text(), issuer.keyring, [], NOW).verdict is Verdict.UNCHECKED
    assert check(issuer.text()[:-2] + "AA", issuer.keyring, [], NOW).verdict is Verdict.ALTERED
