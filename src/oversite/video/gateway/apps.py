"""The Django app `gateway`."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """Registers the app under the label `gateway`."""

    name = "oversite.video.gateway"
    label = "gateway"
    default_auto_field = "django.db.models.BigAutoField"
