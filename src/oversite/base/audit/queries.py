"""Reading the chain."""

from typing import TYPE_CHECKING

from django.db.models import Model, QuerySet

from oversite.base.audit.models import Entry

if TYPE_CHECKING:
    from oversite.base.audit.actions import Subject


def subject_key(subject: "Subject") -> tuple[str, str, str]:
    """(kind, id, text) under which a subject is kept: `("cameras.camera", "17", "East pond")` for an instance."""
    if subject is None:
        return "", "", ""
    if isinstance(subject, Model):
        return subject._meta.label_lower, str(subject.pk), str(subject)[:200]
    kind, subject_id = subject
    return kind[:60], str(subject_id)[:64], ""


def history(subject: "Subject") -> QuerySet[Entry]:
    """What happened to `subject`, newest first."""
    kind, subject_id, _text = subject_key(subject)
    return Entry.objects.filter(subject_kind=kind, subject_id=subject_id).order_by("-position")
