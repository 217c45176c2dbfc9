"""X.509 certificates of seals and signatures, issued by the installation's own authority for keys in files.

Where the keys lie on a token or card, the certificate comes from whoever issued that card; only the form is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from oversite.common.keys import ensure_key
from oversite.common.later import Later
from oversite.common.signing import Algorithm, FileSigner, open_signer

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.x509 import oid
else:
    x509, oid = Later("cryptography.x509"), Later("cryptography.x509.oid")

AUTHORITY: Final = "authority"
AUTHORITY_FILE: Final = "authority.crt"
AUTHORITY_DAYS: Final = 3650 * 2
IDENTITY_PERIOD: Final = timedelta(days=3 * 365)
NAME_CHARACTERS: Final = 64
"""X.520 bounds common and organisation names."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The key and certificate that vouch for the keys of this installation."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        """Its certificate as PEM: what others trust."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")

    def identify(self, public_key: str, name: str, organisation: str, begins_at: datetime, ends_at: datetime) -> str:
        """A certificate as PEM for a public key in PEM: whose it is and from when to when it may sign."""
        public = serialization.load_pem_public_key(public_key.encode())
        assert isinstance(public, ec.EllipticCurvePublicKey)
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=True,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=False,
            crl_sign=False,
            encipher_only=False,
            decipher_only=False,
        )
        builder = _builder(_name(name, organisation), public, begins_at, ends_at)
        certificate = (
            builder.issuer_name(self.certificate.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def open_authority(keys_dir: Path, now: datetime) -> Authority:
    """The authority of this installation, made at its first use; two processes at once get the same one."""
    signer = open_signer(keys_dir, AUTHORITY, Algorithm.ECDSA_P256)
    key = serialization.load_pem_private_key(signer.path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    path = keys_dir / AUTHORITY_FILE
    pem = path.read_bytes() if path.exists() else ensure_key(keys_dir, AUTHORITY_FILE, _self_signed(key, now))
    return Authority(key, x509.load_pem_x509_certificate(pem))


@dataclass(frozen=True, slots=True)
class Identity:
    """A key in a file with the certificate that says whose it is, and the certificate of who vouches for it (PEM)."""

    signer: FileSigner
    certificate: str
    issuer: str
    holder: str


def open_identity(keys_dir: Path, name: str, holder: str, now: datetime) -> Identity:
    """The identity called `name` (its key `<name>.ecdsa-p256.pem`), made at its first use for `holder`.

    Another name of the holder, or the end of its period, gives the same key another certificate. Raises `ValueError`
    as `open_signer` does.
    """
    authority, path = open_authority(keys_dir, now), keys_dir / f"{name}.crt"
    signer = open_signer(keys_dir, name, Algorithm.ECDSA_P256)
    pem = path.read_bytes() if path.exists() else b""
    if not pem or not _is_current(x509.load_pem_x509_certificate(pem), holder, now):
        path.unlink(missing_ok=True)
        begins_at = now - timedelta(hours=1)
        fresh = authority.identify(signer.public_key, holder, holder, begins_at, now + IDENTITY_PERIOD)
        pem = ensure_key(keys_dir, path.name, fresh.encode())
    issuer = authority.certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
    return Identity(signer, pem.decode("ascii"), issuer, holder)


def _is_current(certificate: x509.Certificate, holder: str, now: datetime) -> bool:
    [common] = certificate.subject.get_attributes_for_oid(oid.NameOID.COMMON_NAME)
    return common.value == holder[:NAME_CHARACTERS] and now < certificate.not_valid_after_utc


def _self_signed(key: ec.EllipticCurvePrivateKey, now: datetime) -> bytes:
    name = _name("Oversite authority", "Oversite")
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        _builder(name, key.public_key(), now - timedelta(days=1), now + timedelta(days=AUTHORITY_DAYS))
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def _builder(
    name: x509.Name, public: ec.EllipticCurvePublicKey, begins_at: datetime, ends_at: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins_at)
        .not_valid_after(ends_at)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(name: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(oid.NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(oid.NameOID.ORGANIZATION_NAME, organisation[:NAME_CHARACTERS]),
            x509.NameAttribute(oid.NameOID.COMMON_NAME, name[:NAME_CHARACTERS]),
        ]
    )
