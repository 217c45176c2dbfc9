"""The chain: rows that nobody changes, and the head that says where it ends."""

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

GENESIS = "0" * 64
"""The hash before the first row."""


class Entry(models.Model):
    """One act, or one refusal of one; holds people and agencies as text, so that nothing it says can change later.

    `hash` is SHA-256 over the canonical row including `previous_hash` (see `chain.py`).
    """

    class Outcome(models.TextChoices):
        """Whether the act happened."""

        DONE = "done", pgettext_lazy("audit", "done")
        REFUSED = "refused", _("refused")

    position = models.BigIntegerField(_("position"), primary_key=True)
    at = models.DateTimeField(_("time"))
    act = models.CharField(_("act"), max_length=80)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    actor = models.CharField(_("user name"), max_length=60, blank=True)
    actor_name = models.CharField(_("actor"), max_length=60, blank=True)
    agency_code = models.CharField(_("agency code"), max_length=32, blank=True)
    agency_name = models.CharField(_("agency"), max_length=120, blank=True)
    origin = models.CharField(_("address"), max_length=60, blank=True)
    subject_kind = models.CharField(_("kind of subject"), max_length=60, blank=True)
    subject_id = models.CharField(_("subject id"), max_length=64, blank=True)
    subject_text = models.CharField(_("subject"), max_length=200, blank=True)
    clause = models.CharField(_("clause"), max_length=60, blank=True)
    data_text = models.TextField(_("details"))
    previous_hash = models.CharField(_("previous hash"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit")
        ordering = ["-position"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-position"], name="audit_entry_subject"),
            models.Index(fields=["actor", "-position"], name="audit_entry_actor"),
            models.Index(fields=["actor_name", "-position"], name="audit_entry_actor_name"),
            models.Index(fields=["outcome", "-position"], name="audit_entry_outcome"),
            models.Index(fields=["agency_code", "-position"], name="audit_entry_agency"),
            models.Index(fields=["act", "-position"], name="audit_entry_act"),
            models.Index(fields=["at"], name="audit_entry_at"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.act}"

    @property
    def data(self) -> dict[str, Any]:
        """The details of the act."""
        value: dict[str, Any] = json.loads(self.data_text)
        return value

    @property
    def is_refused(self) -> bool:
        """Whether the act was refused."""
        return self.outcome == self.Outcome.REFUSED


class Head(models.Model):
    """The end of the chain: one row, locked by whoever appends."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_one_row")]

    def __str__(self) -> str:
        return f"{self.position} {self.hash}"
