"""Issuing documents; what is issued stays."""

import hashlib
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import get_language

from oversite.base.audit.actions import record
from oversite.base.documents import files, printing
from oversite.base.documents.models import Document
from oversite.base.documents.sealing import SignedBy, officers_seal
from oversite.base.documents.slots import FORMS
from oversite.common import clock, config
from oversite.common.errors import Refused
from oversite.common.qr import qr_svg
from oversite.common.sentences import sentence as _
from oversite.common.signing import Signer

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency

__all__ = [
    "SignedBy",
    "in_language",
    "note_opened",
    "officers_seal",
    "preview_document",
    "print_document",
    "print_sheet",
]


def print_sheet(template: Path, data: Mapping[str, Any]) -> bytes:
    """A PDF that is handed out and not kept: no number, no row, dated now. Raises `Refused` for missing glyphs."""
    return printing.print_pdf(template, data, clock.now())


@transaction.atomic
def print_document(
    actor: "User | None",
    form_key: str,
    data: Mapping[str, Any],
    *,
    subject: models.Model | tuple[str, str],
    agency: "Agency",
    number: str = "",
    title: str = "",
    supersedes: Document | None = None,
    signer: Signer | None = None,
    uid: uuid.UUID | None = None,
    at: datetime | None = None,
    seal: Callable[[bytes], bytes] | None = None,
) -> Document:
    """Print a form, keep the file and its row, and give the document; part of the act that files it.

    `data` is JSON-like; who may is judged by the app whose form it is. `seal` gives the PDF with signatures inside.
    With `uid` and `at` of its own a print that was cut off is done again under the same name. Raises `Refused` for
    characters without a glyph and for a document that is superseded already; then nothing is kept.
    """
    form = FORMS[form_key]
    document = Document(
        uid=uid or uuid.uuid4(), form=form_key, number=number, agency=agency, issued_at=at or clock.now()
    )
    document.title = title or in_language(form.title_zh, form.title_en)
    content = printing.print_pdf(
        form.template, {**data, "number": number, "title": document.title, "qr": _qr(document)}, document.issued_at
    )
    if seal is not None:
        content = seal(content)
    document.path = files.keep(document.uid, content, document.issued_at, is_again=uid is not None)
    document.size_bytes, document.sha256 = len(content), hashlib.sha256(content).hexdigest()
    document.subject_kind, document.subject_id = _subject(subject)
    document.issued_by = actor.username if actor else ""
    if signer is not None:
        document.signature, document.signature_algorithm = signer.sign(content), signer.algorithm
        document.key_fingerprint = signer.fingerprint
    document.save()
    if supersedes is not None:
        _supersede(supersedes, document)
    record(
        "documents.document.issued",
        actor=actor,
        subject=document,
        data={
            "form": form_key,
            "number": number,
            "sha256": document.sha256,
            "supersedes": str(supersedes.uid) if supersedes else "",
        },
    )
    return document


def preview_document(form_key: str, data: Mapping[str, Any], *, number: str = "", title: str = "") -> bytes:
    """The PDF of a form that is not filed, such as a list that still fills up; nothing is kept."""
    form = FORMS[form_key]
    given = {**data, "number": number, "title": title or in_language(form.title_zh, form.title_en), "qr": ""}
    return printing.print_pdf(form.template, given, clock.now())


def note_opened(actor: "User", document: Document) -> None:
    """Write to the audit that somebody opened the document."""
    with transaction.atomic():
        record("documents.document.opened", actor=actor, subject=document, data={"number": document.number})


def in_language(zh: str, en: str) -> str:
    """The one of the two texts that the present language asks for."""
    return en if (get_language() or "").startswith("en") else zh


def _supersede(old: Document, new: Document) -> None:
    old = Document.objects.select_for_update().get(pk=old.pk)
    if old.superseded_by_id is not None:
        raise Refused(
            "documents.document.superseded",
            _("%(document)s was corrected already. Correct the newest one.") % {"document": str(old)},
            status=409,
        )
    old.superseded_by = new
    old.save(update_fields=["superseded_by"])


def _qr(document: Document) -> str:
    public_url = config.current().public_url.rstrip("/")
    return qr_svg(public_url + reverse("documents:document", args=[document.uid])) if public_url else ""


def _subject(subject: models.Model | tuple[str, str]) -> tuple[str, str]:
    return subject if isinstance(subject, tuple) else (subject._meta.label_lower, str(subject.pk))
