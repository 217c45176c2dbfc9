"""Inspections of declared seed, what they found, and what is known of diseases around."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.rules.quantities import Unit


class DiseaseRecord(models.Model):
    """A result of monitoring, survey or an outbreak, filed by the prevention centre (req: Q2).

    What was filed stays; a wrong one is withdrawn with a reason and filed anew.
    """

    class Kind(models.TextChoices):
        """From what work it comes."""

        MONITORING = "monitoring", _("monitoring")
        SURVEY = "survey", _("survey")
        OUTBREAK = "outbreak", _("outbreak")

    class Result(models.TextChoices):
        """What was found."""

        NEGATIVE = "negative", _("negative")
        SUSPECTED = "suspected", _("suspected")
        POSITIVE = "positive", _("positive")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.MONITORING)
    species = models.ForeignKey("quarantine_rules.Species", models.PROTECT, related_name="+", verbose_name=_("species"))
    disease = models.ForeignKey("quarantine_rules.Disease", models.PROTECT, related_name="+", verbose_name=_("disease"))
    producer = models.ForeignKey(
        "quarantine_registry.Producer",
        models.PROTECT,
        related_name="+",
        verbose_name=_("producer"),
        null=True,
        blank=True,
    )
    area_code = models.CharField(_("division code"), max_length=6)
    place = models.CharField(_("place of sampling"), max_length=200)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    sampled_on = models.DateField(_("sampled on"))
    result = models.CharField(_("test result"), max_length=10, choices=Result)
    sample_count = models.PositiveIntegerField(_("samples"), default=1)
    positive_count = models.PositiveIntegerField(_("positive samples"), default=0)
    method = models.CharField(_("method used"), max_length=120, blank=True)
    report_number = models.CharField(_("report number"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    filed_at = models.DateTimeField(_("filed at"))
    filed_by = models.CharField(_("filed by"), max_length=80)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("reason for withdrawing"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("disease record")
        verbose_name_plural = _("disease records")
        ordering = ["-sampled_on", "-id"]
        indexes = [models.Index(fields=["species", "area_code", "sampled_on"])]

    def __str__(self) -> str:
        return f"{self.sampled_on} {self.place}"


class Inspection(models.Model):
    """The inspection of one declaration: by whom, what they found, what they decided."""

    class Verdict(models.TextChoices):
        """The decision."""

        QUALIFIED = "qualified", _("qualified")
        UNQUALIFIED = "unqualified", _("not qualified")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    declaration = models.OneToOneField(
        "quarantine_declarations.Declaration", models.PROTECT, related_name="+", verbose_name=_("declaration")
    )
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    veterinarian = models.ForeignKey(
        "quarantine_registry.Veterinarian",
        models.PROTECT,
        related_name="+",
        verbose_name=_("veterinarian in charge"),
    )
    second = models.ForeignKey(
        "quarantine_registry.Veterinarian",
        models.PROTECT,
        related_name="+",
        verbose_name=_("second veterinarian"),
        null=True,
        blank=True,
    )
    assigned_at = models.DateTimeField(_("assigned at"))
    assigned_by = models.CharField(_("assigned by"), max_length=80)
    planned_on = models.DateField(_("planned for"))
    place = models.CharField(_("place of inspection"), max_length=200)
    begun_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    findings = models.JSONField(_("what was checked"), default=dict)
    counted_amount = models.PositiveBigIntegerField(_("quantity found"), null=True, blank=True)
    remark = models.TextField(_("remarks"), max_length=2000, blank=True)
    disinfectant = models.CharField(_("vehicle disinfected with"), max_length=80, blank=True)
    synced_at = models.DateTimeField(_("last draft received at"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    needed_tests = models.JSONField(_("tests needed"), default=list)
    verdict = models.CharField(_("decision"), max_length=12, choices=Verdict, blank=True)
    grounds = models.CharField(_("grounds for it"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    record_number = models.CharField(_("work record number"), max_length=40, blank=True)
    record_uid = models.UUIDField(null=True, blank=True, editable=False)
    certificate_number = models.CharField(_("certificate number"), max_length=40, blank=True)
    certificates = models.JSONField(default=list, editable=False)
    """Every certificate issued on it, in order: `[number, fate]`, fate empty, `void` or `replaced`."""
    is_record_due = models.BooleanField(default=False, editable=False)
    """The work record in force does not say yet what became of the certificate: it is printed anew."""

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["-assigned_at", "-id"]
        indexes = [models.Index(fields=["id"], condition=models.Q(is_record_due=True), name="inspection_record_due")]

    def __str__(self) -> str:
        return self.record_number or str(self.declaration)


class Draft(models.Model):
    """A draft that a phone sent, once per client id: the same one a second time changes nothing (req: Q12)."""

    client_id = models.UUIDField(unique=True)
    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="drafts", verbose_name=_("inspection"))
    written_at = models.DateTimeField(_("written at"))
    received_at = models.DateTimeField(_("received at"))
    sender = models.CharField(_("sent by"), max_length=80)

    class Meta:
        verbose_name = _("draft received")
        verbose_name_plural = _("drafts received")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.client_id)


class Signature(models.Model):
    """A signature drawn on the device under the findings as they stood; a later change takes it back (req: Q12).

    `strokes` are those of `signing`; who held the device is `sender`.
    """

    class Role(models.TextChoices):
        """Who signs."""

        FIRST = "first", _("veterinarian in charge")
        SECOND = "second", _("second veterinarian")
        OWNER = "owner", _("owner of the seed")

    client_id = models.UUIDField(unique=True)
    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="signatures", verbose_name=_("inspection"))
    role = models.CharField(_("signs as"), max_length=8, choices=Role)
    name = models.CharField(_("name"), max_length=60)
    strokes = models.JSONField()
    revision = models.PositiveIntegerField()
    signed_at = models.DateTimeField(_("signed at"))
    received_at = models.DateTimeField(_("received at"))
    sender = models.CharField(_("sent by"), max_length=80)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    ended_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "role"], condition=models.Q(ended_at=None), name="one_signature_per_role"
            )
        ]

    def __str__(self) -> str:
        return self.name


class TreatmentNotice(models.Model):
    """The notice for seed that is not qualified (检疫处理通知单), and how it was carried out under supervision."""

    class State(models.TextChoices):
        """How far the treatment is."""

        ISSUED = "issued", _("notice issued")
        DISPOSED = "disposed", _("disposed of")
        RECOVERED = "recovered", _("recovered")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    inspection = models.OneToOneField(
        Inspection, models.PROTECT, related_name="treatment", verbose_name=_("inspection")
    )
    number = models.CharField(_("number"), max_length=40, unique=True)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    basis = models.CharField(_("legal basis"), max_length=300)
    grounds = models.CharField(_("grounds for it"), max_length=300)
    amount = models.PositiveBigIntegerField(_("quantity"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit)
    measures = models.JSONField(_("measures"), default=list)
    party_name = models.CharField(_("party"), max_length=120)
    party_phone = models.CharField(_("party's telephone"), max_length=40, blank=True)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.CharField(_("issued by"), max_length=80)
    document_uid = models.UUIDField(null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ISSUED)
    done_on = models.DateField(_("carried out on"), null=True, blank=True)
    done_how = models.CharField(_("how it was carried out"), max_length=300, blank=True)
    done_amount = models.PositiveBigIntegerField(_("quantity disposed of"), null=True, blank=True)
    supervised_by = models.CharField(_("supervised by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("treatment notice")
        verbose_name_plural = _("treatment notices")
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return self.number
