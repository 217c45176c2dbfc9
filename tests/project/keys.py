"""Keys of other systems for tests, and calls with them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from access.registry import Rule, World
from oversite.base.accounts.actions import issue_token
from oversite.common import clock

HOME = "203.0.113.7"

NEEDS: dict[str, tuple[str, ...]] = {
    "sites": ("sites.read",),
    "site": ("sites.read",),
    "cameras": ("cameras.read",),
    "camera": ("cameras.read",),
    "devices": ("cameras.read",),
    "device": ("cameras.read",),
    "channels": ("cameras.read",),
    "recordings": ("video.playback",),
    "sessions": ("supervision.read",),
    "session": ("supervision.read",),
    "sheet": ("supervision.read",),
    "evidence-list": ("evidence.read",),
    "evidence": ("evidence.read",),
    "verify": ("evidence.read",),
    "verdicts": ("rules.read",),
    "verdict": ("rules.read",),
    "findings": ("rules.read",),
    "finding": ("rules.read",),
    "plan-lines": ("rules.read",),
    "positions": ("customs.register.read",),
    "position": ("customs.register.read",),
    "viewings": ("viewing.read",),
    "entries": ("audit.read", "audit.export"),
    "quarantine-points": ("quarantine.registry.read",),
    "quarantine-veterinarians": ("quarantine.registry.read",),
    "quarantine-laboratories": ("quarantine.registry.read",),
    "quarantine-producers": ("quarantine.registry.read",),
    "quarantine-producer": ("quarantine.registry.read",),
    "quarantine-declarations": ("quarantine.declaration.read",),
    "quarantine-declaration": ("quarantine.declaration.read",),
    "quarantine-purchases": ("quarantine.declaration.read",),
    "quarantine-inspections": ("quarantine.inspection.read",),
    "quarantine-inspection": ("quarantine.inspection.read",),
    "quarantine-diseases": ("quarantine.disease.read",),
    "certificates": ("quarantine.certificate.read",),
    "certificate-verify": ("quarantine.certificate.read",),
    "certificate": ("quarantine.certificate.read",),
    "certificate-arrivals": ("quarantine.certificate.read",),
}
"""What each route needs, and nothing besides."""
ROLES = ("monitor", "administrator", "auditor")


def key_of(user: Any, permissions: Iterable[str], **values: Any) -> str:
    """The text of a new key of `user`, valid for a day from everywhere."""
    defaults = {"name": "test", "permissions": permissions, "expires_at": clock.now() + timedelta(days=1)}
    return issue_token(None, user, **defaults | values).text


def caller(world: World, agency: Any) -> Any:
    """Somebody of an agency whose roles carry every permission that the interface asks for."""
    name = f"caller-{agency.code.lower()}"
    return world.thing(name, lambda: world.make_user(agency, *ROLES, username=name))


def ask(world: World, name: str, rule: Rule, text: str = "", address: str = HOME) -> Any:
    """The answer of a route, about the object of its rule, to the holder of a key."""
    url = reverse(f"api:{name}", kwargs=dict(rule.kwargs(world))) + rule.query(world)
    client = Client(raise_request_exception=False, REMOTE_ADDR=address)
    headers = {"Authorization": f"Bearer {text}"} if text else {}
    return client.post(url, headers=headers) if name == "verify" else client.get(url, headers=headers)
