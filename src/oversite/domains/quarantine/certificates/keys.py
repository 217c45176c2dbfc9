"""The keys that sign certificates: found, opened wherever they lie, refused when their period is over."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.db import connection, transaction

from oversite.common import clock, config
from oversite.common.errors import OversiteError, Refused
from oversite.common.keys import read_key
from oversite.common.sentences import sentence as _
from oversite.common.signing import Algorithm, Signer, TrustedKey, open_signer, trusted_key
from oversite.common.sm2 import Sm2Unavailable
from oversite.common.tokens import Token, TokenError, open_token_signer
from oversite.domains.quarantine.certificates.models import SigningKey

PERIOD: Final = timedelta(days=3 * 365)
PIN: Final = "pkcs11-pin"
"""The file of DATA/keys with the PIN of the token."""
WHY: Final = {
    "settings": _("no token is configured. The administrator sets pkcs11_module and pkcs11_token."),
    "no-pin": _("the PIN of the token is missing. The administrator puts it into keys/pkcs11-pin."),
    "token": _("the token does not answer. Put it in, then try again."),
    "pin": _("the token refuses its PIN. The administrator corrects keys/pkcs11-pin; a few wrong ones lock the token."),
    "key": _("there is no usable key with this label on the token. Check the label."),
    "algorithm": _("it is no key for ECDSA on P-256. Choose another one."),
    "signing": _("the token does not sign with it. Check what it may be used for."),
    "file": _("its file cannot be read. The administrator looks after the folder keys."),
}
"""What a `TokenError` says, for people; `file` is any other key that cannot be opened."""
PURPOSES: Final = {SigningKey.Purpose.CODE: Algorithm.ECDSA_P256, SigningKey.Purpose.SM2: Algorithm.SM2}


def code_key() -> SigningKey:
    """The key of the printed codes in force; made at its first use. Raises `Refused` when its period is over."""
    key = _newest(SigningKey.Purpose.CODE) or renew_key(SigningKey.Purpose.CODE)
    require_in_force(key)
    return key


def sm2_key() -> SigningKey | None:
    """The key that signs documents in SM2 beside, or none where this machine has no SM2 (req: Q10)."""
    key = _newest(SigningKey.Purpose.SM2)
    if key is None:
        try:
            key = renew_key(SigningKey.Purpose.SM2)
        except Sm2Unavailable:
            return None
    return key if is_in_force(key) else None


@transaction.atomic
def renew_key(purpose: str) -> SigningKey:
    """Make a new key of the installation for codes or for SM2; the one before stays known and signs no more."""
    now = clock.now().replace(microsecond=0)
    number = SigningKey.objects.filter(purpose=purpose).count() + 1
    name = "certificate" if number == 1 else f"certificate-{number}"
    algorithm = PURPOSES[SigningKey.Purpose(purpose)]
    signer = open_signer(config.current().keys_dir, name, algorithm)
    SigningKey.objects.filter(purpose=purpose, retired_at=None).update(retired_at=now)
    key, _is_new = SigningKey.objects.get_or_create(
        name=f"{name}.{algorithm}",
        defaults={
            "purpose": purpose,
            "algorithm": algorithm,
            "fingerprint": signer.fingerprint,
            "begins_at": now,
            "ends_at": now + PERIOD,
        },
    )
    return key


def is_in_force(key: SigningKey) -> bool:
    """Whether a key may sign now."""
    return key.retired_at is None and key.revoked_at is None and key.begins_at <= clock.now() < key.ends_at


def require_in_force(key: SigningKey) -> None:
    """Raise `Refused` for a key whose period is over."""
    if not is_in_force(key):
        raise Refused(
            "quarantine.key.expired",
            _("The signing key %(name)s (%(holder)s) is no longer valid. Have it renewed, then issue again.")
            % {"name": key.name, "holder": key.holder or key.get_purpose_display()},
            "Q10",
            409,
            {"key": key.name, "ended": key.ends_at.isoformat()},
        )


def signer_of(key: SigningKey) -> Signer:
    """The key, opened; raises `Refused` where its token or file cannot be used."""
    try:
        if key.store == SigningKey.Store.TOKEN:
            return open_token_signer(token(), key.name)
        name, _dot, algorithm = key.name.rpartition(".")
        return open_signer(config.current().keys_dir, name, Algorithm(algorithm))
    except (OversiteError, OSError) as error:
        raise unusable(key.name, error) from error


def unusable(name: str, error: Exception) -> Refused:
    """The refusal for a key that its file or token does not give, in words of the reader."""
    why = WHY[error.reason] if isinstance(error, TokenError) else WHY["file"]
    return Refused(
        "quarantine.key.unusable",
        _("The signing key %(name)s cannot be used: %(error)s") % {"name": name, "error": why},
        "Q10",
        409,
        {"key": name, "error": str(error)[:200]},
    )


def token() -> Token:
    """The token of the configuration; raises `TokenError` where none is configured."""
    current = config.current()
    if not (current.pkcs11_module and current.pkcs11_token):
        raise TokenError("settings", "no token is configured (pkcs11_module, pkcs11_token)")
    try:
        pin = read_key(current.keys_dir, PIN).decode().strip()
    except OSError as error:
        raise TokenError("no-pin", f"the PIN of the token is missing (keys/{PIN})") from error
    from pathlib import Path

    return Token(Path(current.pkcs11_module), current.pkcs11_token, pin)


def trusted_keys() -> list[TrustedKey]:
    """The public halves of every key of printed codes with their periods: what an inspector trusts, or no longer."""
    rows = SigningKey.objects.filter(purpose=SigningKey.Purpose.CODE)
    return [with_period(trusted_key(key.name, signer_of(key)), key) for key in rows]


def known_periods(files: list[TrustedKey]) -> list[TrustedKey]:
    """Keys of files with the periods of those that are recorded, and the recorded keys of printed codes on a token.

    Where the database was never set up there is no record yet, and the keys are as they came.
    """
    if SigningKey._meta.db_table not in connection.introspection.table_names():
        return files
    rows = {row.fingerprint: row for row in SigningKey.objects.all()}
    listed = [with_period(key, rows[key.fingerprint]) if key.fingerprint in rows else key for key in files]
    on_tokens = SigningKey.objects.filter(purpose=SigningKey.Purpose.CODE, store=SigningKey.Store.TOKEN)
    return listed + [with_period(trusted_key(row.name, signer_of(row)), row) for row in on_tokens]


def with_period(trusted: TrustedKey, key: SigningKey) -> TrustedKey:
    """The public half with the period in which it was to sign, and when it was revoked."""
    ends_at = min(key.ends_at, key.retired_at or key.ends_at)
    return replace(trusted, begins_at=key.begins_at, ends_at=ends_at, revoked_at=key.revoked_at)


def _newest(purpose: str) -> SigningKey | None:
    return SigningKey.objects.filter(purpose=purpose, retired_at=None).order_by("-begins_at").first()
