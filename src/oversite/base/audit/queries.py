"""Reading the chain."""

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from oversite.base.audit.heads import HeadLine, head_lines
from oversite.base.audit.models import Entry, Head
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.audit.verification import ChainReport, check_chain
from oversite.common.sentences import restored
from oversite.screens.detail_page import HistoryEntry
from oversite.screens.slots import Words

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from oversite.base.accounts.models import User
    from oversite.base.audit.actions import Subject


HISTORY_SHOWN = 50


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


def entries(user: "User | AnonymousUser") -> QuerySet[Entry]:
    """The rows that `user` may read: those of the agencies of their subtree, and all of them at the root.

    Rows without an agency (the installation itself, failed sign-ins) are read at the root alone.
    """
    if not user.is_authenticated or not user.has_perm("audit.read"):
        return Entry.objects.none()
    if user.agency.is_root():
        return Entry.objects.all()
    agencies = type(user.agency).objects.filter(path__startswith=user.agency.path)
    return Entry.objects.filter(agency_code__in=agencies.values("code"))


def act_text(entry: Entry) -> str:
    """What the act is called; of a refusal, what it kept the actor from."""
    if entry.is_refused:
        return str(_refused_act(entry.act) or _("an act"))
    return str(ACTS.get(entry.act) or entry.act)


def refusal_text(entry: Entry) -> str:
    """Why it was refused, in the reader's language; empty for an act that was done."""
    if not entry.is_refused:
        return ""
    message = entry.data.get("message")
    return restored(message) if message else str(ACTS.get(entry.act) or entry.data.get("reason") or "")


def _refused_act(code: str) -> Words | None:
    """The text of the longest beginning of the code that an app plugs in."""
    parts = code.split(".")
    beginnings = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((words for each in beginnings if (words := REFUSED_ACTS.get(each)) is not None), None)


def actor_text(entry: Entry) -> str:
    """Who acted: the person, somebody who was not signed in, or the installation itself."""
    if entry.actor:
        return entry.actor_name or entry.actor
    return _("not signed in") if entry.origin else _("the installation")


def chain_state() -> ChainReport:
    """The whole chain checked without leaving a row: for `oversite fsck`."""
    return check_chain()


def present_head() -> Head:
    """Where the chain ends."""
    return Head.objects.get(id=1)


def kept_heads() -> list[HeadLine]:
    """The heads kept outside the database, newest first."""
    return list(head_lines())[::-1]


def history_entries(
    subject: "Subject", user: "User", is_told: Callable[[Entry], bool] = lambda _row: True
) -> list[HistoryEntry]:
    """The latest rows about `subject` for the right side of a detail page, of those that `is_told` takes; links for
    those who may read the audit.
    """
    rows = list(islice(filter(is_told, history(subject).iterator(HISTORY_SHOWN)), HISTORY_SHOWN))
    readable = set(entries(user).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return [
        HistoryEntry(
            row.at,
            actor_text(row),
            f"{act_text(row)}：{refusal_text(row)}" if row.is_refused else act_text(row),
            "soon" if row.is_refused else "quiet",
            reverse("audit:entry", args=[row.pk]) if row.pk in readable else "",
        )
        for row in rows
    ]
