"""Who gets into `/api/v1`: every route with no key, with keys that are not valid, too narrow, or a neighbour's."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from access.registry import World
from access.rules import api as rules
from oversite.base.accounts import sessions
from oversite.base.accounts.actions import disable_user, revoke_token
from oversite.base.accounts.models import ApiToken, User
from oversite.base.audit.models import Entry
from oversite.common import clock
from project.keys import HOME, NEEDS, ROLES, ask, caller, key_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]

ROUTES = {name.removeprefix("api:"): rule for name, rule in rules.RULES.items() if not rule.is_public}
NOT_READY = {"sheet": 404, "verify": 409}
"""What the right caller is told of a draft without a sheet, and of evidence that is not sealed yet."""


@pytest.fixture
def world(tree: Any, make_user: Any) -> World:
    return World(tree, make_user)


def answers(world: World, text: str, address: str = HOME, names: Iterable[str] = ROUTES) -> dict[str, tuple[int, str]]:
    """Status and code of every route, or of some."""
    found = {}
    for name in names:
        response = ask(world, name, ROUTES[name], text, address)
        body = response.json() if response["Content-Type"].startswith("application/json") else {}
        assert response.status_code == 200 or body.keys() >= {"code", "message", "clause"}, (name, response.content)
        assert response.status_code != 401 or response["WWW-Authenticate"] == "Bearer"
        found[name] = (response.status_code, body.get("code", ""))
    return found


def test_every_route_is_looked_at():
    assert ROUTES.keys() == NEEDS.keys()


def test_nobody_without_a_key(world):
    assert set(answers(world, "").values()) == {(401, "accounts.session.none")}


@pytest.mark.parametrize("fault", ["unknown", "expired", "revoked", "wrong address", "account disabled"])
def test_nobody_with_a_key_that_is_not_valid(world, fault):
    user = caller(world, world.tree.post)
    every = {each for needs in NEEDS.values() for each in needs}
    text = key_of(user, every, networks=["10.1.2.0/24"] if fault == "wrong address" else [])
    if fault == "unknown":
        text = "ovs_unknown"
    elif fault == "expired":
        ApiToken.objects.update(expires_at=clock.now())
    elif fault == "revoked":
        revoke_token(None, ApiToken.objects.get())
    elif fault == "account disabled":
        disable_user(None, user, "left")
    assert set(answers(world, text).values()) == {(401, "accounts.token.invalid")}
    row = Entry.objects.filter(act="accounts.token.invalid").latest("position")
    assert (row.outcome, row.origin, row.actor, row.data["begins_with"]) == ("refused", HOME, "", text[:10])
    assert text not in str(list(Entry.objects.values())) or fault == "unknown"
    if fault == "wrong address":
        assert {status for status, _code in answers(world, text, "10.1.2.9").values()} == {200, 404, 409}


def test_a_key_opens_what_it_names(world):
    user = caller(world, world.tree.post)
    for needs in set(NEEDS.values()):
        names = [name for name in NEEDS if NEEDS[name] == needs]
        got = answers(world, key_of(user, needs), names=names)
        assert got == {name: (NOT_READY.get(name, 200), got[name][1]) for name in names}


def test_every_other_right_together_opens_nothing(world):
    user = caller(world, world.tree.post)
    every = {each for needs in NEEDS.values() for each in needs}
    for missing in every:
        names = [name for name in NEEDS if missing in NEEDS[name]]
        got = answers(world, key_of(user, every - {missing}), names=names)
        assert got == dict.fromkeys(names, (403, "accounts.permission.missing")), missing


def test_reading_the_audit_by_key_is_exporting_it(world):
    text = key_of(caller(world, world.tree.post), ["audit.read"])
    assert answers(world, text)["entries"] == (403, "accounts.permission.missing")


@pytest.mark.req("A4.1")
def test_what_belongs_to_another_agency_does_not_exist(world):
    neighbour = caller(world, world.tree.neighbour)
    text = key_of(neighbour, {each for needs in NEEDS.values() for each in needs})
    for rule in ROUTES.values():
        rule.kwargs(world)  # every object is there
    got = answers(world, text)
    assert {name: status for name, (status, _code) in got.items() if ROUTES[name].has_object} == {
        name: 404 for name, rule in ROUTES.items() if rule.has_object
    }
    for name in ("sites", "cameras", "devices", "sessions", "evidence-list", "viewings"):
        assert ask(world, name, ROUTES[name], text).json()["items"] == [], name
    agencies = {row["agency_code"] for row in ask(world, "entries", ROUTES["entries"], text).json()["items"]}
    assert agencies == {"LN"}


def test_the_use_of_a_key_is_in_the_audit_once_a_day_for_each_address(world):
    text = key_of(caller(world, world.tree.post), ["sites.read"])
    for address in (HOME, HOME, "203.0.113.8", HOME):
        assert ask(world, "sites", ROUTES["sites"], text, address).status_code == 200
    used = Entry.objects.filter(act="accounts.token.used").order_by("position")
    assert [row.data["address"] for row in used] == [HOME, "203.0.113.8"]
    assert {row.origin for row in used} == {f"{HOME} {text[:10]}", f"203.0.113.8 {text[:10]}"}


def test_a_refusal_is_a_row_with_the_key(world):
    text = key_of(caller(world, world.tree.post), ["sites.read"])
    ask(world, "cameras", ROUTES["cameras"], text)
    row = Entry.objects.get(act="accounts.permission.missing")
    assert (row.outcome, row.actor, row.origin) == ("refused", "caller-yt", f"{HOME} {text[:10]}")


def signed_in(user: Any, **values: Any) -> Client:
    client = Client(raise_request_exception=False, **values)
    client.force_login(user)
    return client


def test_our_own_pages_use_their_session_and_csrf(world):
    url = reverse("api:verify", kwargs=dict(ROUTES["verify"].kwargs(world)))
    client = signed_in(caller(world, world.tree.post), enforce_csrf_checks=True)
    assert client.get(reverse("api:sites")).status_code == 200
    refused = client.post(url)
    assert (refused.status_code, refused.json()["code"]) == (403, "screens.csrf")
    client.get(reverse("sites:list"))  # any page sets the cookie
    token = client.cookies["csrftoken"].value
    assert client.post(url, headers={"X-CSRFToken": token}).status_code == 409
    text = key_of(caller(world, world.tree.post), ["evidence.read"])
    by_key = Client(enforce_csrf_checks=True).post(url, headers={"Authorization": f"Bearer {text}"})
    assert by_key.status_code == 409  # not sealed yet: a key needs no CSRF


def test_a_key_that_is_not_valid_counts_also_beside_a_session(world):
    client = signed_in(caller(world, world.tree.post))
    assert client.get(reverse("api:sites"), headers={"Authorization": "Bearer ovs_old"}).status_code == 401


def test_a_session_must_have_taken_its_first_steps_and_be_in_use(world):
    user = caller(world, world.tree.post)
    client = signed_in(user)
    session = client.session
    session[sessions.ACTIVE_AT] = (clock.now() - sessions.IDLE - timedelta(seconds=1)).timestamp()
    session.save()
    idle = client.get(reverse("api:sites"))
    assert (idle.status_code, idle.json()["code"]) == (401, "accounts.session.none")
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    first = signed_in(User.objects.get(pk=user.pk)).get(reverse("api:sites"))
    assert (first.status_code, first.json()["code"]) == (403, "accounts.password.pending")
    assert first.json()["message"]


def test_what_is_not_there_is_told_in_the_same_shape(world):
    text = key_of(world.make_user(world.tree.post, *ROLES), ["sites.read"])
    client = Client(headers={"Authorization": f"Bearer {text}"})
    for path in ("/api/v1/", "/api/v1/nothing", "/api/v2/sites", "/api/v1/sites/not-a-uid"):
        response = client.get(path)
        assert (response.status_code, response.json()["code"]) == (404, "http.404"), path
    assert client.delete(reverse("api:sites")).status_code == 405


def test_a_key_has_so_many_calls_a_minute_and_sessions_are_not_counted(world, client, monkeypatch):
    monkeypatch.setattr("oversite.base.accounts.api.CALLS_PER_WINDOW", 3)
    monkeypatch.setattr("oversite.base.accounts.api.time.time", lambda: 1_800_000_010.0)
    user = caller(world, world.tree.post)
    busy, other = (key_of(user, ["sites.read"], name=name) for name in ("busy", "other"))

    def call(text: str) -> Any:
        return client.get("/api/v1/sites", headers={"Authorization": f"Bearer {text}"})

    assert [call(busy).status_code for _each in range(4)] == [200, 200, 200, 429]
    refused = call(busy)
    assert (refused.json()["code"], refused["Retry-After"]) == ("http.429", "50")
    assert call(other).status_code == 200
    client.force_login(user)
    assert {client.get("/api/v1/sites").status_code for _each in range(5)} == {200}
    monkeypatch.setattr("oversite.base.accounts.api.time.time", lambda: 1_800_000_060.0)
    assert call(busy).status_code == 200
