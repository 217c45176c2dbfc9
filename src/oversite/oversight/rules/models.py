"""What is declared of sites for the rules, what was found, decided, signed and planned."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class SiteDeclaration(models.Model):
    """Plain facts and features of a whole site, in the words of its rulebook."""

    site = models.OneToOneField("sites.Site", models.CASCADE, related_name="+", verbose_name=_("site"))
    features = models.JSONField(_("features"), default=list, blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)

    class Meta:
        verbose_name = _("declaration of a site")
        verbose_name_plural = _("declarations of sites")

    def __str__(self) -> str:
        return str(self.site)


class AreaDeclaration(models.Model):
    """What an area consists of: class, zone, how many of each part, features, facts (req: C-eval)."""

    area = models.OneToOneField("sites.Area", models.CASCADE, related_name="+", verbose_name=_("area"))
    area_class = models.CharField(_("functional area"), max_length=60, blank=True)
    zone = models.CharField(_("zone"), max_length=60, blank=True)
    parts = models.JSONField(_("parts"), default=dict, blank=True)
    features = models.JSONField(_("features"), default=list, blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)

    class Meta:
        verbose_name = _("declaration of an area")
        verbose_name_plural = _("declarations of areas")

    def __str__(self) -> str:
        return str(self.area)


class CameraDeclaration(models.Model):
    """What a camera is declared to see, where it stands and how it is mounted; `sees` null: nobody has said."""

    camera = models.OneToOneField("cameras.Camera", models.CASCADE, related_name="+", verbose_name=_("camera"))
    sees = models.JSONField(_("sees"), null=True, blank=True)
    stands = models.JSONField(_("stands on"), null=True, blank=True)
    mount = models.JSONField(_("mounting"), null=True, blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)

    class Meta:
        verbose_name = _("declaration of a camera")
        verbose_name_plural = _("declarations of cameras")

    def __str__(self) -> str:
        return str(self.camera)


class Ruling(models.Model):
    """Customs' word about a rule here: required, not required, or displaced by another authority's rule (req: C13)."""

    class Kind(models.TextChoices):
        """What was ruled."""

        REQUIRED = "required", _("required here")
        NOT_REQUIRED = "not-required", _("not required here")
        DISPLACED = "displaced", _("governed elsewhere")

    site = models.ForeignKey("sites.Site", models.PROTECT, related_name="+", verbose_name=_("site"))
    area_code = models.CharField(_("area"), max_length=40, blank=True)
    rule = models.CharField(_("rule"), max_length=80)
    kind = models.CharField(_("ruling"), max_length=12, choices=Kind)
    citation = models.CharField(_("citation"), max_length=200, blank=True)
    made_by = models.CharField(_("made by"), max_length=120)
    made_at = models.DateTimeField(_("made at"))
    is_withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta:
        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.rule}: {self.get_kind_display()}"


class Evaluation(models.Model):
    """A verdict about a whole site; a new row only where something changed, else `confirmed_at` moves."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey("sites.Site", models.PROTECT, related_name="+", verbose_name=_("site"))
    book = models.CharField(_("rulebook"), max_length=40)
    version = models.CharField(_("version"), max_length=20)
    cause = models.CharField(_("cause"), max_length=40)
    evaluated_at = models.DateTimeField(_("evaluated at"))
    confirmed_at = models.DateTimeField(_("last confirmed at"))
    problem = models.TextField(_("why it could not be judged"), blank=True)
    findings = models.JSONField(_("findings"), default=list)
    grounds = models.JSONField(_("grounds"), default=dict)
    digest = models.CharField(max_length=64)
    met = models.PositiveIntegerField(_("met"), default=0)
    not_met = models.PositiveIntegerField(_("not met"), default=0)
    judgement = models.PositiveIntegerField(_("officer's judgement"), default=0)
    judged = models.PositiveIntegerField(_("judged by an officer"), default=0)
    not_applicable = models.PositiveIntegerField(_("not applicable"), default=0)
    governed_elsewhere = models.PositiveIntegerField(_("governed elsewhere"), default=0)
    is_newest = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["-evaluated_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "book"], condition=models.Q(is_newest=True), name="one_newest_evaluation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.evaluated_at:%Y-%m-%d}"


class Judgement(models.Model):
    """An officer's signed word on a finding; it holds while the facts it rests on stay as they were (`grounds`)."""

    class Verdict(models.TextChoices):
        """What the officer saw."""

        MET = "met", _("met")
        NOT_MET = "not_met", _("not met")
        NOT_NEEDED = "not_applicable", _("not needed here")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey("sites.Site", models.PROTECT, related_name="+", verbose_name=_("site"))
    book = models.CharField(_("rulebook"), max_length=40)
    rule = models.CharField(_("rule"), max_length=80)
    area_code = models.CharField(_("area"), max_length=40, blank=True)
    verdict = models.CharField(_("verdict"), max_length=14, choices=Verdict)
    remark = models.CharField(_("remark"), max_length=500)
    grounds = models.CharField(max_length=64)
    signed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("signed by"))
    signed_name = models.CharField(_("signed by"), max_length=120)
    signed_at = models.DateTimeField(_("signed at"))
    signature = models.BinaryField(_("signature"))
    key_fingerprint = models.CharField(_("key"), max_length=100)

    class Meta:
        verbose_name = _("officer's judgement")
        verbose_name_plural = _("officers' judgements")
        ordering = ["-signed_at", "-id"]
        indexes = [models.Index(fields=["site", "book"])]

    def __str__(self) -> str:
        return f"{self.rule}: {self.get_verdict_display()}"


class CameraPlan(models.Model):
    """A plan that was adopted as the site's construction list; a newer one supersedes it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey("sites.Site", models.PROTECT, related_name="+", verbose_name=_("site"))
    book = models.CharField(_("rulebook"), max_length=40)
    version = models.CharField(_("version"), max_length=20)
    statement_zh = models.CharField(max_length=500)
    statement_en = models.CharField(max_length=500)
    is_exact = models.BooleanField(_("proven fewest"), default=False)
    adopted_by = models.CharField(_("adopted by"), max_length=120)
    adopted_at = models.DateTimeField(_("adopted at"))
    is_current = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("camera plan")
        verbose_name_plural = _("camera plans")
        ordering = ["-adopted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["site"], condition=models.Q(is_current=True), name="one_current_plan")
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.adopted_at:%Y-%m-%d}"


class PlanLine(models.Model):
    """One camera of the construction list: planned, built (registered), verified (online, and sees what it must)."""

    class State(models.TextChoices):
        """How far it is."""

        PLANNED = "planned", _("planned")
        BUILT = "built", _("built")
        VERIFIED = "verified", _("verified")

    plan = models.ForeignKey(CameraPlan, models.CASCADE, related_name="lines", verbose_name=_("camera plan"))
    number = models.PositiveIntegerField(_("number"))
    area_code = models.CharField(_("area"), max_length=40, blank=True)
    spec = models.JSONField(_("camera"), default=dict)
    code = models.CharField(_("camera code"), max_length=20, blank=True)
    camera = models.ForeignKey(
        "cameras.Camera", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("camera")
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PLANNED)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("line of the construction list")
        verbose_name_plural = _("construction list")
        ordering = ["plan_id", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_line_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.area_code}"


class SitePicture(models.Model):
    """The floor plan of a site with the outlines of its areas and the places of its cameras (0 to 1 of the picture)."""

    site = models.OneToOneField("sites.Site", models.PROTECT, related_name="+", verbose_name=_("site"))
    path = models.CharField(max_length=200)
    width_px = models.PositiveIntegerField(_("width"))
    height_px = models.PositiveIntegerField(_("height"))
    layout = models.JSONField(_("layout"), default=dict)
    changed_by = models.CharField(_("changed by"), max_length=120)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("plan picture")
        verbose_name_plural = _("plan pictures")

    def __str__(self) -> str:
        return str(self.site)
