"""Judging the text of a code with a trust list and a list of revocations, and nothing else (req: Q6)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from oversite.common.signing import TrustedKey, is_in_period
from oversite.domains.quarantine.certificates.proof import carrier, cose, revocations
from oversite.domains.quarantine.certificates.proof.claims import Claims, parse_claims
from oversite.domains.quarantine.certificates.proof.cose import CoseError, PublicKey, Sign1
from oversite.domains.quarantine.certificates.proof.revocations import Fate, Revocations

CLOCKS_APART = timedelta(minutes=10)
"""How far the clock of whoever checks may be behind that of whoever issued."""
REVOCATIONS_CHARACTERS: Final = 1_300_000


class Verdict(StrEnum):
    """What a code is; only `GENUINE` counts."""

    GENUINE = "genuine"
    UNCHECKED = "unchecked"
    """Signed by a trusted key and within its time, but no list told whether it was made void since."""
    VOID = "void"
    REPLACED = "replaced"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    UNKNOWN_KEY = "unknown-key"
    KEY_REVOKED = "key-revoked"
    KEY_PERIOD = "key-period"
    ALTERED = "altered"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict, the facts where the signature is good, and how far the revocations reach.

    `revocations_as_of` is None where no list covers the key: what would be genuine is `UNCHECKED` then.
    """

    verdict: Verdict
    text: str = ""
    claims: Claims | None = None
    address: str = ""
    key_name: str = ""
    key_fingerprint: str = ""
    revocations_as_of: datetime | None = None
    is_list_overdue: bool = False

    @property
    def is_genuine(self) -> bool:
        """Whether it counts."""
        return self.verdict is Verdict.GENUINE


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of a trust list, parsed once, found by the short name that messages carry."""

    keys: dict[bytes, list[tuple[TrustedKey, PublicKey]]] = field(default_factory=dict)

    @classmethod
    def of(cls, trusted: Iterable[TrustedKey]) -> "Keyring":
        """Parse a trust list; keys that cannot sign messages of this kind are left out."""
        ring = cls()
        for key in trusted:
            if (public := cose.public_key(key)) is not None:
                ring.keys.setdefault(cose.key_id(key.fingerprint), []).append((key, public))
        return ring

    def signer_of(self, message: Sign1, external: bytes) -> TrustedKey | None:
        """The trusted key whose signature the message carries; raises `LookupError` where its key is not known."""
        candidates = self.keys.get(message.key_id)
        if not candidates:
            raise LookupError(message.key_id.hex())
        return next((key for key, public in candidates if cose.is_signed(message, public, external)), None)


def check(text: str, keyring: Keyring, revoked: Iterable[Revocations], now: datetime) -> Finding:
    """The verdict on the text of a code; never raises for a malformed one."""
    try:
        carried = carrier.parse_text(text)
        message = cose.parse_sign1(carried.message)
    except (carrier.CarrierError, CoseError) as error:
        return Finding(Verdict.UNREADABLE, str(error))
    if not cose.is_deterministic(carried.message, message):
        return Finding(Verdict.ALTERED, "the message is not in the form in which it was signed")
    try:
        key = keyring.signer_of(message, carried.external)
    except LookupError:
        return Finding(Verdict.UNKNOWN_KEY, "no trusted key", key_fingerprint=message.key_id.hex())
    if key is None:
        return Finding(Verdict.ALTERED, "the signature is not that of this content at this address")
    try:
        claims = parse_claims(message.payload)
    except CoseError as error:
        return Finding(Verdict.UNREADABLE, str(error), key_name=key.name, key_fingerprint=key.fingerprint)
    if (spoilt := _spoilt(key, claims.issued_at)) is not None:
        return Finding(*spoilt, address=carried.address, key_name=key.name, key_fingerprint=key.fingerprint)
    return _judge(claims, carried, key, list(revoked), now)


def read_revocations(text: str, keyring: Keyring) -> Revocations:
    """A signed list of revocations; raises `CoseError` where it is malformed or its signature is not good."""
    try:
        data = carrier.decode(text.strip(), REVOCATIONS_CHARACTERS)
    except carrier.CarrierError as error:
        raise CoseError("this is not a list of revocations") from error
    message = cose.parse_sign1(data)
    try:
        key = keyring.signer_of(message, revocations.PURPOSE)
    except LookupError as error:
        raise CoseError("the list of revocations is signed by a key that is not trusted") from error
    if key is None:
        raise CoseError("the list of revocations was changed")
    found = revocations.parse_revocations(cose.decode_cbor(message.payload))
    if (spoilt := _spoilt(key, found.as_of)) is not None:
        raise CoseError(f"the list of revocations: {spoilt[1]}")
    if not found.key_ids:
        raise CoseError("the list of revocations speaks for no key")
    return found


def as_json(finding: Finding, now: datetime) -> dict[str, Any]:
    """The finding for programs."""
    claims, as_of = finding.claims, finding.revocations_as_of
    facts = {} if claims is None else {name: _json(getattr(claims, name)) for name in claims.__slots__}
    return {
        "verdict": finding.verdict,
        "text": finding.text,
        "facts": facts,
        "address": finding.address,
        "key": {"name": finding.key_name, "fingerprint": finding.key_fingerprint},
        "revocations": None
        if as_of is None
        else {
            "as_of": as_of.isoformat(),
            "age_s": int((now - as_of).total_seconds()),
            "is_overdue": finding.is_list_overdue,
        },
    }


def _judge(
    claims: Claims, carried: carrier.Carried, key: TrustedKey, revoked: list[Revocations], now: datetime
) -> Finding:
    lists = [each for each in revoked if each.covers(cose.key_id(key.fingerprint))]
    newest = max(lists, key=lambda each: each.as_of, default=None)
    fates = {each.fates[claims.number] for each in lists if claims.number in each.fates}
    verdict, text = _standing(claims, fates, now, is_asked=newest is not None)
    return Finding(
        verdict,
        text,
        claims,
        carried.address,
        key.name,
        key.fingerprint,
        newest.as_of if newest else None,
        newest is not None and newest.next_at < now,
    )


def _spoilt(key: TrustedKey, signed_at: datetime) -> tuple[Verdict, str] | None:
    """Why what a trusted key signed does not count: it is revoked, or was not to sign at the time that it says."""
    if key.revoked_at is not None:
        return Verdict.KEY_REVOKED, "its key was revoked"
    if not is_in_period(key, signed_at, CLOCKS_APART):
        return Verdict.KEY_PERIOD, "it says a time at which its key was not in use"
    return None


def _standing(claims: Claims, fates: set[Fate], now: datetime, *, is_asked: bool) -> tuple[Verdict, str]:
    if Fate.REPLACED in fates:
        return Verdict.REPLACED, "another certificate took its place"
    if Fate.VOID in fates:
        return Verdict.VOID, "it was made void"
    if now > claims.valid_until:
        return Verdict.EXPIRED, "its validity has ended"
    if now < claims.issued_at - CLOCKS_APART:
        return Verdict.NOT_YET_VALID, "it was issued later than this clock says: set the clock"
    if not is_asked:
        return Verdict.UNCHECKED, "its signature is good; no list says whether it was made void since"
    return Verdict.GENUINE, ""


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else getattr(value, "name", value)
