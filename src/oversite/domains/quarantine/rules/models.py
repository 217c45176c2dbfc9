"""What quarantine knows about species, diseases and its own rules: rows with a source and a day of effect."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.rules.quantities import Unit

MOST_VALUE = 8000
"""Characters of a dated figure: a code list takes its room."""


class Named(models.Model):
    """Something with a permanent key and a name in both languages."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        is_english = (get_language() or "").startswith("en")
        return self.name_en if is_english and self.name_en else self.name_zh


class Group(models.TextChoices):
    """Which of the three procedures a species falls under."""

    FISH = "fish", _("fish")
    CRUSTACEAN = "crustacean", _("crustaceans")
    SHELLFISH = "shellfish", _("shellfish")
    OTHER = "other", _("others")


class Species(Named):
    """A species of the catalogue; `is_catalogued` ones fall under the first of the four musts."""

    latin = models.CharField(_("Latin name"), max_length=80, blank=True)
    group = models.CharField(_("group"), max_length=12, choices=Group)
    is_marine = models.BooleanField(_("marine"), default=False)
    unit = models.CharField(_("usual unit"), max_length=12, choices=Unit, default=Unit.TAIL)
    is_catalogued = models.BooleanField(_("in the catalogue of species to be inspected"), default=True)

    class Meta:
        verbose_name = _("species")
        verbose_name_plural = _("species")
        ordering = ["group", "key"]


class Disease(Named):
    """A disease that procedures name."""

    grade = models.CharField(_("class of disease"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("disease")
        verbose_name_plural = _("diseases")
        ordering = ["key"]


class FarmCategory(Named):
    """A category of producer (四级三场); its definition is local, so it is data (req: Q14)."""

    order = models.PositiveSmallIntegerField(_("order"), default=50)

    class Meta:
        verbose_name = _("farm category")
        verbose_name_plural = _("farm categories")
        ordering = ["order", "key"]


class Procedure(models.Model):
    """A version of one of the quarantine procedures (req: Q14); in force from a day on, until it is repealed."""

    class State(models.TextChoices):
        """Only a draft can be changed."""

        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    group = models.CharField(_("group"), max_length=12, choices=Group)
    title = models.CharField(_("title"), max_length=120)
    document = models.CharField(_("document number"), max_length=80, blank=True)
    effective_on = models.DateField(_("in force from"))
    ends_on = models.DateField(_("repealed on"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    is_shipped = models.BooleanField(_("shipped"), default=False)

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        ordering = ["group", "-effective_on"]
        constraints = [models.UniqueConstraint(fields=["group", "effective_on"], name="procedure_once_per_day")]

    def __str__(self) -> str:
        return self.title


class ProcedureEntry(models.Model):
    """That a procedure has a disease looked for in some species, and whether a laboratory must test for it."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="entries", verbose_name=_("procedure"))
    disease = models.ForeignKey(Disease, models.PROTECT, related_name="+", verbose_name=_("disease"))
    species = models.ManyToManyField(Species, related_name="+", verbose_name=_("species"), blank=True)
    is_whole_group = models.BooleanField(_("every species of the group"), default=False)
    needs_test = models.BooleanField(_("needs a laboratory test"), default=False)
    period_days = models.PositiveIntegerField(_("a test stays good for"), null=True, blank=True)
    method = models.CharField(_("method used"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("entry of a procedure")
        verbose_name_plural = _("entries of procedures")
        ordering = ["procedure_id", "id"]
        constraints = [models.UniqueConstraint(fields=["procedure", "disease"], name="disease_once_per_procedure")]

    def __str__(self) -> str:
        return str(self.disease)


class MustRule(models.Model):
    """One of the conditions under which quarantine is a must; which hold is local and dated (req: Q14)."""

    class Condition(models.TextChoices):
        """What can be asked of a declaration."""

        CATALOGUED = "catalogued", _("the species is on the licence and in the catalogue")
        RELEASE = "release", _("the seed is for release into open waters")
        OUTSIDE_CITY = "outside-city", _("the seed is sold outside the city")
        DISEASE_RECENT = "disease-recent", _("the producer had the disease or a positive test in recent years")

    condition = models.CharField(_("condition"), max_length=20, choices=Condition)
    label = models.CharField(_("wording"), max_length=200)
    years = models.PositiveSmallIntegerField(_("recent years"), default=3)
    effective_on = models.DateField(_("in force from"))
    ends_on = models.DateField(_("repealed on"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200)
    is_shipped = models.BooleanField(_("shipped"), default=False)

    class Meta:
        verbose_name = _("must")
        verbose_name_plural = _("musts")
        ordering = ["effective_on", "id"]
        constraints = [models.UniqueConstraint(fields=["condition", "effective_on"], name="must_once_per_day")]

    def __str__(self) -> str:
        return self.label


class Setting(models.Model):
    """The value of a dated figure from a day on; the newest one in force counts."""

    key = models.CharField(_("figure"), max_length=60)
    value = models.CharField(_("value"), max_length=MOST_VALUE)
    effective_on = models.DateField(_("in force from"))
    source = models.CharField(_("source"), max_length=200)
    note = models.CharField(_("note"), max_length=300, blank=True)
    is_shipped = models.BooleanField(_("shipped"), default=False)
    entered_by = models.CharField(_("entered by"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("dated figure")
        verbose_name_plural = _("dated figures")
        ordering = ["key", "-effective_on"]
        constraints = [models.UniqueConstraint(fields=["key", "effective_on"], name="setting_once_per_day")]

    def __str__(self) -> str:
        return self.key
