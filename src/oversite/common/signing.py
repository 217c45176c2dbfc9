"""Keys that sign what the installation vouches for, and the list by which others trust them; needs no database.

A key is a file DATA/keys/<name>.<algorithm>.pem (0600). Hardware keys come in through the same `Signer`.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from oversite.common import sm2
from oversite.common.errors import OversiteError
from oversite.common.keys import ensure_key

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
TRUST_VERSION = 1
TRUST_BYTES = 1_000_000
INSTANTS = ("begins_at", "ends_at", "revoked_at")


class Algorithm(StrEnum):
    """How a key signs: Ed25519 (RFC 8032), ECDSA on P-256 with SHA-256 (DER), SM2 with SM3 (GB/T 32918, DER)."""

    ED25519 = "ed25519"
    ECDSA_P256 = "ecdsa-p256"
    SM2 = "sm2"


class Signer(Protocol):
    """Something that signs: a key file here, a token or a card elsewhere."""

    @property
    def algorithm(self) -> Algorithm:
        """How it signs."""

    @property
    def public_key(self) -> str:
        """The public key as PEM (SubjectPublicKeyInfo)."""

    @property
    def fingerprint(self) -> str:
        """The identity of the key, see `fingerprint`."""

    def sign(self, content: bytes) -> bytes:
        """The signature over `content`."""


@dataclass(frozen=True, slots=True)
class FileSigner:
    """A private key that lies in a file; read again for every signature, kept nowhere else."""

    path: Path
    algorithm: Algorithm
    public_key: str

    @property
    def fingerprint(self) -> str:
        """The identity of the key."""
        return fingerprint(self.public_key)

    def sign(self, content: bytes) -> bytes:
        """The signature over `content`."""
        if self.algorithm is Algorithm.SM2:
            return sm2.sign(self.path, content)
        key = serialization.load_pem_private_key(self.path.read_bytes(), None)
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.sign(content)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key.sign(content, ec.ECDSA(hashes.SHA256()))


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key that somebody has decided to trust, under the name they gave it.

    What it signed counts where it says a time from `begins_at` until `ends_at` (aware; None: without bound), also long
    after; what a key signed that was revoked counts no more, since whoever has it can write any time.
    """

    name: str
    algorithm: Algorithm
    public_key: str
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def fingerprint(self) -> str:
        """The identity of the key."""
        return fingerprint(self.public_key)


class Verdict(StrEnum):
    """What became of a signature: only `VALID` counts, an unknown key proves nothing."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN_KEY = "unknown-key"


class TrustError(OversiteError):
    """The list of trusted keys cannot be used; the text says why."""


def open_signer(keys_dir: Path, name: str, algorithm: Algorithm = Algorithm.ED25519) -> FileSigner:
    """The key called `name`, made at its first use; two processes at once get the same one.

    Raises `ValueError` for a name that is not lower-case letters, digits and hyphens.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a key")
    path = keys_dir / f"{name}.{algorithm}.pem"
    if not path.exists():
        keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        ensure_key(keys_dir, path.name, _fresh_key(algorithm))
    return FileSigner(path, algorithm, _public_part(path, algorithm))


def trusted_key(name: str, signer: Signer) -> TrustedKey:
    """The public half of a signer, as it goes into a list."""
    return TrustedKey(name, signer.algorithm, signer.public_key)


def is_in_period(key: TrustedKey, at: datetime, apart: timedelta = timedelta(0)) -> bool:
    """Whether a key was to sign at `at`; clocks may be `apart`."""
    if key.begins_at is not None and at < key.begins_at - apart:
        return False
    return key.ends_at is None or at < key.ends_at + apart


def own_keys(keys_dir: Path) -> list[TrustedKey]:
    """The public halves of every signing key of this installation."""
    keys = []
    for path in sorted(keys_dir.glob("*.pem")):
        name, _dot, algorithm = path.stem.rpartition(".")
        if NAME.fullmatch(name) and algorithm in set(Algorithm):
            keys.append(TrustedKey(name, Algorithm(algorithm), _public_part(path, Algorithm(algorithm))))
    return keys


def fingerprint(public_key: str) -> str:
    """SHA-256 over the DER form of a public key in PEM, 64 hexadecimal digits."""
    return hashlib.sha256(sm2.der_from_pem(public_key)).hexdigest()


def verify(key: TrustedKey, content: bytes, signature: bytes) -> bool:
    """Whether `signature` is that of `key` over `content`; a malformed key or signature is not."""
    if key.algorithm is Algorithm.SM2:
        return sm2.is_signed(key.public_key, content, signature)
    try:
        public = serialization.load_pem_public_key(key.public_key.encode())
        if key.algorithm is Algorithm.ED25519 and isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(signature, content)
            return True
        if key.algorithm is Algorithm.ECDSA_P256 and isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, content, ec.ECDSA(hashes.SHA256()))
            return isinstance(public.curve, ec.SECP256R1)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return False


def judge(trusted: Iterable[TrustedKey], key_fingerprint: str, content: bytes, signature: bytes) -> Verdict:
    """Judge a signature by the list: the key must be in it, whatever key came with the signature."""
    for key in trusted:
        if key.fingerprint == key_fingerprint:
            return Verdict.VALID if verify(key, content, signature) else Verdict.INVALID
    return Verdict.UNKNOWN_KEY


def trust_text(keys: Iterable[TrustedKey]) -> str:
    """The list as the JSON of `oversite trust export`."""
    rows = [
        {
            "name": key.name,
            "algorithm": str(key.algorithm),
            "fingerprint": key.fingerprint,
            "public_key": key.public_key,
            **{name: instant.isoformat() for name in INSTANTS if (instant := getattr(key, name)) is not None},
        }
        for key in keys
    ]
    return json.dumps({"oversite_trust": TRUST_VERSION, "keys": rows}, indent=2, ensure_ascii=False) + "\n"


def parse_trust(text: str) -> list[TrustedKey]:
    """Read what `trust_text` wrote; raises `TrustError` naming the entry that cannot be used."""
    if len(text) > TRUST_BYTES:
        raise TrustError("the list of trusted keys is too large")
    try:
        content = json.loads(text)
        rows = content["keys"]
        if content["oversite_trust"] != TRUST_VERSION or not isinstance(rows, list):
            raise TrustError("this is a list of trusted keys of another version")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TrustError("this is not a list of trusted keys (see `oversite trust export`)") from error
    return [_trusted_row(row, number) for number, row in enumerate(rows, 1)]


def _trusted_row(row: Any, number: int) -> TrustedKey:
    try:
        instants = {name: datetime.fromisoformat(row[name]) for name in INSTANTS if row.get(name) is not None}
        if any(instant.tzinfo is None for instant in instants.values()):
            raise ValueError("an instant without its zone")
        key = TrustedKey(str(row["name"]), Algorithm(row["algorithm"]), str(row["public_key"]), **instants)
        found = key.fingerprint
    except (ValueError, KeyError, TypeError) as error:
        raise TrustError(
            f"trusted key {number}: name, algorithm, public key or period is missing or malformed"
        ) from error
    if row.get("fingerprint") != found:
        raise TrustError(f"trusted key {number}: the fingerprint is not that of its public key")
    return key


def _fresh_key(algorithm: Algorithm) -> bytes:
    if algorithm is Algorithm.SM2:
        return sm2.fresh_key()
    key = (
        ed25519.Ed25519PrivateKey.generate()
        if algorithm is Algorithm.ED25519
        else ec.generate_private_key(ec.SECP256R1())
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_part(path: Path, algorithm: Algorithm) -> str:
    return _read_public_part(path, algorithm, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read_public_part(path: Path, algorithm: Algorithm, _changed_ns: int) -> str:
    if algorithm is Algorithm.SM2:
        return sm2.public_part(path)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
