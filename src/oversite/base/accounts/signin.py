"""The lock that five failures put on a user name, kept in the cache of the database.

allauth counts the failures (`login_failed: 5/30m/key`); the lock adds until when, for names that do not exist as well,
so that nobody learns from it which names there are.
"""

from datetime import datetime, timedelta

from django.core.cache import cache

from oversite.common import clock

LOCK = timedelta(minutes=30)


def lock_key(username: str) -> str:
    """The name under which failures are counted: whatever the Host header or the case says, one per account."""
    return username.strip().lower()[:150]


def lock(username: str) -> datetime:
    """Lock a user name from now on; gives the instant at which the lock ends."""
    until = clock.now() + LOCK
    cache.set(_cache_key(username), until.isoformat(), LOCK.total_seconds())
    return until


def locked_until(username: str) -> datetime | None:
    """The end of the lock, or none."""
    text = cache.get(_cache_key(username))
    until = datetime.fromisoformat(text) if text else None
    return until if until and until > clock.now() else None


def unlock(username: str) -> None:
    """Lift the lock and forget the failures."""
    from allauth.account import app_settings
    from allauth.core.internal import ratelimit

    cache.delete(_cache_key(username))
    for rate in ratelimit.parse_rates(app_settings.RATE_LIMITS["login_failed"]):
        key = ratelimit.get_cache_key(
            None, app="allauth.account", action="login_failed", rate=rate, key=lock_key(username)
        )
        cache.delete(key)


def _cache_key(username: str) -> str:
    from hashlib import sha256

    return f"signin-lock:{sha256(lock_key(username).encode()).hexdigest()}"
