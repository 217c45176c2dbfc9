"""`/api/v1/openapi.json` is true: valid, complete, and every answer is one that it names."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from access.registry import World
from access.rules import api as rules
from project.keys import HOME, NEEDS, caller, key_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir"), pytest.mark.thorough]

EXAMPLES = 6
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def document() -> dict[str, Any]:
    response = Client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield path, operation


def test_the_document_is_valid(document):
    schemathesis.openapi.from_dict(document).validate()


def test_every_route_says_what_it_does_and_how_it_fails(document):
    names = []
    for path, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        errors = {"401", "403", "422"} | ({"404"} if "{" in path else set())
        assert errors | {"200"} <= operation["responses"].keys(), path
        for status in errors:
            schema = operation["responses"][status]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}, path
        assert {name for each in operation["security"] for name in each} == {"TokenAuth", "SignedIn"}, path
        names.append(operation["operationId"])
    assert len(set(names)) == len(names)
    assert len(document["paths"]) == len(NEEDS)


@pytest.mark.parametrize(("mode", "expected"), [(GenerationMode.POSITIVE, 200), (GenerationMode.NEGATIVE, 422)])
def test_whatever_is_asked_the_answer_is_one_that_the_document_names(tree, make_user, mode, expected):
    world = World(tree, make_user)
    text = key_of(caller(world, tree.post), {each for needs in NEEDS.values() for each in needs})
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    statuses: dict[str, Counter[int]] = {}
    for result in schema.get_all_operations():
        operation = result.ok()
        statuses[operation.path] = try_operation(operation, mode, real_parameters(operation.path, world), text)
    assert len(statuses) == len(NEEDS)
    if mode is GenerationMode.POSITIVE:
        # an arrival at any time and of any amount is refused: what is taken is tested with certificates
        ready = {path for path in statuses if not path.endswith(("/sheet.pdf", "/verify", "/arrivals"))}
        assert {path for path in ready if not statuses[path][expected]} == set()
    assert sum(each[expected] for each in statuses.values()) > len(NEEDS)


def real_parameters(path: str, world: World) -> dict[str, str]:
    """The parameters in the path of an object that is there."""
    names = {
        "/sites": "api:site",
        "/cameras": "api:camera",
        "/devices": "api:device",
        "/recordings": "api:recordings",
        "/supervision": "api:session",
        "/evidence": "api:evidence",
        "/placement/verdicts/{uid}/findings/{number}": "api:finding",
        "/placement/verdicts": "api:verdict",
        "/placement/sites": "api:plan-lines",
        "/customs/positions": "api:position",
        "/quarantine/certificates": "api:certificate",
        "/quarantine/producers": "api:quarantine-producer",
        "/quarantine/declarations": "api:quarantine-declaration",
        "/quarantine/inspections": "api:quarantine-inspection",
    }
    fitting = next((name for start, name in names.items() if path.startswith(f"/api/v1{start}")), None)
    if fitting is None or "{" not in path:
        return {}
    return {key: str(value) for key, value in rules.RULES[fitting].kwargs(world).items()}


def try_operation(operation: Any, mode: GenerationMode, known: dict[str, str], text: str) -> Counter[int]:
    """Statuses, after asking so many times, every other time about an object that is there."""
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        if known and statuses.total() % 2:
            case.path_parameters = dict(known)
        if mode is GenerationMode.POSITIVE and statuses.total() % 4 == 1:  # strange filters seldom let anything through
            case.query = {"day": "2026-11-20"} if "camera" in known else {}
        response = case.call(headers={"Authorization": f"Bearer {text}"}, environ_overrides={"REMOTE_ADDR": HOME})
        case.validate_response(response, checks=CHECKS)
        statuses[response.status_code] += 1

    run()
    return statuses
