"""Where the installed domains answer: each below its own name, as far as it has addresses."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.urls import URLResolver, include, path
from ninja import Router

HOUSE = "oversite.domains."


def domain_names() -> list[str]:
    """The folders of the installed domains."""
    found = (config.name.removeprefix(HOUSE) for config in apps.get_app_configs() if config.name.startswith(HOUSE))
    return list(dict.fromkeys(name.split(".")[0] for name in found))


def domain_urls() -> list[URLResolver]:
    """One prefix for each installed domain that has a module `urls`; its `public_urls` stand beside it."""
    names = domain_names()
    own = [path(f"{name}/", include(f"{HOUSE}{name}.urls")) for name in names if find_spec(f"{HOUSE}{name}.urls")]
    public = [f"{HOUSE}{name}.public_urls" for name in names if find_spec(f"{HOUSE}{name}.public_urls")]
    return own + [path("", include(each)) for each in public]


def domain_routers() -> Iterator[tuple[str, Router]]:
    """The routers of `/api/v1` that the apps of the installed domains bring (module `api`), each with its prefix.

    The prefix is the domain's name, unless the module says another one (`PREFIX`).
    """
    for config in apps.get_app_configs():
        if config.name.startswith(HOUSE) and find_spec(f"{config.name}.api"):
            module = import_module(f"{config.name}.api")
            domain = config.name.removeprefix(HOUSE).split(".")[0]
            yield getattr(module, "PREFIX", f"/{domain}"), module.router
