"""Records for Internet+Supervision, their deliveries, random draws, and findings."""

import uuid

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One record of a dataset (req: Q3); `wanted` is what the next delivery tells the other side: i, u or d."""

    class State(models.TextChoices):
        """How far it is."""

        INCOMPLETE = "incomplete", _("incomplete")
        READY = "ready", _("ready to be sent")
        SENT = "sent", _("sent, no receipt yet")
        ACCEPTED = "accepted", _("accepted there")
        REFUSED = "refused", _("refused there")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Operation(models.TextChoices):
        """The three operations of the exchange."""

        INSERT = "i", _("new")
        UPDATE = "u", _("changed")
        DELETE = "d", _("taken back")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dataset = models.CharField(_("dataset"), max_length=20)
    code = models.CharField(_("number"), max_length=100)
    title = models.CharField(_("name"), max_length=500)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    values = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.INCOMPLETE)
    wanted = models.CharField(_("operation"), max_length=1, choices=Operation, blank=True, default=Operation.INSERT)
    is_known_there = models.BooleanField(_("known there"), default=False)
    refusal = models.CharField(_("refused because"), max_length=500, blank=True)
    edited_by = models.CharField(_("edited by"), max_length=80, blank=True)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("record for Internet+Supervision")
        verbose_name_plural = _("records for Internet+Supervision")
        ordering = ["-changed_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["dataset", "code"], name="entry_once_per_dataset")]
        indexes = [models.Index(fields=["dataset", "state"], name="entry_by_state")]

    def __str__(self) -> str:
        return self.code


class Batch(models.Model):
    """One delivery: records of one dataset under a number of the day (yyyymmdd and five digits)."""

    class Way(models.TextChoices):
        """How it travels."""

        FILE = "file", _("as a file")
        HTTP = "http", _("over HTTP")

    class State(models.TextChoices):
        """How far it is."""

        MADE = "made", _("waits for its delivery")
        DELIVERED = "delivered", _("delivered, no receipt yet")
        FAILED = "failed", _("not delivered")
        SETTLED = "settled", _("receipt complete")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("batch number"), max_length=20, unique=True)
    dataset = models.CharField(_("dataset"), max_length=20)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    way = models.CharField(_("delivered"), max_length=6, choices=Way)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.MADE)
    made_at = models.DateTimeField(_("batch made at"))
    made_by = models.CharField(_("batch made by"), max_length=80)
    sha256 = models.CharField(max_length=64)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("receipt at"), null=True, blank=True)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.number

    @property
    def error_words(self) -> str:
        """Why it was not delivered the last time, in the reader's language where the words are ours."""
        return gettext(self.last_error) if self.last_error else ""


class BatchItem(models.Model):
    """A record as it was sent, and what the other side answered."""

    class Outcome(models.TextChoices):
        """The answer."""

        WAITING = "waiting", _("no answer yet")
        ACCEPTED = "accepted", _("accepted there")
        REFUSED = "refused", _("refused there")

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="items", verbose_name=_("batch"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="items", verbose_name=_("record"))
    operation = models.CharField(_("operation"), max_length=1, choices=Entry.Operation)
    values = models.JSONField(default=dict)
    outcome = models.CharField(_("answer"), max_length=10, choices=Outcome, default=Outcome.WAITING)
    column = models.CharField(_("field"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("record of a batch")
        verbose_name_plural = _("records of batches")
        ordering = ["batch_id", "id"]
        constraints = [models.UniqueConstraint(fields=["batch", "entry"], name="entry_once_per_batch")]

    def __str__(self) -> str:
        return str(self.entry_id)


class Draw(models.Model):
    """A random-check plan (双随机): frozen pools, a committed seed, and what was drawn (req: Q3)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("plan number"), max_length=50, unique=True)
    title = models.CharField(_("name of the plan"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"))
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    area_code = models.CharField(_("division code"), max_length=6)
    objects_pool = models.JSONField(default=list)
    officers_pool = models.JSONField(default=list)
    object_count = models.PositiveIntegerField(_("objects to draw"))
    officers_each = models.PositiveSmallIntegerField(_("officers for each"), default=2)
    digest = models.CharField(_("SHA-256 of the pools"), max_length=64)
    committed = models.CharField(_("SHA-256 of the seed"), max_length=64)
    seed = models.CharField(_("seed"), max_length=64)
    word = models.CharField(_("word added at the draw"), max_length=80, blank=True)
    result = models.JSONField(default=list)
    frozen_at = models.DateTimeField(_("frozen at"))
    frozen_by = models.CharField(_("frozen by"), max_length=80)
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True)
    drawn_by = models.CharField(_("drawn by"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("random-check plan")
        verbose_name_plural = _("random-check plans")
        ordering = ["-frozen_at"]

    def __str__(self) -> str:
        return self.code


class Finding(models.Model):
    """Something that speaks of seed that was not inspected or not reported (req: Q18); `key` keeps it single."""

    class Kind(models.TextChoices):
        """What it looks like."""

        LEFT = "left", _("declared, its day has passed, and no certificate")
        SILENT = "silent", _("sells a catalogued species and has not declared for long")
        SHRUNK = "shrunk", _("declaration withdrawn and not made again")
        BOUGHT = "bought", _("bought across provinces without a report")
        REPORT = "report", _("certificate rests on a report that was invalidated")

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("not decided yet")
        EXPLAINED = "explained", _("explained")
        CONFIRMED = "confirmed", _("confirmed")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    producer = models.ForeignKey(
        "quarantine_registry.Producer",
        models.PROTECT,
        related_name="+",
        verbose_name=_("producer"),
        null=True,
        blank=True,
    )
    declaration = models.ForeignKey(
        "quarantine_declarations.Declaration",
        models.PROTECT,
        related_name="+",
        verbose_name=_("declaration"),
        null=True,
        blank=True,
    )
    party = models.CharField(_("party"), max_length=120)
    area_code = models.CharField(_("division code"), max_length=6, blank=True)
    facts = models.CharField(_("facts"), max_length=500)
    happened_on = models.DateField(_("day"))
    found_at = models.DateTimeField(_("found at"))
    found_by = models.CharField(_("found by"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    decision = models.CharField(_("what was decided"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("quarantine finding")
        verbose_name_plural = _("quarantine findings")
        ordering = ["-happened_on", "-id"]
        indexes = [models.Index(fields=["state", "kind"], name="finding_by_state")]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.party}"
