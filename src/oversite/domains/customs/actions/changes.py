"""What every change of the register has in common: the right, the fields that differ, a refusal in words."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import models

from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.customs import queries
from oversite.domains.customs.codes import Fault
from oversite.domains.customs.models import CameraPosition, ScreenCheck
from oversite.domains.customs.queries import CHANGE
from oversite.domains.customs.reading import in_language

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency


def require(actor: "User | None", agency: "Agency", permission: str = CHANGE) -> None:
    """Raise `Refused` unless the actor may, and the agency lies in their subtree; none is the installation itself."""
    if actor is None:
        return
    actor.require(permission, "C-code")
    if not agency.path.startswith(actor.agency.path):
        raise Refused("customs.outside", _("This is not in your subtree."), "A4.1", 404)


def camera_editor(actor: "User | None") -> "User | None":
    """Who stands in the audit of a camera whose name follows: the actor, or the installation where they may not."""
    return actor if actor is not None and actor.has_perm("cameras.change") else None


def apply(row: models.Model, values: Mapping[str, Any], allowed: frozenset[str]) -> dict[str, list[str]]:
    """Set the fields that differ; gives old and new text. Raises `KeyError` for a field of another name."""
    changes = {}
    for name, value in values.items():
        if name not in allowed:
            raise KeyError(name)
        field = row._meta.get_field(name)
        known = row.pk is not None or getattr(row, getattr(field, "attname", name)) is not None
        before = getattr(row, name) if known else None
        if before != value:
            changes[name] = ["" if each is None else str(each) for each in (before, value)]
            setattr(row, name, value)
    return changes


def refuse(faults: Iterable[Fault]) -> Refused:
    """The refusal that says everything that is wrong with a code."""
    listed = list(faults)
    sentence = " ".join(in_language(fault.message) for fault in listed)
    data: dict[str, object] = {"faults": [fault.key for fault in listed]}
    return Refused("customs.code.wrong", sentence, "C-code", 422, data)


def forget_other_text(position: CameraPosition) -> None:
    """What was read of a picture says nothing any more once another text must stand there: it is not read yet."""
    check = ScreenCheck.objects.filter(position=position).first()
    if check is not None and "".join(check.wanted) != queries.text_of(position).name:
        forget_screen(position)


def forget_screen(position: CameraPosition) -> None:
    """What was read of other hardware says nothing of what hangs there now."""
    ScreenCheck.objects.filter(position=position).delete()
