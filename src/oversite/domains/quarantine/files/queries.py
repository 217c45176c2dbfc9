"""Reading files, each through the rights of what it belongs to."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import QuerySet

from oversite.domains.quarantine.files import storage
from oversite.domains.quarantine.files.models import File
from oversite.domains.quarantine.files.slots import READERS

if TYPE_CHECKING:
    from oversite.base.accounts.models import User


def files_of(subject: models.Model, kind: str = "") -> QuerySet[File]:
    """The files of a subject, of one kind or of all, in the order in which they came."""
    own = File.objects.filter(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk))
    return own.filter(kind=kind) if kind else own


def readable_file(user: "User", uid: str) -> File | None:
    """The file, where the user may read what it belongs to."""
    file = File.objects.filter(uid=uid).first()
    may_read = READERS.get(file.subject_kind) if file else None
    return file if file and may_read and may_read(user, file.subject_id) else None


def file_bytes(file: File) -> bytes:
    """The bytes of a file; raises `OSError`."""
    return storage.read(file.path)
