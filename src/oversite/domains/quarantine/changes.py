"""Setting the fields of a row from a form, and telling the audit what that changed."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models


def applied(instance: models.Model, values: Mapping[str, Any], fields: Collection[str]) -> dict[str, list[str]]:
    """Set the fields; gives old and new text of those that differ. Raises `KeyError` for a field of another name."""
    changes = {}
    for name, value in values.items():
        if name not in fields:
            raise KeyError(name)
        before = _present(instance, name)
        if before != value:
            changes[name] = ["" if each is None else str(each) for each in (before, value)]
            setattr(instance, name, value)
    return changes


def _present(instance: models.Model, name: str) -> object:
    """The value now; none where a foreign key is not set yet."""
    field = instance._meta.get_field(name)
    return getattr(instance, name) if getattr(instance, getattr(field, "attname", name)) is not None else None
