"""Signing a PDF in an officer's name, inside the file (PAdES), with a key that the installation vouches for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from oversite.common import config
from oversite.common.signing import Algorithm, open_signer

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

FIELD: Final = "Officer"
PERIOD: Final = timedelta(days=3 * 365)
EARLIER: Final = timedelta(hours=1)
"""How far a reader's clock may be behind ours."""


@dataclass(frozen=True, slots=True)
class SignedBy:
    """What a signature line says: who signs, of which agency, where and when."""

    officer: "User"
    place: str
    at: datetime

    @property
    def name(self) -> str:
        """The officer, as printed and as the certificate names them."""
        return str(self.officer)


def officers_seal(signed: SignedBy, reason: str) -> Callable[[bytes], bytes]:
    """For `print_document(seal=…)`: the PDF with the officer's signature inside.

    The key is the officer's own, made at its first use; each signature carries a certificate for it by the authority
    of this installation, whose certificate comes with it.
    """
    from oversite.common.identities import open_authority
    from oversite.common.pades import Seal, sign_pdf

    keys_dir = config.current().keys_dir
    signer = open_signer(keys_dir, f"officer-{signed.officer.pk}", Algorithm.ECDSA_P256)
    authority = open_authority(keys_dir, signed.at)
    certificate = authority.identify(
        signer.public_key, signed.name, signed.officer.agency.name, signed.at - EARLIER, signed.at + PERIOD
    )
    seal = Seal(FIELD, signer, certificate, authority.pem, signed.name, reason, signed.place)
    return lambda pdf: sign_pdf(pdf, [seal])
