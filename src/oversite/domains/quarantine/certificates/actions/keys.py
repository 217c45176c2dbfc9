"""Renewing the key of the printed codes."""

from typing import TYPE_CHECKING

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.domains.quarantine.certificates.keys import renew_key
from oversite.domains.quarantine.certificates.models import SigningKey

if TYPE_CHECKING:
    from oversite.base.accounts.models import User


@transaction.atomic
def renew_code_key(user: "User") -> SigningKey:
    """Make a new key for printed codes; the one before signs no more and stays in the trust list."""
    user.require("quarantine.keys.renew", "Q6")
    key = renew_key(SigningKey.Purpose.CODE)
    record("quarantine.key.renewed", actor=user, subject=key, data={"fingerprint": key.fingerprint}, clause="Q6")
    return key
