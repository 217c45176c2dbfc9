"""Paper forms photographed back: kept with the certificate, counted for its file (req: Q9)."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.actions import record
from oversite.common.errors import Refused
from oversite.common.sentences import Sentence, sentence
from oversite.domains.quarantine.certificates.models import Certificate
from oversite.domains.quarantine.certificates.proof import carrier
from oversite.domains.quarantine.certificates.proof.pictures import texts_in
from oversite.domains.quarantine.certificates.straightening import (
    Corners,
    Look,
    PaperError,
    looked_at,
    opened,
    straightened,
)
from oversite.domains.quarantine.files.actions import keep_file
from oversite.domains.quarantine.files.queries import files_of
from oversite.domains.quarantine.inspections.queries import unsigned
from oversite.screens.slots import Words

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.files.models import File

ARCHIVE = "quarantine.certificate.archive"
KINDS: Final[dict[str, Words]] = {
    "declaration": _("declaration form"),
    "record": _("work record of the inspection"),
    "copy": _("first copy of the certificate, signed and sealed"),
}
"""The papers that a complete file holds."""
WHY: Final[dict[str, Words]] = {
    "the file is larger than 25 MB": _("the file is larger than 25 MB"),
    "the picture is too large": _("the picture is too large"),
    "this is no picture": _("this is no picture"),
    "the corners do not enclose a sheet": _("the corners do not enclose a sheet"),
}
"""What a `PaperError` says, for people."""


@transaction.atomic
def file_paper(
    user: "User", certificate: Certificate, kind: str, data: bytes, corners: Corners | None = None
) -> "File":
    """Keep the photograph of a paper form: straightened, under the number of the certificate.

    `corners` are the sheet's in the photograph, found by themselves where none are given; a sheet that cannot be told
    from its ground is kept as it was photographed. Raises `Refused` for an unknown kind or a file that is no picture.
    """
    user.require(ARCHIVE, "Q9")
    if kind not in KINDS:
        raise Refused("quarantine.paper.kind", _("There is no such form."), "Q9", 422)
    try:
        number = certified_number(data)
        if kind != "copy" and number:
            raise Refused(
                "quarantine.paper.other",
                sentence(
                    "The code on this paper is that of certificate %(number)s: it is no %(kind)s. Choose the form that "
                    "the photograph shows, or photograph the other paper."
                )
                % {"number": number, "kind": KINDS[kind]},
                "Q9",
                422,
            )
        if kind == "copy" and number and number != certificate.number:
            raise Refused("quarantine.paper.foreign", _foreign(number), "Q9", 422)
        picture = straightened(data, corners)
    except PaperError as error:
        raise _unusable(error) from error
    file = keep_file(user, certificate, f"paper-{kind}", f"{certificate.number}-{kind}.jpg", picture)
    record(
        "quarantine.paper.filed",
        actor=user,
        subject=certificate,
        data={"number": certificate.number, "kind": kind, "sha256": file.sha256, "code_read": bool(number)},
        clause="Q9",
    )
    return file


def certified_number(data: bytes) -> str:
    """The number of the certificate whose printed code a photograph shows; empty where it shows none of ours."""
    for text in texts_in(opened(data).convert("L")):
        digest = hashlib.sha256(text.rpartition(carrier.PATH)[2].encode()).hexdigest()
        if found := Certificate.objects.filter(code_sha256=digest).first():
            return found.number
    return ""


@dataclass(frozen=True, slots=True)
class Read:
    """What the code on a paper says about it: the kind of form (empty: none that can be told), and it in words."""

    kind: str
    words: Words | Sentence


def read_off(certificate: Certificate, data: bytes) -> Read:
    """What can be read off a photograph that is to be filed with a certificate; raises `Refused` for no picture."""
    try:
        number = certified_number(data)
    except PaperError as error:
        raise _unusable(error) from error
    if not number:
        return Read(
            "",
            sentence(
                "No code of a certificate can be read here. Declaration form and work record bear none: choose the "
                "form yourself. On the first copy compare the printed number with %(number)s yourself, or photograph "
                "it again, closer and flat."
            )
            % {"number": certificate.number},
        )
    if number == certificate.number:
        said = sentence("The code was read: it is the certificate %(number)s; it is filed as its first copy.")
        return Read("copy", said % {"number": number})
    return Read("", _foreign(number))


def _foreign(number: str) -> Sentence:
    return sentence("This is the paper of certificate %(number)s. File it there.") % {"number": number}


def look(data: bytes, corners: Corners | None = None) -> Look:
    """The sheet in a photograph as it would be kept; raises `Refused` for a file that is no picture."""
    try:
        return looked_at(data, corners)
    except PaperError as error:
        raise _unusable(error) from error


def _unusable(error: PaperError) -> Refused:
    return Refused(
        "quarantine.paper.picture",
        sentence("This photograph cannot be used (%(why)s). Photograph the whole sheet on a darker ground.")
        % {"why": WHY.get(str(error), str(error))},
        "Q9",
        422,
    )


def missing(certificate: Certificate) -> list[Words]:
    """What the file of a certificate still lacks before it can be closed."""
    wanted: list[Words] = []
    if certificate.document_uid is None:
        wanted.append(_("the certificate's PDF is not made yet"))
    if certificate.state in {Certificate.State.VOID, Certificate.State.REPLACED}:
        return wanted
    present = set(files_of(certificate).values_list("kind", flat=True))
    return wanted + [
        label for kind, label in KINDS.items() if needs(certificate, kind) and f"paper-{kind}" not in present
    ]


def needs(certificate: Certificate, kind: str) -> bool:
    """Whether a paper must come back, since somebody signs it by hand.

    With seal and signature enrolled there is no copy signed by hand (req: Q10), and a work record under which all have
    signed with a finger was never on paper (req: Q12).
    """
    if kind == "record":
        return bool(unsigned(certificate.inspection))
    return kind != "copy" or certificate.seal_id is None or certificate.signature_id is None
