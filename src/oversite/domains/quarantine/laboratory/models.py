"""Samples, the hands they went through, what was measured, and the reports (req: Q8)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.laboratory.flow import State
from oversite.domains.quarantine.rules.quantities import Unit


class Sample(models.Model):
    """One sample for one laboratory; `revision` counts its changes, so that a stale page overwrites nothing.

    A report that turns out wrong is invalidated and its sample copied (`retest_of`): nothing released is edited.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("sample number"), max_length=40, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.TAKEN)
    revision = models.PositiveIntegerField(default=0)
    inspection = models.ForeignKey(
        "quarantine_inspections.Inspection", models.PROTECT, related_name="+", verbose_name=_("inspection")
    )
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    producer = models.ForeignKey(
        "quarantine_registry.Producer", models.PROTECT, related_name="+", verbose_name=_("producer")
    )
    laboratory = models.ForeignKey(
        "quarantine_registry.Laboratory", models.PROTECT, related_name="+", verbose_name=_("laboratory")
    )
    species = models.ForeignKey("quarantine_rules.Species", models.PROTECT, related_name="+", verbose_name=_("species"))
    pond = models.CharField(_("pond"), max_length=40, blank=True)
    stage = models.CharField(_("size"), max_length=40, blank=True)
    base_amount = models.PositiveBigIntegerField(_("sampled from"))
    base_unit = models.CharField(_("unit"), max_length=12, choices=Unit)
    count = models.PositiveIntegerField(_("number of seed"))
    planned_count = models.PositiveIntegerField(_("planned by the rule"))
    prevalence_percent = models.PositiveSmallIntegerField(_("prevalence"))
    confidence_percent = models.PositiveSmallIntegerField(_("confidence"))
    seal_number = models.CharField(_("seal number"), max_length=40)
    storage = models.CharField(_("kept how"), max_length=80)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    taken_at = models.DateTimeField(_("sampled at"))
    taker = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("taken by"))
    second = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", verbose_name=_("second taker"), null=True, blank=True
    )
    second_signed_at = models.DateTimeField(_("second signature at"), null=True, blank=True)
    witness_name = models.CharField(_("for the producer"), max_length=60)
    form_uid = models.UUIDField(null=True, blank=True, editable=False)
    receipt_number = models.CharField(_("receipt number"), max_length=40, blank=True, db_index=True)
    received_at = models.DateTimeField(_("received in the laboratory at"), null=True, blank=True)
    rejected_for = models.CharField(_("refused for"), max_length=20, blank=True)
    rejected_note = models.CharField(_("non-conformity"), max_length=300, blank=True)
    tester = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", verbose_name=_("tester"), null=True, blank=True
    )
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    reviewer = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", verbose_name=_("reviewer"), null=True, blank=True
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    approver = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", verbose_name=_("approver"), null=True, blank=True
    )
    returned_note = models.CharField(_("returned because"), max_length=300, blank=True)
    report_number = models.CharField(_("report number"), max_length=40, blank=True)
    report_uid = models.UUIDField(null=True, blank=True, editable=False)
    released_at = models.DateTimeField(_("report released at"), null=True, blank=True)
    is_negative = models.BooleanField(_("all negative"), null=True, blank=True)
    invalidated_at = models.DateTimeField(_("invalidated at"), null=True, blank=True)
    invalidated_by = models.CharField(_("invalidated by"), max_length=80, blank=True)
    invalid_reason = models.CharField(_("reason for invalidating"), max_length=500, blank=True)
    retest_of = models.OneToOneField(
        "self", models.PROTECT, related_name="retest", verbose_name=_("retest of"), null=True, blank=True
    )
    retained_until_on = models.DateField(_("kept until"), null=True, blank=True)
    disposed_at = models.DateTimeField(_("disposed of at"), null=True, blank=True)
    disposed_how = models.CharField(_("disposed of by"), max_length=120, blank=True)
    disposed_by = models.CharField(_("disposed of under"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("sample")
        verbose_name_plural = _("samples taken")
        ordering = ["-taken_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report_number"], condition=~models.Q(report_number=""), name="report_number_once"
            )
        ]
        indexes = [
            models.Index(fields=["laboratory", "state"], name="sample_of_laboratory"),
            models.Index(fields=["released_at"], name="sample_by_release"),
        ]

    def __str__(self) -> str:
        return self.number


class Custody(models.Model):
    """One link of the chain of custody; links are only ever added."""

    class Event(models.TextChoices):
        """What happened to the sample."""

        TAKEN = "taken", _("taken and sealed")
        SIGNED = "signed", _("signed by the second")
        HANDED = "handed", _("handed over")
        RECEIVED = "received", _("received by the laboratory")
        REJECTED = "rejected", _("refused by the laboratory")
        RETAINED = "retained", _("rest kept")
        DISPOSED = "disposed", _("rest disposed of")

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="custody", verbose_name=_("sample"))
    event = models.CharField(_("event"), max_length=10, choices=Event)
    at = models.DateTimeField(_("at"))
    giver = models.CharField(_("handed over by"), max_length=80, blank=True)
    taker = models.CharField(_("in the hands of"), max_length=80)
    temperature_c = models.DecimalField(_("temperature"), max_digits=4, decimal_places=1, null=True, blank=True)
    is_seal_intact = models.BooleanField(_("seal intact"), null=True, blank=True)
    count = models.PositiveIntegerField(_("number of seed"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("link of custody")
        verbose_name_plural = _("links of custody")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.sample_id}: {self.event}"


class Test(models.Model):
    """The test of a sample for one disease, with its raw values; empty until the tester fills it in."""

    __test__ = False

    class Kind(models.TextChoices):
        """What sort of raw values the method gives."""

        CT = "ct", _("Ct values of real-time PCR")
        COUNT = "count", _("number of positive specimens")

    class Result(models.TextChoices):
        """What came out; a doubtful one is repeated before the report."""

        NEGATIVE = "negative", _("negative")
        POSITIVE = "positive", _("positive")
        DOUBTFUL = "doubtful", _("doubtful")

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="tests", verbose_name=_("sample"))
    disease = models.ForeignKey("quarantine_rules.Disease", models.PROTECT, related_name="+", verbose_name=_("disease"))
    method = models.ForeignKey(
        "quarantine_registry.LaboratoryMethod",
        models.PROTECT,
        related_name="+",
        verbose_name=_("accredited method"),
        null=True,
        blank=True,
    )
    standard = models.CharField(_("method standard"), max_length=120, blank=True)
    instrument = models.CharField(_("instrument"), max_length=120, blank=True)
    kind = models.CharField(_("raw values"), max_length=6, choices=Kind, blank=True)
    readings = models.JSONField(_("raw values"), default=dict)
    result = models.CharField(_("result"), max_length=10, choices=Result, blank=True)
    tested_on = models.DateField(_("tested on"), null=True, blank=True)
    entered_at = models.DateTimeField(_("entered at"), null=True, blank=True)
    entered_by = models.CharField(_("entered by"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("test")
        verbose_name_plural = _("tests")
        ordering = ["sample_id", "id"]
        constraints = [models.UniqueConstraint(fields=["sample", "disease"], name="disease_once_per_sample")]
        indexes = [models.Index(fields=["disease", "result"], name="test_by_result")]

    def __str__(self) -> str:
        return str(self.disease)
