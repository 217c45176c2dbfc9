"""Declarations of seed that is to leave its place (检疫申报单)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.declarations.words import Goods, Origin, PlaceKind, Purpose, Transport
from oversite.domains.quarantine.rules.quantities import Quantity, Unit


class Declaration(models.Model):
    """One declaration (req: Q5); what was submitted is kept, a correction is a round of its own in the audit."""

    class Channel(models.TextChoices):
        """Who typed it."""

        ONLINE = "online", _("online by the producer")
        POINT = "point", _("at the declaration point")

    class Outcome(models.TextChoices):
        """How it ended, which the archive keeps."""

        REFUSED = "refused", _("not accepted")
        CERTIFIED = "certified", _("certificate issued")
        CLOSED = "closed", _("closed without a certificate")
        TREATED = "treated", _("treatment notice issued")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    producer = models.ForeignKey(
        "quarantine_registry.Producer", models.PROTECT, related_name="+", verbose_name=_("producer")
    )
    point = models.ForeignKey(
        "quarantine_registry.Point", models.PROTECT, related_name="+", verbose_name=_("declaration point")
    )
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    channel = models.CharField(_("declared"), max_length=8, choices=Channel, default=Channel.ONLINE)
    declarant_name = models.CharField(_("declared by"), max_length=60)
    declarant_phone = models.CharField(_("telephone"), max_length=40)
    goods = models.CharField(_("what leaves"), max_length=8, choices=Goods, default=Goods.ANIMAL)
    product_name = models.CharField(_("name of the product"), max_length=60, blank=True)
    species = models.ForeignKey("quarantine_rules.Species", models.PROTECT, related_name="+", verbose_name=_("species"))
    pond = models.ForeignKey(
        "quarantine_registry.Pond", models.PROTECT, related_name="+", verbose_name=_("pond"), null=True, blank=True
    )
    amount = models.PositiveBigIntegerField(_("quantity"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    origin = models.CharField(_("source"), max_length=8, choices=Origin, default=Origin.BRED)
    caught_on = models.DateField(_("caught on"), null=True, blank=True)
    from_kind = models.CharField(_("kind of place of departure"), max_length=12, choices=PlaceKind)
    from_area = models.CharField(_("division of departure"), max_length=6)
    from_address = models.CharField(_("place of departure"), max_length=200)
    to_kind = models.CharField(_("kind of destination"), max_length=12, choices=PlaceKind)
    to_area = models.CharField(_("division of destination"), max_length=6)
    to_address = models.CharField(_("destination"), max_length=200)
    consignee_name = models.CharField(_("consignee"), max_length=120)
    consignee_phone = models.CharField(_("consignee's telephone"), max_length=40, blank=True)
    transport = models.CharField(_("transport"), max_length=8, choices=Transport, default=Transport.ROAD)
    carrier_name = models.CharField(_("carrier"), max_length=120, blank=True)
    carrier_phone = models.CharField(_("carrier's telephone"), max_length=40, blank=True)
    vehicle = models.CharField(_("vehicle number"), max_length=60, blank=True)
    departs_on = models.DateField(_("leaves on"))
    is_true = models.BooleanField(_("the declarant answers for what is declared"), default=False)
    musts = models.JSONField(_("musts met"), default=list)
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="followed_by",
        null=True,
        blank=True,
        verbose_name=_("declared again after"),
    )
    created_at = models.DateTimeField(_("begun at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("accepted or refused at"), null=True, blank=True)
    decided_by = models.CharField(_("handled by"), max_length=80, blank=True)
    decided_phone = models.CharField(_("telephone of the handler"), max_length=40, blank=True)
    refusal_reason = models.CharField(_("reason for refusal"), max_length=300, blank=True)
    correction_asked_at = models.DateTimeField(_("correction asked at"), null=True, blank=True)
    correction_text = models.CharField(_("what to correct"), max_length=300, blank=True)
    correction_due_on = models.DateField(_("correct until"), null=True, blank=True)
    visit_on = models.DateField(_("visit planned for"), null=True, blank=True)
    visit_place = models.CharField(_("place of the visit"), max_length=200, blank=True)
    closed_reason = models.CharField(_("closed because"), max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    receipt_uid = models.UUIDField(null=True, blank=True, editable=False)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    client_id = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="declaration_number_once")
        ]
        indexes = [models.Index(fields=["state", "departs_on"])]

    def __str__(self) -> str:
        return self.number or str(self.producer)

    @property
    def quantity(self) -> Quantity:
        """How much of what."""
        return Quantity(self.amount, self.unit)


class PurchaseReport(models.Model):
    """Seed that came from another province, reported to the county where it arrived (跨省购苗报告; req: Q18).

    What was reported stays as it is; a wrong one is reported anew, which the note of the new one says.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    producer = models.ForeignKey(
        "quarantine_registry.Producer",
        models.PROTECT,
        related_name="+",
        verbose_name=_("producer"),
        null=True,
        blank=True,
    )
    buyer_name = models.CharField(_("buyer"), max_length=120)
    buyer_phone = models.CharField(_("buyer's telephone"), max_length=40)
    species = models.ForeignKey("quarantine_rules.Species", models.PROTECT, related_name="+", verbose_name=_("species"))
    amount = models.PositiveBigIntegerField(_("quantity"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit)
    from_area = models.CharField(_("division of departure"), max_length=6)
    seller_name = models.CharField(_("seller"), max_length=120)
    certificate_number = models.CharField(_("number of the certificate it came with"), max_length=40, blank=True)
    to_area = models.CharField(_("division of destination"), max_length=6)
    to_address = models.CharField(_("destination"), max_length=200)
    arrived_at = models.DateTimeField(_("arrived at"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    reported_at = models.DateTimeField(_("time of the report"))
    reported_by = models.CharField(_("report made by"), max_length=80)
    is_late = models.BooleanField(_("reported late"))

    class Meta:
        verbose_name = _("purchase across provinces")
        verbose_name_plural = _("purchases across provinces")
        ordering = ["-arrived_at", "-id"]
        indexes = [models.Index(fields=["to_area", "arrived_at"])]

    def __str__(self) -> str:
        return f"{self.buyer_name} {self.species}"

    @property
    def quantity(self) -> Quantity:
        """How much of what."""
        return Quantity(self.amount, self.unit)
