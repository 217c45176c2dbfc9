"""The record sheet as a document: printed when the session is filed, kept, and never printed anew."""

import uuid
from typing import TYPE_CHECKING

from oversite.base.documents import actions as documents
from oversite.base.documents import queries as stored
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.oversight.supervision.models import Session
from oversite.oversight.supervision.sheet import sheet_data
from oversite.oversight.supervision.slots import CHECKLISTS, RECORD_SHEETS

if TYPE_CHECKING:
    from oversite.base.accounts.models import User


def print_sheet(user: "User", session: Session) -> uuid.UUID | None:
    """Print and keep the sheet that the site's class prescribes; none where its domain prescribes none."""
    sheet = RECORD_SHEETS.get(session.site.site_class)
    if sheet is None:
        return None
    before = stored.documents_of(session.supersedes).first() if session.supersedes else None
    document = documents.print_document(
        user,
        sheet.form,
        sheet_data(session, CHECKLISTS.get(session.checklist)),
        number=session.number,
        subject=session,
        agency=session.site.agency,
        supersedes=before,
    )
    return document.uid


def open_sheet(user: "User", session: Session) -> bytes:
    """The bytes of the sheet as it was filed; that `user` opened it goes into the audit."""
    assert session.document_uid is not None
    content = stored.document_bytes(session.document_uid)
    documents.note_opened(user, stored.documents_of(session).get(uid=session.document_uid))
    return content


def check_printable(*texts: str) -> None:
    """Raise `Refused` naming the characters that no font of ours can print, while they can still be mended."""
    missing = sorted(set().union(*(stored.missing_glyphs(text) for text in texts)))
    if missing:
        raise Refused(
            "supervision.unprintable",
            _("These characters cannot be printed: %(characters)s. Write them in another way.")
            % {"characters": " ".join(missing)},
            status=422,
        )
