"""The Django app `accounts`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """Registers the app under the label `accounts` and keeps the shipped roles as the slot says."""

    name = "oversite.base.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug in, and write the shipped roles after every migration."""
        from oversite.base.accounts import contributes  # noqa: F401
        from oversite.base.accounts.roles import restore_shipped_roles

        post_migrate.connect(restore_shipped_roles, sender=self, dispatch_uid="accounts.roles")
