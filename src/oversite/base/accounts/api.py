"""How calls of the interface `/api/v1` are authenticated: a key, or the session of our own screens."""

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from oversite.base.accounts.actions import use_token
from oversite.base.accounts.models import User
from oversite.base.accounts.queries import pending_step


class TokenAuth(HttpBearer):
    """`Authorization: Bearer ovs_…`; the request's user is then the key's, with the key's permissions."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The user, or none for 401."""
        user = use_token(token, request.META.get("REMOTE_ADDR", ""))
        if user is not None:
            request.user = user
        return user


class SignedIn(SessionAuth):
    """The session of our own screens, with CSRF; nobody gets in before the first password is changed."""

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """The user, or none for 401."""
        del key
        user = request.user
        return user if isinstance(user, User) and not pending_step(user) else None


TOKEN_OR_SESSION = (TokenAuth(), SignedIn())
"""For `NinjaAPI(auth=…)`."""
