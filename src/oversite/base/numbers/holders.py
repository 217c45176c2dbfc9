"""Who holds numbers: an agency, a department, a person, a position … named by kind and id."""

from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Holder:
    """`kind` is the label of a model (`agencies.agency`) or a word of the app that opens the pool."""

    kind: str
    id: str

    @classmethod
    def of(cls, instance: Model) -> "Holder":
        """The holder that an instance is."""
        return cls(instance._meta.label_lower, str(instance.pk))


INSTALLATION = Holder("installation", "")
"""Holds what nobody else was given."""
