"""Numbers that are used once: pools, who holds which unused ranges, and what became of every number."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Pool(models.Model):
    """All numbers of one kind: `first` to `last`, printed as prefix, digits padded to `width`, suffix.

    Every number of a pool lies in exactly one place: in one `Block` while it is unused, in one `Number` after that.
    The row's lock orders everything that happens in the pool.
    """

    key = models.CharField(_("key"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=120)
    prefix = models.CharField(_("prefix"), max_length=40, blank=True)
    suffix = models.CharField(_("suffix"), max_length=20, blank=True)
    width = models.PositiveSmallIntegerField(_("digits"))
    first = models.PositiveBigIntegerField(_("first number"))
    last = models.PositiveBigIntegerField(_("last number"))
    opened_at = models.DateTimeField(_("opened at"))

    class Meta:
        verbose_name = _("number pool")
        verbose_name_plural = _("number pools")
        ordering = ["key"]
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="pool_is_not_empty")]

    def __str__(self) -> str:
        return self.title

    @property
    def size(self) -> int:
        """How many numbers there are in all."""
        return self.last - self.first + 1

    def text(self, value: int) -> str:
        """The number as it is printed."""
        return f"{self.prefix}{value:0{self.width}d}{self.suffix}"


class Block(models.Model):
    """A range of unused numbers in somebody's hand; ranges never overlap and are never empty."""

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="blocks", verbose_name=_("pool"))
    holder_kind = models.CharField(_("kind of holder"), max_length=60)
    holder_id = models.CharField(_("holder"), max_length=64)
    first = models.PositiveBigIntegerField(_("first number"))
    last = models.PositiveBigIntegerField(_("last number"))

    class Meta:
        verbose_name = _("block of unused numbers")
        verbose_name_plural = _("blocks of unused numbers")
        ordering = ["pool_id", "first"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="block_is_not_empty"),
            models.UniqueConstraint(fields=["pool", "first"], name="block_starts_once"),
            models.UniqueConstraint(fields=["pool", "last"], name="block_ends_once"),
        ]
        indexes = [models.Index(fields=["pool", "holder_kind", "holder_id", "first"], name="block_of_holder")]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return self.last - self.first + 1


class Number(models.Model):
    """One number that has left the unused ones; it never goes back."""

    class State(models.TextChoices):
        """Issued can become void or lost; void and lost are final."""

        ISSUED = "issued", _("issued")
        VOID = "void", _("void")
        LOST = "lost", _("lost")

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="numbers", verbose_name=_("pool"))
    value = models.PositiveBigIntegerField(_("value"))
    text = models.CharField(_("number"), max_length=80, db_index=True)
    state = models.CharField(_("state"), max_length=6, choices=State)
    holder_kind = models.CharField(_("kind of holder"), max_length=60)
    holder_id = models.CharField(_("holder"), max_length=64)
    subject_kind = models.CharField(_("kind of subject"), max_length=60, blank=True)
    subject_id = models.CharField(_("subject"), max_length=64, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    drawn_at = models.DateTimeField(_("left the unused at"))
    changed_at = models.DateTimeField(_("last changed at"))

    class Meta:
        verbose_name = _("number")
        verbose_name_plural = _("numbers")
        ordering = ["pool_id", "value"]
        constraints = [models.UniqueConstraint(fields=["pool", "value"], name="number_used_once")]
        indexes = [models.Index(fields=["pool", "state", "holder_kind", "holder_id"], name="number_by_state")]

    def __str__(self) -> str:
        return self.text


class Allotment(models.Model):
    """A range that changed hands, upwards or downwards; the history of the pool."""

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="allotments", verbose_name=_("pool"))
    from_kind = models.CharField(_("kind of giver"), max_length=60, blank=True)
    from_id = models.CharField(_("giver"), max_length=64, blank=True)
    to_kind = models.CharField(_("kind of receiver"), max_length=60)
    to_id = models.CharField(_("receiver"), max_length=64)
    first = models.PositiveBigIntegerField(_("first number"))
    last = models.PositiveBigIntegerField(_("last number"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("allotment")
        verbose_name_plural = _("allotments")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"
