"""API tokens: issued, used, revoked."""

import hashlib
import ipaddress
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from oversite.base.accounts.actions.rights import require_in_subtree
from oversite.base.accounts.models import ApiToken, User
from oversite.base.accounts.roles import separated_permissions
from oversite.base.audit.actions import record
from oversite.base.audit.queries import history
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _

PREFIX = "ovs_"
SHOWN_CHARACTERS = 10
LONGEST = timedelta(days=366)
NOTE_USE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just issued and its text, which is shown once and kept nowhere."""

    token: ApiToken
    text: str


@transaction.atomic
def issue_token(
    actor: User | None,
    user: User,
    *,
    name: str,
    permissions: Iterable[str],
    expires_at: datetime,
    networks: Iterable[str] = (),
) -> NewToken:
    """Issue a token that acts as `user` with some of their permissions, until `expires_at`, from `networks` (CIDR).

    No networks means from anywhere. Raises `Refused`: not allowed, permissions that the user does not hold or that only
    the three administrators carry, an expiry that is past or more than a year away, or a network that cannot be read.
    """
    require_in_subtree(actor, user.agency, "accounts.tokens")
    names, now = sorted(set(permissions)), clock.now()
    kept_apart = separated_permissions()
    if missing := [each for each in names if each in kept_apart or not user.has_perm(each)]:
        raise Refused(
            "accounts.token.permissions",
            _("A key for %(user)s cannot carry: %(names)s.") % {"user": user.name, "names": ", ".join(missing)},
            status=409,
        )
    if not now < expires_at <= now + LONGEST:
        raise Refused("accounts.token.expiry", _("A key is valid for at most a year from now."), status=422)
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        prefix=text[:SHOWN_CHARACTERS],
        token_sha256=_digest(text),
        permissions=names,
        networks=[_network(each) for each in networks],
        expires_at=expires_at,
    )
    record(
        "accounts.token.issued",
        actor=actor,
        subject=user,
        data={"name": name, "permissions": names, "expires_at": expires_at, "networks": token.networks},
    )
    return NewToken(token, text)


@transaction.atomic
def revoke_token(actor: User | None, token: ApiToken) -> None:
    """End a token at once."""
    require_in_subtree(actor, token.user.agency, "accounts.tokens")
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now()):
        record("accounts.token.revoked", actor=actor, subject=token.user, data={"name": token.name})


def use_token(text: str, address: str) -> User | None:
    """The user whom `text` stands for, with the token's permissions only; none when it is not valid from `address`.

    Remembers the time of use, at most once a minute; the first use of a Beijing day from an address is in the audit.
    """
    now = clock.now()
    valid = ApiToken.objects.filter(
        token_sha256=_digest(text), revoked_at=None, expires_at__gt=now, user__is_active=True
    )
    token = valid.select_related("user__agency").first()
    if token is None or not _is_from(address, token.networks):
        return None
    ApiToken.objects.filter(Q(used_at=None) | Q(used_at__lt=now - NOTE_USE_EVERY), pk=token.pk).update(used_at=now)
    token.user.limited_to = frozenset(token.permissions)
    token.user.token_prefix = token.prefix
    _note_address(token, address, now)
    return token.user


def _note_address(token: ApiToken, address: str, now: datetime) -> None:
    midnight = now.astimezone(clock.BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    today = history(token).filter(act="accounts.token.used", at__gte=midnight)
    if any(row.data.get("address") == address for row in today):
        return
    with transaction.atomic():
        record("accounts.token.used", actor=token.user, subject=token, data={"address": address})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError as error:
        raise Refused(
            "accounts.token.network",
            _("“%(text)s” is not an address or network such as 10.1.2.0/24.") % {"text": text[:60]},
            status=422,
        ) from error


def _is_from(address: str, networks: list[str]) -> bool:
    if not networks:
        return True
    try:
        source = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(source in ipaddress.ip_network(network) for network in networks)
