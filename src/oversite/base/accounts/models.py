"""Users and the roles they hold."""

from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oversite.common.errors import Refused


class UserManager(BaseUserManager["User"]):
    """Finds users by their user name; users are made by actions only."""


class User(AbstractBaseUser):
    """A person with an account; what they may do comes from their roles, what they may see from their agency."""

    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("full name"), max_length=60)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    department = models.ForeignKey(
        "agencies.Department", models.PROTECT, related_name="+", verbose_name=_("department"), null=True, blank=True
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(_("must change the password"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []

    limited_to: frozenset[str] | None = None
    """The permissions of the API token in use, which can only take away; none on a session."""
    token_prefix = ""
    """The first characters of that token, for the audit."""

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def held_roles(self) -> list["Role"]:
        """The roles held, read once per instance; none for a disabled account."""
        return list(Role.objects.filter(grants__user_id=self.pk)) if self.is_active else []

    @property
    def permissions(self) -> frozenset[str]:
        """The names of all permissions held."""
        held = frozenset(name for role in self.held_roles for name in role.permissions)
        return held if self.limited_to is None else held & self.limited_to

    @property
    def needs_second_factor(self) -> bool:
        """Whether any role held asks for one."""
        return any(role.needs_second_factor for role in self.held_roles)

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Whether the user holds `permission` at all; which objects it covers is for the queries to say."""
        del obj
        return permission in self.permissions

    def require(self, permission: str, clause: str = "") -> None:
        """Raise `Refused` unless the user holds `permission`; for apps that lie below this one."""
        if not self.has_perm(permission):
            raise Refused(
                "accounts.permission.missing",
                _("Your roles do not include this. Ask the administrator of your agency."),
                clause,
                data={"permission": permission},
            )


class Role(models.Model):
    """A set of named permissions; the shipped ones follow the program, others are made by administrators.

    `is_separated` marks the three administrators of which nobody may hold two (GB/T 22239-2019 8.1.4.2d).
    """

    key = models.SlugField(_("key"), max_length=40, unique=True)
    label_zh = models.CharField(_("name in Chinese"), max_length=60)
    label_en = models.CharField(_("name in English"), max_length=60)
    permissions = models.JSONField(_("permissions"), default=list)
    needs_training = models.BooleanField(_("needs recorded training"), default=False)
    needs_second_factor = models.BooleanField(_("needs a second factor"), default=False)
    is_separated = models.BooleanField(_("kept apart from the other administrators"), default=False)
    is_shipped = models.BooleanField(_("shipped"), default=False)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.label_zh if (get_language() or "zh").startswith("zh") else self.label_en


class RoleGrant(models.Model):
    """That a user holds a role; who gave it is in the audit."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name=_("user"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants", verbose_name=_("role"))
    granted_at = models.DateTimeField(_("granted at"), auto_now_add=True)

    class Meta:
        verbose_name = _("granted role")
        verbose_name_plural = _("granted roles")
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="role_once_per_user")]
        ordering = ["user_id", "role_id"]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class GrantScope(models.Model):
    """Narrows one grant to one thing (a camera, a camera group); a grant without any covers the whole subtree."""

    grant = models.ForeignKey(RoleGrant, models.CASCADE, related_name="scopes", verbose_name=_("granted role"))
    subject_kind = models.CharField(_("kind"), max_length=60)
    subject_id = models.CharField(_("id"), max_length=64)

    class Meta:
        verbose_name = _("narrowing")
        verbose_name_plural = _("narrowings")
        constraints = [
            models.UniqueConstraint(fields=["grant", "subject_kind", "subject_id"], name="scope_once_per_grant")
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}"


class Training(models.Model):
    """A recorded training, without which monitor and administrator cannot be held (req: A8)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="trainings", verbose_name=_("user"))
    course = models.CharField(_("course"), max_length=120)
    trained_on = models.DateField(_("trained on"))
    trained_by = models.CharField(_("trained by"), max_length=120)
    certificate = models.CharField(_("certificate"), max_length=80, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True)
    void_reason = models.CharField(_("reason for voiding"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering = ["-trained_on", "-id"]

    def __str__(self) -> str:
        return self.course


class OldPassword(models.Model):
    """The hash of a password once used, so that the last five are not used again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="old_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at}"


class SavedView(models.Model):
    """A filter of a list that a user keeps under a name; `screen` is the list's key, `query` its query string."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    screen = models.CharField(max_length=80)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "screen", "name"], name="saved_view_once")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """An integrator's key: kept as a hash, a subset of its user's rights, with an expiry and an address list."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name=_("user"))
    name = models.CharField(_("purpose"), max_length=80)
    prefix = models.CharField(_("first characters"), max_length=12)
    token_sha256 = models.CharField(max_length=64, unique=True)
    permissions = models.JSONField(_("permissions"), default=list)
    networks = models.JSONField(_("addresses"), default=list, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
