"""How calls of the interface `/api/v1` are authenticated: a key, or the session of our own screens."""

import time

from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer, SessionAuth
from ninja.throttling import BaseThrottle

from oversite.base.accounts.actions import use_token
from oversite.base.accounts.models import User
from oversite.base.accounts.queries import pending_step
from oversite.common.errors import Refused

CALLS_PER_WINDOW = 600
WINDOW_S = 60
SHOWN_CHARACTERS = 10
"""How much of a key that is not valid goes into the audit: as much as the list of keys shows."""


class TokenAuth(HttpBearer):
    """`Authorization: Bearer ovs_…`; the request's user is then the key's, with the key's permissions."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The user; raises `Refused` (401) for a key that is not valid, also beside a session that is."""
        user = use_token(token, request.META.get("REMOTE_ADDR", ""))
        if user is None:
            request.user = AnonymousUser()
            raise Refused(
                "accounts.token.invalid",
                _("This key is not valid: it is unknown, expired, revoked, or not used from its addresses."),
                status=401,
                data={"begins_with": token[:SHOWN_CHARACTERS]},
            )
        request.user = user
        return user


class SignedIn(SessionAuth):
    """The session of our own screens, with CSRF; nobody gets in before the first password is changed."""

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """The user, or none for 401."""
        del key
        user = request.user
        return user if isinstance(user, User) and not pending_step(user) else None


class KeyThrottle(BaseThrottle):
    """So many calls a minute for each key in each web process; sessions are free."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Count the call; false when the key has used up this minute."""
        prefix = getattr(request.user, "token_prefix", "")
        if not prefix:
            return True
        calls = caches["calls"]
        key = f"api:calls:{prefix}:{int(time.time()) // WINDOW_S}"
        if calls.add(key, 1, 2 * WINDOW_S):
            return True
        try:
            return bool(calls.incr(key) <= CALLS_PER_WINDOW)
        except ValueError:  # it was swept out in between
            return True

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return WINDOW_S - time.time() % WINDOW_S


TOKEN_OR_SESSION = (TokenAuth(), SignedIn())
"""For `NinjaAPI(auth=…)`."""
