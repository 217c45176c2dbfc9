"""The four certificates, and which of them goods on their way need."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.certificates.proof.claims import Kind


class CertificateKind(models.TextChoices):
    """Live animals or products, leaving the province (A) or staying in it (B)."""

    ANIMAL_A = "animal-a", _("animals A (leaving the province)")
    ANIMAL_B = "animal-b", _("animals B (within the province)")
    PRODUCT_A = "product-a", _("products A (leaving the province)")
    PRODUCT_B = "product-b", _("products B (within the province)")


IN_CODE: Final[dict[str, Kind]] = {
    CertificateKind.ANIMAL_A: Kind.ANIMAL_A,
    CertificateKind.ANIMAL_B: Kind.ANIMAL_B,
    CertificateKind.PRODUCT_A: Kind.PRODUCT_A,
    CertificateKind.PRODUCT_B: Kind.PRODUCT_B,
}
"""How the printed code says it."""


def kind_of(goods: str, *, leaves_province: bool) -> CertificateKind:
    """The certificate for live animals ("animal") or products ("product") that leave the province or stay in it."""
    if goods == "product":
        return CertificateKind.PRODUCT_A if leaves_province else CertificateKind.PRODUCT_B
    return CertificateKind.ANIMAL_A if leaves_province else CertificateKind.ANIMAL_B


FORM: Final = "quarantine-certificate-"
"""Key of the print form of a kind: this and the kind."""
