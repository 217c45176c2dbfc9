"""Where the installed domains answer: each below its own name, as far as it has addresses."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.urls import URLResolver, include, path
from ninja import Router

HOUSE = "oversite.domains."


def domain_urls() -> list[URLResolver]:
    """One prefix for each installed domain that has a module `urls`; its `public_urls` stand beside it."""
    names = _installed()
    own = [path(f"{name}/", include(f"{HOUSE}{name}.urls")) for name in names if find_spec(f"{HOUSE}{name}.urls")]
    public = [f"{HOUSE}{name}.public_urls" for name in names if find_spec(f"{HOUSE}{name}.public_urls")]
    return own + [path("", include(each)) for each in public]


def domain_routers() -> list[tuple[str, Router]]:
    """What the installed domains add to `/api/v1`: the (prefix, router) pairs of their modules `api`."""
    modules = [f"{HOUSE}{name}.api" for name in _installed()]
    return [each for module in modules if find_spec(module) for each in import_module(module).ROUTERS]


def _installed() -> list[str]:
    names = (config.name for config in apps.get_app_configs() if config.name.startswith(HOUSE))
    return list(dict.fromkeys(name.removeprefix(HOUSE).split(".")[0] for name in names))
