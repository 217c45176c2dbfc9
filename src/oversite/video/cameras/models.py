"""Devices that register over GB/T 28181, and the cameras that the register knows."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

ABILITIES = (
    ("ptz", _("pan and tilt")),
    ("zoom", _("zoom")),
    ("focus", _("focus")),
    ("iris", _("iris")),
    ("preset", _("presets")),
    ("wiper", _("wiper")),
    ("audio", _("sound")),
    ("infrared", _("infrared")),
    ("night", _("night light or infrared")),
    ("plate", _("reads number plates")),
    ("face", _("recognises faces")),
    ("identify-staff", _("identifies staff")),
    ("identify-passers-by", _("identifies passers-by")),
    ("motion", _("detects motion")),
    ("intrusion", _("detects intrusion")),
    ("long-range", _("long range")),
    ("ultra-hd", _("ultra-high definition")),
    ("birds-eye", _("bird's-eye view")),
    ("on-vehicle", _("mounted on a vehicle")),
)
"""What a camera can do: key and words."""


class Device(models.Model):
    """A GB/T 28181 device: a camera, a recorder with channels, or a lower platform; it registers by itself.

    Presence columns are written by signalling in batches, everything else by actions.
    """

    class Kind(models.TextChoices):
        """By the type digits of the identity."""

        CAMERA = "camera", _("camera")
        RECORDER = "recorder", _("recorder")
        PLATFORM = "platform", _("platform")

    class MediaTransport(models.TextChoices):
        """How the device sends pictures to us; seen from the device: passive means that we connect to it."""

        UDP = "udp", "UDP"
        TCP_PASSIVE = "tcp-passive", _("TCP, the device connects")
        TCP_ACTIVE = "tcp-active", _("TCP, the platform connects")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    gb_id = models.CharField(_("GB/T 28181 identity"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CAMERA)
    site = models.ForeignKey(
        "sites.Site", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("site")
    )
    password_sealed = models.BinaryField(_("password"), blank=True, default=b"")
    media_transport = models.CharField(
        _("media transport"), max_length=12, choices=MediaTransport, default=MediaTransport.UDP
    )
    charset = models.CharField(_("character set"), max_length=12, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    is_online = models.BooleanField(_("online"), default=False)
    registered_at = models.DateTimeField(_("last registered at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    source = models.CharField(_("source address"), max_length=80, blank=True)
    transport = models.CharField(_("signalling transport"), max_length=3, blank=True)
    dialect = models.CharField(_("version of the standard"), max_length=8, blank=True)
    manufacturer = models.CharField(_("manufacturer"), max_length=80, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    firmware = models.CharField(_("firmware"), max_length=80, blank=True)
    clock_offset_ms = models.IntegerField(_("clock offset in ms"), null=True, blank=True)
    channels_seen = models.PositiveIntegerField(_("channels received"), default=0)
    channels_total = models.PositiveIntegerField(_("channels announced"), default=0)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["gb_id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.gb_id})"


class Channel(models.Model):
    """One item of a device's catalogue as the device last gave it; a partial answer never deletes one (quirk 12)."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="channels", verbose_name=_("device"))
    gb_id = models.CharField(_("GB/T 28181 identity"), max_length=20)
    name = models.CharField(_("name"), max_length=160, blank=True)
    parent_id_text = models.CharField(_("parent"), max_length=64, blank=True)
    is_online = models.BooleanField(_("online"), default=False)
    is_damaged = models.BooleanField(_("item arrived damaged"), default=False)
    facts = models.JSONField(_("as announced"), default=dict)
    seen_at = models.DateTimeField(_("last announced"))

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [models.UniqueConstraint(fields=["device", "gb_id"], name="channel_once_per_device")]
        ordering = ["device_id", "gb_id"]

    def __str__(self) -> str:
        return self.name or self.gb_id


class Camera(models.Model):
    """A camera in the register: it stands in an area of a site and answers as a channel of a device."""

    class Mount(models.TextChoices):
        """What kind of camera it is, in the words of the customs document."""

        FIXED = "fixed", _("fixed")
        WIDE = "wide", _("wide-angle")
        PAN_TILT = "pan-tilt", _("pan-tilt")

    class ControlRight(models.TextChoices):
        """Who may steer it (req: C9.1, C9.2)."""

        NONE = "", _("none stated")
        PRIMARY = "primary", _("primary control")
        EXCLUSIVE = "exclusive", _("exclusive control")

    class Line(models.TextChoices):
        """The access line (req: V5.3)."""

        UNKNOWN = "", _("not stated")
        INTERNET = "internet", _("internet")
        VPN = "vpn", _("VPN")
        PRIVATE = "private", _("private line")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    gb_id = models.CharField(_("GB/T 28181 identity"), max_length=20, unique=True)
    camera_code = models.CharField(_("customs code"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=120)
    site = models.ForeignKey("sites.Site", models.PROTECT, related_name="+", verbose_name=_("site"))
    area = models.ForeignKey(
        "sites.Area", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("area")
    )
    device = models.ForeignKey(
        Device, models.PROTECT, related_name="cameras", null=True, blank=True, verbose_name=_("device")
    )
    mount = models.CharField(_("kind"), max_length=10, choices=Mount, default=Mount.FIXED)
    abilities = models.JSONField(_("abilities"), default=list, blank=True)
    control_right = models.CharField(
        _("control right"), max_length=10, choices=ControlRight, default=ControlRight.NONE, blank=True
    )
    has_sub_stream = models.BooleanField(_("has a sub-stream"), default=True)
    records = models.BooleanField(_("recorded around the clock"), default=False)
    everyday_view = models.CharField(_("everyday view"), max_length=200, blank=True)
    everyday_preset = models.PositiveSmallIntegerField(_("preset of the everyday view"), null=True, blank=True)
    manufacturer = models.CharField(_("manufacturer"), max_length=80, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    conforms_to = models.CharField(_("conforms to"), max_length=200, blank=True)
    compatible_with = models.CharField(_("compatible with"), max_length=200, blank=True)
    certificate_number = models.CharField(_("security certificate"), max_length=80, blank=True)
    certificate_expires_on = models.DateField(_("certificate valid until"), null=True, blank=True)
    line = models.CharField(_("access line"), max_length=10, choices=Line, default=Line.UNKNOWN, blank=True)
    measured_codec = models.CharField(_("codec measured"), max_length=10, blank=True)
    measured_kbps = models.PositiveIntegerField(_("bit rate measured"), null=True, blank=True)
    measured_loss_ppm = models.PositiveIntegerField(_("packet loss measured"), null=True, blank=True)
    measured_jitter_ms = models.PositiveIntegerField(_("jitter measured in ms"), null=True, blank=True)
    measured_at = models.DateTimeField(_("measured at"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("camera")
        verbose_name_plural = _("cameras")
        ordering = ["site_id", "gb_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["camera_code"], condition=~models.Q(camera_code=""), name="camera_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class CameraGroup(models.Model):
    """A named set of cameras that a grant may be narrowed to; it belongs to the agency that keeps it."""

    name = models.CharField(_("name"), max_length=80)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    cameras = models.ManyToManyField(Camera, related_name="groups", verbose_name=_("cameras"), blank=True)

    class Meta:
        verbose_name = _("camera group")
        verbose_name_plural = _("camera groups")
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="camera_group_once_per_agency")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Favourite(models.Model):
    """A camera that a user keeps at hand on the wall."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    camera = models.ForeignKey(Camera, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "camera"], name="favourite_once_per_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.camera_id}"
