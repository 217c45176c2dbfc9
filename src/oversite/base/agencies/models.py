"""Agencies in one tree of any depth, and the departments that steps are routed to."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node


class Agency(MP_Node):
    """One body in the tree; a user sees the subtree of their own agency and nothing beside it (req: A4.1)."""

    class Kind(models.TextChoices):
        """What sort of body it is; rules and forms ask for kinds, never for names."""

        GOVERNMENT = "government", _("government")
        CUSTOMS = "customs", _("customs")
        QUARANTINE = "quarantine", _("inspection and quarantine")
        AGRICULTURE = "agriculture", _("agriculture")
        COMMERCE = "commerce", _("commerce")
        POLICE = "police", _("public security")
        DISCIPLINE = "discipline", _("discipline inspection")
        PREVENTION = "prevention", _("disease prevention")
        LABORATORY = "laboratory", _("laboratory")
        ENTERPRISE = "enterprise", _("enterprise")
        UPKEEP = "upkeep", _("upkeep unit")

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    level = models.PositiveSmallIntegerField(
        _("level of supervision"), help_text=_("1 national, 2 regional, 3 on site")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    node_order_by: list[str] = []

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A part of an agency that later steps are routed to (req: DEP)."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="departments", verbose_name=_("agency"))
    key = models.SlugField(_("key"), max_length=32, help_text=_("technical, prevention, publicity, discipline …"))
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [models.UniqueConstraint(fields=["agency", "key"], name="department_once_per_agency")]
        ordering = ["agency_id", "key"]

    def __str__(self) -> str:
        return self.name
