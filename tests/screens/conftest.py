"""The sample's table, and a client that is somebody."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from oversite.screens.slots import EXPORTERS, MEDIA_ORIGINS, MENU, STORES, TOP_BAR
from screens.sample import settings as sample


@pytest.fixture(scope="session")
def sample_table(django_db_setup: None, django_db_blocker: Any) -> None:
    """The table of the sample model: it has no migrations, because it belongs to no app of the product."""
    from screens.sample.models import Pump

    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Pump)


@pytest.fixture
def pumps(sample_table: None, db: None) -> Any:
    """The manager of the sample model."""
    from screens.sample.models import Pump

    return Pump.objects


@pytest.fixture
def sample_site(pumps: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The product's settings with the sample's addresses and people, and nothing plugged in from above."""
    for slot in (EXPORTERS, MEDIA_ORIGINS, MENU, STORES, TOP_BAR):
        monkeypatch.setattr(slot, "_values", {})
    changes = {
        name: getattr(sample, name)
        for name in ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES", "MESSAGE_STORAGE", "LOGIN_URL", "CSRF_FAILURE_VIEW")
    }
    assert settings.LANGUAGE_CODE == "zh-hans"
    with override_settings(**changes):
        yield


@pytest.fixture
def page(sample_site: None) -> Callable[..., Any]:
    """Open an address as a person ("" = may do everything, `reader`, `nobody`), in English."""

    def ask(url: str, person: str = "", method: str = "get", data: Any = None, **headers: str) -> Any:
        client = Client(raise_request_exception=False)
        client.cookies["person"] = person
        asked = {"accept-language": "en", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return getattr(client, method)(url, data, headers=asked)

    return ask
