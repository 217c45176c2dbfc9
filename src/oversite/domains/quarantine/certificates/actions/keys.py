"""Renewing the key of the printed codes, and revoking one that fell into other hands."""

from typing import TYPE_CHECKING

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
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


@transaction.atomic
def revoke_code_key(user: "User", key: SigningKey, reason: str) -> SigningKey:
    """Revoke a key of printed codes for good: nothing that it signed passes the offline check any more.

    A key in use gets its successor at once. Raises `Refused` without a reason, and for a key of another kind or one
    that is revoked already.
    """
    user.require("quarantine.keys.renew", "Q6")
    if not reason.strip():
        raise Refused("quarantine.key.reason", _("Say why."), "Q6", 422)
    row = SigningKey.objects.select_for_update().get(pk=key.pk)
    if row.purpose != SigningKey.Purpose.CODE or row.revoked_at is not None:
        raise Refused("quarantine.key.final", _("This key cannot be revoked (any more)."), "Q6", 409)
    if row.retired_at is None:
        renew_key(SigningKey.Purpose.CODE)
        row.refresh_from_db()
    row.revoked_at, row.revoked_by, row.revoked_reason = clock.now(), user.name, reason.strip()[:200]
    row.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    data = {"fingerprint": row.fingerprint, "reason": row.revoked_reason}
    record("quarantine.key.revoked", actor=user, subject=row, data=data, clause="Q6")
    return row
