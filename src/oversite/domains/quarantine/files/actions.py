"""Taking files in; part of the act that they belong to, whose app judges who may."""

import hashlib
import uuid
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.actions import record
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.domains.quarantine.files import storage
from oversite.domains.quarantine.files.content import MOST_BYTES, BadContentError, examined
from oversite.domains.quarantine.files.models import File

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from oversite.base.accounts.models import User

MOST_FILES = 60
"""Files of one subject."""
REASONS = {
    "empty": _("The file is empty. Choose it again."),
    "large": _("The file is larger than 20 MB. Make the picture smaller."),
    "type": _("Only JPEG and PNG pictures and PDF files are taken; the content of this file is something else."),
    "damaged": _("The file is damaged. Photograph or scan the paper again."),
    "pixels": _("The picture claims more pixels than a camera has; it is not taken."),
}


@transaction.atomic
def keep_file(
    actor: "User | None",
    subject: models.Model,
    kind: str,
    name: str,
    data: bytes,
    *,
    taken_at: datetime | None = None,
    place: tuple[Decimal, Decimal] | None = None,
) -> File:
    """Keep `data` for `subject`; the same bytes of the same kind a second time are the file there is already.

    `kind` says what it is (`licence`, `photo`, `paper`), `place` is (latitude, longitude). The type is told from the
    bytes. Raises `Refused` for what is too large, of another type, damaged, a bomb, or one file too many.
    """
    try:
        content = examined(data)
    except BadContentError as error:
        raise Refused(
            f"quarantine.file.{error.reason}", REASONS[error.reason], "Q9", 422, {"name": name[:120]}
        ) from error
    sha256 = hashlib.sha256(data).hexdigest()
    own = File.objects.filter(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk))
    if present := own.filter(kind=kind, sha256=sha256).first():
        return present
    if own.count() >= MOST_FILES:
        raise Refused("quarantine.file.many", _("No more files can be attached here."), "Q9", 409)
    now, uid = clock.now(), uuid.uuid4()
    file = File.objects.create(
        uid=uid,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        kind=kind,
        name=_plain_name(name, content.ending),
        content_type=content.content_type,
        size_bytes=len(data),
        sha256=sha256,
        path=storage.keep(uid, content.ending, data, now),
        width_px=content.size_px[0] if content.size_px else None,
        height_px=content.size_px[1] if content.size_px else None,
        taken_at=taken_at,
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
        uploaded_by=actor.name if actor else "",
        uploaded_at=now,
    )
    record(
        "quarantine.file.kept",
        actor=actor,
        subject=subject,
        data={"kind": kind, "name": file.name, "sha256": sha256, "bytes": len(data)},
        clause="Q9",
    )
    return file


def keep_upload(
    actor: "User | None", subject: models.Model, kind: str, upload: "UploadedFile[Any]", **facts: object
) -> File:
    """`keep_file` of what a form brought; not more than the limit is read."""
    data = upload.read(MOST_BYTES + 1)
    return keep_file(actor, subject, kind, upload.name or "", data, **facts)  # type: ignore[arg-type]


def _plain_name(name: str, ending: str) -> str:
    """The last part of a name without control characters; the ending is that of the true type."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = "".join(character for character in last.rsplit(".", 1)[0] if character.isprintable())[:100]
    return f"{stem or 'file'}.{ending}"
