"""Problem reports from any user to the provincial institute and the maintainer (req: Q16)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Problem(models.Model):
    """A problem met in quarantine or in this system."""

    class State(models.TextChoices):
        """How far the answer is."""

        OPEN = "open", _("waits for an answer")
        IN_HAND = "in-hand", _("in hand")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("settled")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("in one line"), max_length=120)
    text = models.TextField(_("what happened"), max_length=4000)
    where = models.CharField(_("where it happened"), max_length=200, blank=True)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    reporter = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("reported by"))
    reported_at = models.DateTimeField(_("reported at"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    changed_at = models.DateTimeField(_("last change"))

    class Meta:
        verbose_name = _("problem report")
        verbose_name_plural = _("problem reports")
        ordering = ["-reported_at"]

    def __str__(self) -> str:
        return self.title


class ProblemNote(models.Model):
    """An answer, a question back, or what was found."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="notes", verbose_name=_("problem report"))
    author = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("written by"))
    text = models.TextField(_("answer"), max_length=4000)
    state = models.CharField(_("state"), max_length=10, choices=Problem.State)
    at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:40]
