"""The Django app `evidence`."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EvidenceConfig(AppConfig):
    """Registers the app under the label `evidence`, fills the slots of the apps below, makes the evidence key."""

    name = "oversite.video.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug in; the key is made at the first start, so that others can be given its public half."""
        from oversite.video.evidence import contributes  # noqa: F401

        post_migrate.connect(make_key, sender=self, dispatch_uid="evidence.key")


def make_key(**_signal: Any) -> None:
    """Make the key that packages are signed with, unless it is there."""
    from oversite.video.evidence.signing import evidence_signer

    evidence_signer()
