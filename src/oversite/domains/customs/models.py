"""The customs register: houses with their districts, sites with their digits, positions with their codes."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from oversite.domains.customs.codes import CameraCode, Circumstance, Place, tables
from oversite.domains.customs.screentext import Limits
from oversite.domains.customs.signs import SignSize

CONTROL_RIGHTS = (("", _("none asked for")), ("primary", _("primary control")), ("exclusive", _("exclusive control")))
"""As rules and cameras name them (req: C9.1, C9.2)."""


class CustomsHouse(models.Model):
    """What an agency is in codes and on pictures: its customs district, its regional customs and its own name."""

    agency = models.OneToOneField(
        "agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency of the house")
    )
    district = models.CharField(_("customs district"), max_length=4, unique=True, help_text=_("4 digits"))
    regional_name = models.CharField(_("regional customs"), max_length=60)
    house_name = models.CharField(_("customs house"), max_length=60)

    class Meta:
        verbose_name = _("customs house")
        verbose_name_plural = _("customs houses")
        ordering = ["district"]

    def __str__(self) -> str:
        return f"{self.district} {self.house_name}"


class ShortName(models.Model):
    """A registered short name: it stands for one full name, and no other name has it (A3.2.2.2)."""

    class Kind(models.TextChoices):
        """What it names."""

        REGIONAL = "regional", _("regional customs")
        HOUSE = "house", _("customs house")
        PLACE = "place", _("place")

    kind = models.CharField(_("what it names"), max_length=8, choices=Kind)
    full = models.CharField(_("name in full"), max_length=120, unique=True)
    short = models.CharField(_("short name"), max_length=40, unique=True)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("registered by"))

    class Meta:
        verbose_name = _("registered short name")
        verbose_name_plural = _("registered short names")
        ordering = ["full"]

    def __str__(self) -> str:
        return self.short


class SiteRegistration(models.Model):
    """The site in the customs register: digits 1 to 7 of its cameras' codes, and its class (A3.1.2)."""

    site = models.OneToOneField("sites.Site", models.PROTECT, related_name="+", verbose_name=_("site"))
    house = models.ForeignKey(
        CustomsHouse, models.PROTECT, related_name="registrations", verbose_name=_("customs house")
    )
    registration_code = models.CharField(_("registration code of the supervised site"), max_length=40, blank=True)
    district = models.CharField(_("customs district"), max_length=4)
    digits = models.CharField(_("serial of the site"), max_length=3)
    site_class = models.CharField(_("class of the site"), max_length=2)
    circumstances = models.JSONField(_("special cases"), default=list, blank=True)
    reason = models.CharField(_("reason for an “other” class"), max_length=200, blank=True)
    place_name = models.CharField(_("name of the place on pictures"), max_length=120)
    sign_size = models.CharField(
        _("size of the notices"),
        max_length=6,
        choices=[(size.value, size.value) for size in SignSize],
        default=SignSize.MEDIUM,
    )

    class Meta:
        verbose_name = _("site in the customs register")
        verbose_name_plural = _("sites in the customs register")
        ordering = ["district", "digits"]
        constraints = [models.UniqueConstraint(fields=["district", "digits"], name="customs_site_digits_once")]

    def __str__(self) -> str:
        return f"{self.district}{self.digits} {self.place_name}"

    @property
    def place(self) -> Place:
        """What the rules of the code ask about the place."""
        return Place(frozenset(Circumstance(each) for each in self.circumstances), self.reason)


class CameraPosition(models.Model):
    """A position watched by one camera: the code belongs to the position, whatever hardware hangs there.

    A row is never deleted and its code never given to another position; a position that is given up is closed.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    registration = models.ForeignKey(SiteRegistration, models.PROTECT, related_name="positions", verbose_name=_("site"))
    code = models.CharField(_("camera code"), max_length=20, unique=True)
    position = models.CharField(_("position watched"), max_length=2)
    serial = models.PositiveSmallIntegerField(_("serial at the position"))
    business = models.CharField(_("business class on the picture"), max_length=40)
    area = models.ForeignKey(
        "sites.Area", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("area")
    )
    mounted_at = models.CharField(_("where it hangs"), max_length=200, blank=True)
    camera = models.OneToOneField(
        "cameras.Camera", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("camera")
    )
    is_steerable = models.BooleanField(
        _("planned as steerable"), default=False, help_text=_("as long as no camera hangs there")
    )
    control_right = models.CharField(
        _("control right that the rules ask for"), max_length=10, choices=CONTROL_RIGHTS, blank=True, default=""
    )
    screen_lines = models.PositiveSmallIntegerField(_("lines that the device takes"), default=2)
    line_characters = models.PositiveSmallIntegerField(_("characters in a line"), default=32)
    hanzi_width = models.PositiveSmallIntegerField(
        _("how a Chinese character counts"), default=1, choices=((1, _("as one")), (2, _("as two")))
    )
    allotted_at = models.DateTimeField(_("code allotted at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_reason = models.CharField(_("why it was closed"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("camera position")
        verbose_name_plural = _("camera positions")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["registration", "position", "serial"], name="customs_serial_once")
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def parts(self) -> CameraCode:
        """The code in its parts."""
        return CameraCode.split(self.code)

    @property
    def limits(self) -> Limits:
        """What the device takes."""
        return Limits(self.screen_lines, self.line_characters, self.hanzi_width)

    @property
    def position_label(self) -> str:
        """What the position is called in annex 3."""
        entry = tables().entries["position"].get(self.position)
        return entry.label.zh if entry else self.position


class ScreenCheck(models.Model):
    """What was last written to a device for a position, and what the device said that it shows."""

    class State(models.TextChoices):
        """How the picture stands against the register."""

        MATCH = "match", _("as it must be")
        MISMATCH = "mismatch", _("shows something else")
        UNSUPPORTED = "unsupported", _("device does not support it")
        REFUSED = "refused", _("device refused it")
        NO_ANSWER = "no-answer", _("no answer")
        NO_CHANNEL = "no-channel", _("channel not found")

    position = models.OneToOneField(
        CameraPosition, models.CASCADE, related_name="screen", verbose_name=_("camera position")
    )
    state = models.CharField(_("text on the picture"), max_length=12, choices=State)
    wanted = models.JSONField(_("must show"), default=list)
    shown = models.JSONField(_("shows"), default=list)
    differences = models.JSONField(_("differences"), default=list)
    reason = models.CharField(_("as the device said"), max_length=300, blank=True)
    pushed_at = models.DateTimeField(_("written at"), null=True, blank=True)
    checked_at = models.DateTimeField(_("read at"))

    class Meta:
        verbose_name = _("check of the text on a picture")
        verbose_name_plural = _("checks of the text on pictures")

    def __str__(self) -> str:
        return f"{self.position_id} {self.state}"


class MachineRoom(models.Model):
    """A machine room or cabinet of a site, and whether it meets customs' network security (req: C8)."""

    class Kind(models.TextChoices):
        """Room or cabinet."""

        ROOM = "room", _("machine room")
        CABINET = "cabinet", _("cabinet")

    class Secure(models.TextChoices):
        """Whether it meets the requirements."""

        YES = "yes", _("meets them")
        NO = "no", _("does not meet them")
        UNKNOWN = "", _("not assessed")

    site = models.ForeignKey("sites.Site", models.PROTECT, related_name="+", verbose_name=_("site"))
    kind = models.CharField(_("room or cabinet"), max_length=8, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    stands_at = models.CharField(_("where it stands"), max_length=200, blank=True)
    network_security = models.CharField(
        _("network security of customs"), max_length=3, choices=Secure, default=Secure.UNKNOWN, blank=True
    )
    assessed_on = models.DateField(_("assessed on"), null=True, blank=True)
    basis = models.CharField(_("basis of the assessment"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("machine room or cabinet")
        verbose_name_plural = _("machine rooms and cabinets")
        ordering = ["site_id", "name"]
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="customs_room_once_per_site")]

    def __str__(self) -> str:
        return self.name


class RoomEquipment(models.Model):
    """A piece of equipment that a machine room or cabinet houses (req: C8)."""

    class Purpose(models.TextChoices):
        """What it is for, in the words of the document, and the security device that links to customs (C6)."""

        STORAGE = "storage", _("storage of video")
        NETWORK = "network", _("network")
        INTEGRATION = "integration", _("integration")
        SECURITY = "security", _("video security device")
        OTHER = "other", _("other equipment")

    room = models.ForeignKey(
        MachineRoom, models.CASCADE, related_name="equipment", verbose_name=_("machine room or cabinet")
    )
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    name = models.CharField(_("name"), max_length=80)
    model = models.CharField(_("model"), max_length=80, blank=True)
    device = models.ForeignKey(
        "cameras.Device", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("device")
    )

    class Meta:
        verbose_name = _("equipment of a machine room")
        verbose_name_plural = _("equipment of machine rooms")
        ordering = ["room_id", "purpose", "name"]

    def __str__(self) -> str:
        return self.name
