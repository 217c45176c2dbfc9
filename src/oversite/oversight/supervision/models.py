"""Supervision sessions and what was found at each monitored point."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Session(models.Model):
    """One sitting of an officer over one site (req: A16.2); submitted ones never change, a correction supersedes."""

    class Mode(models.TextChoices):
        """How the site was looked at."""

        LIVE = "live", _("live monitoring")
        PLAYBACK = "playback", _("playback of recordings")

    class State(models.TextChoices):
        """A draft is saved with every mark."""

        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        SUPERSEDED = "superseded", _("superseded")
        DISCARDED = "discarded", _("discarded")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=60, blank=True)
    site = models.ForeignKey("sites.Site", models.PROTECT, related_name="+", verbose_name=_("site"))
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    operator = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("officer"))
    operator_name = models.CharField(_("officer"), max_length=60)
    mode = models.CharField(_("mode"), max_length=8, choices=Mode)
    checklist = models.CharField(_("checklist"), max_length=60)
    checklist_version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    started_at = models.DateTimeField(_("begun at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    footage_from_at = models.DateTimeField(_("footage from"), null=True, blank=True)
    footage_until_at = models.DateTimeField(_("footage until"), null=True, blank=True)
    document_uid = models.UUIDField(null=True, blank=True, editable=False)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, related_name="superseded_by", null=True, blank=True, verbose_name=_("supersedes")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("supervision session")
        verbose_name_plural = _("supervision sessions")
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="session_number_once")
        ]

    def __str__(self) -> str:
        return self.number or str(self.site)


class Point(models.Model):
    """What was seen at one monitored point, graded; minor and serious need a remark (req: A18.2)."""

    class Grade(models.TextChoices):
        """The four results that the form knows."""

        NORMAL = "normal", _("normal")
        MINOR = "minor", _("minor anomaly")
        SERIOUS = "serious", _("serious anomaly")
        UNLAWFUL = "unlawful", _("unlawful act")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="points", verbose_name=_("session"))
    area = models.ForeignKey(
        "sites.Area", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("area")
    )
    camera = models.ForeignKey("cameras.Camera", models.PROTECT, related_name="+", verbose_name=_("camera"))
    name = models.CharField(_("monitored point"), max_length=120)
    items = models.JSONField(_("items looked at"), default=list)
    content = models.TextField(_("what was seen"), blank=True)
    grade = models.CharField(pgettext_lazy("supervision", "result"), max_length=8, choices=Grade)
    remark = models.TextField(_("remark"), blank=True)
    answers = models.JSONField(_("follow-up"), default=dict)
    moment_at = models.DateTimeField(_("moment shown"))
    marked_at = models.DateTimeField(_("marked at"))
    snapshot_uid = models.UUIDField(null=True, blank=True, editable=False)
    evidence_uid = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("monitored point")
        verbose_name_plural = _("monitored points")
        ordering = ["marked_at", "id"]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_grade_display()}"
