"""Reading documents."""

import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from oversite.base.accounts.queries import restrict
from oversite.base.documents import files
from oversite.base.documents.fonts import FontSet, font_set
from oversite.base.documents.models import Document
from oversite.base.documents.slots import FORMS
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from oversite.base.accounts.models import User


def documents(user: "User | AnonymousUser") -> QuerySet[Document]:
    """The documents that the user may read: by the permission of their form, in the user's subtree (req: A4.1)."""
    if not user.is_authenticated:
        return Document.objects.none()
    mine = Q(pk__in=[])
    for key, form in FORMS.items():
        if user.has_perm(form.permission):
            mine |= Q(form=key) & (form.readable(user) if form.readable else Q())
    return restrict(Document.objects.filter(mine), user, None, "agency")


def documents_of(subject: Model) -> QuerySet[Document]:
    """All documents about a subject that the caller may show, newest first."""
    return Document.objects.filter(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk))


def document_bytes(uid: UUID) -> bytes:
    """The file of a document, proved to be the one that was issued; who may have it is for the caller to judge.

    Raises `Refused` where the file is missing or was changed.
    """
    document = Document.objects.get(uid=uid)
    problem = _problem(document)
    if problem:
        raise Refused(
            "documents.document.damaged",
            _("The file of %(document)s is missing or was changed. Tell the system administrator.")
            % {"document": str(document)},
            status=409,
            data={"problem": problem},
        )
    return files.read(document.path)


def fonts() -> FontSet:
    """The fonts of this installation, for whoever draws letters elsewhere."""
    return font_set()


def signature_of(uid: UUID) -> bytes:
    """The detached signature over the file of a document; empty where it has none."""
    return bytes(Document.objects.get(uid=uid).signature)


def missing_glyphs(text: str) -> set[str]:
    """The characters of a text that cannot be printed; to be asked when it is entered."""
    return font_set().missing_glyphs(text)


def damaged_documents() -> list[str]:
    """What is wrong between rows and files, for `oversite fsck`."""
    rows = list(Document.objects.order_by("id").iterator())
    problems = [f"{document.uid}: {problem}" for document in rows if (problem := _problem(document))]
    unknown = files.kept_paths() - {document.path for document in rows}
    return problems + [f"{path}: no document names this file" for path in sorted(unknown)]


def _problem(document: Document) -> str:
    try:
        content = files.read(document.path)
    except OSError:
        return "the file is missing"
    return "" if hashlib.sha256(content).hexdigest() == document.sha256 else "the file was changed"
