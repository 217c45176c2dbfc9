"""Signatures inside the PDF (PAdES, ETSI EN 319 142, baseline B-B), by any `Signer`; imported only where one signs."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509
from asn1crypto.pem import unarmor
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from oversite.common import clock
from oversite.common.signing import Signer

DER_BYTES_AT_MOST = 72
CONTAINER_BYTES = 8_192
"""Room for a signature with its certificates: named, since pyHanko would sign once more to find out."""


@dataclass(frozen=True, slots=True)
class Seal:
    """One signature to be: the field's name, key, certificate and its issuer's (PEM), who signs, and why."""

    field_name: str
    signer: Signer
    certificate: str
    issuer: str
    name: str
    reason: str
    place: str = ""


class _KeySigner(signers.Signer):
    """pyHanko's idea of a signer, with the key wherever ours is."""

    def __init__(self, seal: Seal) -> None:
        certificates = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        certificates.register(_certificate(seal.issuer))
        super().__init__(signing_cert=_certificate(seal.certificate), cert_registry=certificates)
        self.seal = seal

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """ECDSA over SHA-256; a dry run only wants the size."""
        assert digest_algorithm == "sha256"
        return bytes(DER_BYTES_AT_MOST) if dry_run else self.seal.signer.sign(data)


class _TimedPdfSigner(signers.PdfSigner):
    """pyHanko reads the machine's clock by itself; the time of a signature is read where every other time is."""

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = clock.now()
        return session


def sign_pdf(pdf: bytes, seals: list[Seal]) -> bytes:
    """The PDF with each signature added as an increment of its own, in order; earlier ones stay good."""
    return asyncio.run(_with_all(pdf, seals))


async def _with_all(pdf: bytes, seals: list[Seal]) -> bytes:
    for seal in seals:
        metadata = signers.PdfSignatureMetadata(
            field_name=seal.field_name,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            name=seal.name,
            reason=seal.reason,
            location=seal.place or None,
        )
        pdf = await _signed(pdf, metadata, _KeySigner(seal))
    return pdf


async def _signed(pdf: bytes, metadata: signers.PdfSignatureMetadata, signer: _KeySigner) -> bytes:
    output = BytesIO()
    await _TimedPdfSigner(metadata, signer).async_sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)),
        existing_fields_only=False,
        bytes_reserved=2 * CONTAINER_BYTES,
        output=output,
    )
    return output.getvalue()


@dataclass(frozen=True, slots=True)
class SignatureFinding:
    """What a signature in a PDF is worth: whether bytes and signature agree, whose, when, whether it covers all."""

    field_name: str
    is_intact: bool
    is_trusted: bool
    covers_everything: bool
    name: str
    signed_at: datetime | None


def signatures_in(pdf: bytes, trusted: list[str]) -> list[SignatureFinding]:
    """Check the signatures of a PDF against trusted certificates (PEM), in the order in which they were made."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    found = []
    for signature in PdfFileReader(BytesIO(pdf)).embedded_signatures:
        context = ValidationContext(trust_roots=[_certificate(each) for each in trusted], allow_fetching=False)
        status: Any = validate_pdf_signature(signature, context)
        found.append(
            SignatureFinding(
                signature.field_name,
                bool(status.intact and status.valid),
                bool(status.trusted),
                status.coverage.name in {"ENTIRE_FILE", "ENTIRE_REVISION"},
                status.signing_cert.subject.native.get("common_name", ""),
                signature.self_reported_timestamp,
            )
        )
    return found


def _certificate(pem: str) -> x509.Certificate:
    _kind, _headers, der = unarmor(pem.encode())
    return x509.Certificate.load(der)
