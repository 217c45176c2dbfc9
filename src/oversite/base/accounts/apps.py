"""The Django app `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the app under the label `accounts`."""

    name = "oversite.base.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
