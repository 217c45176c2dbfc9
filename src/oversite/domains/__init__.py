"""Law and trade: each domain is one app, or a package of apps that its `APPS` names, and can be taken out."""

from importlib import import_module


def apps_of(domain: str) -> list[str]:
    """The Django apps of a domain that consists of several, lowest first: one line in `INSTALLED_APPS`."""
    return list(import_module(f"oversite.domains.{domain}").APPS)
