"""The print of a certificate: Typst data, seal and signature in their places, PAdES inside, SM2 beside."""

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from oversite.base.documents.actions import preview_document, print_document
from oversite.common import clock
from oversite.common.qr import qr_svg
from oversite.domains.quarantine.certificates import keys
from oversite.domains.quarantine.certificates.kinds import FORM, CertificateKind
from oversite.domains.quarantine.certificates.models import Certificate, Enrolment, SigningKey
from oversite.domains.quarantine.certificates.templates import template_of

if TYPE_CHECKING:
    from oversite.common.pades import Seal


MARKS_ZH: Final[dict[str, str]] = {Certificate.State.VOID: "已作废", Certificate.State.REPLACED: "已换发"}
"""What stands across the sheets of a certificate that no longer counts."""


@transaction.atomic
def complete_certificate(certificate: Certificate) -> Certificate:
    """Make the PDF of a certificate that has none yet; a second call changes nothing.

    Its number and row are there since issue; a print that was cut off is done again under the same name.
    """
    row = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if row.document_uid is not None:
        return row
    sm2 = keys.sm2_key()
    document = print_document(
        row.veterinarian.user,
        FORM + row.kind,
        print_data(row),
        subject=row,
        agency=row.agency,
        number=row.number,
        title=title_of(row),
        uid=row.uid,
        at=row.issued_at,
        seal=lambda pdf: _sealed(row, pdf),
        signer=keys.signer_of(sm2) if sm2 else None,
    )
    row.document_uid = document.uid
    row.save(update_fields=["document_uid"])
    return row


def ended_copy(certificate: Certificate) -> bytes:
    """A print of a void or replaced certificate with that written across every sheet, and nobody's signature inside.

    The document that was issued stays as it is in the register of documents.
    """
    at = certificate.ended_at.astimezone(clock.BEIJING) if certificate.ended_at else None
    data = print_data(certificate) | {
        "mark": MARKS_ZH[certificate.state],
        "mark_note": f"{at:%Y-%m-%d %H:%M}" if at else "",
        "seal_image": [],
        "signature_image": [],
    }
    return preview_document(FORM + certificate.kind, data, number=certificate.number, title=title_of(certificate))


def title_of(certificate: Certificate) -> str:
    """The title of the form."""
    return form_title(certificate.template, certificate.kind)


def form_title(template: str, kind: str) -> str:
    """The title that forms of this template bear; the name of the kind where the template is gone."""
    found = template_of(template)
    return found.title_zh if found else str(CertificateKind(kind).label)


def print_data(certificate: Certificate) -> dict[str, Any]:
    """What the Typst template reads."""
    template = template_of(certificate.template)
    lines = certificate.facts
    ends = {"veterinarian", "issued_on", "agency", "agency_phone", "replaces"}
    return {
        "copies": list(template.copies) if template else [""],
        "lines": [line for line in lines if line["key"] not in ends | {"number"}],
        "ends": {line["key"]: line for line in lines if line["key"] in ends},
        "code": qr_svg(certificate.address + certificate.code),
        "seal_image": _image(certificate.seal),
        "signature_image": _image(certificate.signature),
        "agency": certificate.agency.name,
        "goods": "产品" if certificate.product else "动物",
        "leaves_province": certificate.leaves_province,
    }


def _image(key: SigningKey | None) -> list[int]:
    enrolment = Enrolment.objects.filter(key=key).first() if key else None
    return list(bytes(enrolment.image)) if enrolment else []


def _sealed(certificate: Certificate, pdf: bytes) -> bytes:
    seals = [
        _seal(certificate, key, field_name)
        for key, field_name in ((certificate.signature, "Veterinarian"), (certificate.seal, "Agency"))
        if key is not None
    ]
    if not seals:
        return pdf
    from oversite.common.pades import sign_pdf

    return sign_pdf(pdf, seals)


def _seal(certificate: Certificate, key: SigningKey, field_name: str) -> "Seal":
    from oversite.common.pades import Seal

    reason = f"{title_of(certificate)} {certificate.number}"
    return Seal(field_name, keys.signer_of(key), key.certificate, key.issuer, key.holder, reason)
