"""The interface `/api/v1`: what its own tests say of keys is beside this (tests/project/test_api.py)."""

from access.registry import Rule, World
from access.rules import quarantine
from access.rules.cameras import camera, device
from access.rules.customs import position
from access.rules.evidence import FOOTAGE, evidence
from access.rules.quarantine_certificates import certificate, code
from access.rules.rules import evaluation
from access.rules.rules import site as port
from access.rules.sites import site
from access.rules.supervision import session

PUBLIC = Rule(is_public=True)


def day_of_camera(world: World):
    return {"camera": world.camera.uid}


def of(kwargs, **values):
    return Rule(role="monitor", kwargs=kwargs, has_object=True, **values)


RULES = {
    "api:openapi-json": PUBLIC,
    "api:api-root": PUBLIC,
    "api:sites": Rule(role="monitor"),
    "api:site": of(site),
    "api:cameras": Rule(role="monitor"),
    "api:camera": of(camera),
    "api:devices": Rule(role="monitor"),
    "api:device": of(device),
    "api:channels": of(device),
    "api:recordings": of(day_of_camera, query=lambda _world: "?day=2026-11-21"),
    "api:sessions": Rule(role="monitor"),
    "api:session": of(session),
    "api:sheet": of(session, without_right_role="only a filed one has a sheet"),
    "api:evidence-list": Rule(role="monitor"),
    "api:evidence": of(evidence),
    "api:verify": of(evidence, without_right_role=FOOTAGE),
    "api:verdicts": Rule(role="monitor"),
    "api:verdict": of(evaluation),
    "api:findings": of(evaluation),
    "api:finding": of(lambda world: {**evaluation(world), "number": 1}),
    "api:plan-lines": of(port),
    "api:positions": Rule(role="monitor"),
    "api:position": of(position),
    "api:viewings": Rule(role="administrator"),
    "api:entries": Rule(role="auditor"),
    "api:quarantine-points": Rule(role="quarantine-officer"),
    "api:quarantine-veterinarians": Rule(role="quarantine-officer"),
    "api:quarantine-laboratories": Rule(role="quarantine-officer"),
    "api:quarantine-producers": Rule(role="quarantine-officer"),
    "api:quarantine-producer": quarantine.of(quarantine.producer, "quarantine-officer"),
    "api:quarantine-declarations": Rule(role="quarantine-officer"),
    "api:quarantine-declaration": quarantine.of(quarantine.declaration, "quarantine-officer"),
    "api:quarantine-purchases": Rule(role="quarantine-officer"),
    "api:quarantine-inspections": Rule(role="quarantine-officer"),
    "api:quarantine-inspection": quarantine.of(quarantine.inspection, "quarantine-officer"),
    "api:quarantine-diseases": Rule(role="quarantine-officer"),
    "api:certificates": Rule(role="quarantine-veterinarian"),
    "api:certificate-verify": Rule(role="quarantine-veterinarian", query=lambda world: f"?text={code(world)['code']}"),
    "api:certificate": Rule(role="quarantine-veterinarian", kwargs=certificate, has_object=True),
    "api:certificate-arrivals": Rule(role="quarantine-veterinarian", kwargs=certificate, has_object=True),
}
