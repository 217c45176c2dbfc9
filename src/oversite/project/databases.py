"""SQLite by default, PostgreSQL where `database_url` names one."""

from typing import Any
from urllib.parse import unquote, urlsplit

from oversite.common.config import Config
from oversite.common.errors import ConfigError

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;"
)


def database(config: Config, synchronous: str = "FULL") -> dict[str, Any]:
    """Django's database entry; `synchronous` is FULL in web and worker, NORMAL in signalling and media."""
    if not config.database_url:
        return _sqlite(config, synchronous)
    parts = urlsplit(config.database_url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ConfigError(f"database_url: {parts.scheme!r} is not known; postgresql://user:password@host/name is")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


def _sqlite(config: Config, synchronous: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": config.data_dir / "oversite.db",
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS.format(synchronous=synchronous),
        },
    }
