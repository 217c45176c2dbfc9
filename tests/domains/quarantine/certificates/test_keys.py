"""Keys of printed codes: renewed, they vouch for what they signed in their period; revoked, for nothing any more."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from domains.quarantine.certificates.cases import TERMS, House
from oversite.common import clock, config
from oversite.common.errors import Refused
from oversite.common.signing import own_keys, parse_trust, trust_text
from oversite.domains.quarantine.certificates import actions, keys
from oversite.domains.quarantine.certificates.actions.keys import renew_code_key, revoke_code_key
from oversite.domains.quarantine.certificates.models import Certificate, SigningKey
from oversite.domains.quarantine.certificates.proof.cose import CoseError
from oversite.domains.quarantine.certificates.proof.verification import Keyring, Verdict, check, read_revocations

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q6", "Q10")]


def issued(house: House) -> Certificate:
    veterinarian = house.veterinarian(1)
    return actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)


def exported() -> str:
    """The list that `oversite trust export` prints."""
    return trust_text(keys.known_periods(own_keys(config.current().keys_dir)))


def verdict(certificate: Certificate) -> Verdict:
    """What an inspector without a network says: alike with the list of the public address and with the exported one."""
    client = Client()
    lists = client.get("/c/trust").content.decode(), exported()
    revoked = client.get("/c/revocations").content.decode()
    verdicts = {_verdict_by(trust, revoked, certificate) for trust in lists}
    assert len(verdicts) == 1, verdicts
    return verdicts.pop()


def _verdict_by(trust: str, revoked: str, certificate: Certificate) -> Verdict:
    ring = Keyring.of(parse_trust(trust))
    text = certificate.address + certificate.code
    return check(text, ring, [read_revocations(revoked, ring)], clock.now()).verdict


def test_what_was_signed_in_its_period_stays_valid_after_the_key_is_renewed(house: House) -> None:
    with clock.set_back(timedelta(hours=1)):
        certificate = issued(house)
    keeper = house.make_user(house.province, "quarantine-province")
    renew_code_key(keeper)
    assert issued(house).key_fingerprint != certificate.key_fingerprint
    assert verdict(certificate) is Verdict.GENUINE


def test_what_was_signed_in_its_period_stays_valid_after_the_key_expired(house: House) -> None:
    certificate = issued(house)
    SigningKey.objects.update(ends_at=clock.now())
    renew_code_key(house.make_user(house.province, "quarantine-province"))
    assert verdict(certificate) is Verdict.GENUINE


def test_what_says_a_time_outside_the_period_of_its_key_is_not_valid(house: House) -> None:
    certificate = issued(house)
    SigningKey.objects.update(ends_at=clock.now() - timedelta(hours=1), begins_at=clock.now() - timedelta(hours=2))
    renew_code_key(house.make_user(house.province, "quarantine-province"))
    assert verdict(certificate) is Verdict.KEY_PERIOD


def test_nothing_that_a_revoked_key_signed_is_valid_and_the_next_is(house: House) -> None:
    before = issued(house)
    keeper = house.make_user(house.province, "quarantine-province")
    key = revoke_code_key(keeper, keys.code_key(), "密钥文件外泄")
    assert (key.revoked_by, key.revoked_reason) == (keeper.name, "密钥文件外泄")
    assert verdict(before) is Verdict.KEY_REVOKED
    assert verdict(issued(house)) is Verdict.GENUINE
    with pytest.raises(Refused) as refused, transaction.atomic():
        revoke_code_key(keeper, key, "再次")
    assert refused.value.code == "quarantine.key.final"


def test_the_exported_list_says_of_every_recorded_key_when_it_signed_and_that_it_was_revoked(house: House) -> None:
    issued(house)
    keeper = house.make_user(house.province, "quarantine-province")
    revoked = revoke_code_key(keeper, keys.code_key(), "密钥文件外泄")
    listed = {key.fingerprint: key for key in parse_trust(exported())}
    for row in SigningKey.objects.filter(purpose=SigningKey.Purpose.CODE):
        ends_at = min(row.ends_at, row.retired_at or row.ends_at)
        key = listed[row.fingerprint]
        assert (key.begins_at, key.ends_at, key.revoked_at) == (row.begins_at, ends_at, row.revoked_at)
    assert listed[revoked.fingerprint].revoked_at is not None


def test_a_list_of_revocations_by_a_revoked_key_is_not_taken(house: House) -> None:
    issued(house)
    old_list = Client().get("/c/revocations").content.decode()
    revoke_code_key(house.make_user(house.province, "quarantine-province"), keys.code_key(), "外泄")
    ring = Keyring.of(keys.trusted_keys())
    with pytest.raises(CoseError, match="revoked"):
        read_revocations(old_list, ring)


def test_the_province_revokes_a_key_on_its_page(house: House) -> None:
    key = keys.code_key()
    client = Client()
    client.force_login(house.make_user(house.province, "quarantine-province"))
    address = f"/quarantine/certificates/keys/{key.pk}/revoke/"
    assert address in client.get("/quarantine/certificates/keys/").content.decode()
    assert client.post(address, {"reason": "外泄"}).status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert address not in client.get("/quarantine/certificates/keys/").content.decode()


def test_who_may_not_revoke_a_key_is_not_led_to_it(house: House) -> None:
    address = f"/quarantine/certificates/keys/{keys.code_key().pk}/revoke/"
    client = Client()
    client.force_login(house.make_user(house.county, "quarantine-supervisor"))
    page = client.get("/quarantine/certificates/keys/")
    assert page.status_code == 200
    assert address not in page.content.decode()
    assert client.get(address).status_code == 403
