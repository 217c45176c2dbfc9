"""Every address of the product as anonymous, as a neighbour, in the wrong role and in the right one."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from access.registry import Rule, World, addresses, roles_of, rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir"), pytest.mark.thorough]

RULES = rules()
METHODS = ("get", "post")
SIGN_IN = "/accounts/login/"
SESSION_COOKIE = settings.SESSION_COOKIE_NAME
UNSUPPORTED = 405


@pytest.fixture
def world(tree: Any, make_user: Any) -> World:
    return World(tree, make_user)


def asked(world: World, client: Client, only: Any = None) -> Iterator[tuple[str, str, Rule, Any]]:
    """Ask every address in both ways; what is written is undone at once."""
    for name, rule in RULES.items():
        if only is not None and not only(rule):
            continue
        url = reverse(name, kwargs=dict(rule.kwargs(world))) + rule.query(world)
        for method in METHODS:
            with transaction.atomic():
                response = ask(client, method, url, world, rule)
                transaction.set_rollback(True)
            if response.status_code != UNSUPPORTED:
                yield name, method, rule, response
            if response.streaming and not response.is_async:
                list(response.streaming_content)  # to its end, which closes the file


def ask(client: Client, method: str, url: str, world: World, rule: Rule) -> Any:
    if method == "get":
        return client.get(url)
    if rule.body is not None:
        return client.post(url, dict(rule.body(world)), content_type="application/json")
    return client.post(url)


def client_of(user: Any, **headers: str) -> Client:
    client = Client(raise_request_exception=False, headers=headers)
    client.force_login(user)
    return client


def test_every_address_has_a_rule_and_every_rule_an_address():
    names = {name for name, _view in addresses()}
    assert names - RULES.keys() == set(), "add a rule in tests/access/rules"
    assert RULES.keys() - names == set(), "these addresses are gone"


def test_what_is_public_is_listed():
    public = {name for name, view in addresses() if not getattr(view, "login_required", True)}
    assert public == {name for name, rule in RULES.items() if rule.is_public}


def test_nobody_gets_in_without_signing_in(world):
    open_doors = []
    for name, method, _rule, response in asked(world, Client(raise_request_exception=False), lambda r: not r.is_public):
        to_sign_in = response.status_code == 302 and response.url.startswith(SIGN_IN)
        if not to_sign_in and response.status_code != 401:
            open_doors.append((name, method, response.status_code))
    assert not open_doors, "\n".join(map(str, open_doors))


@pytest.mark.req("S1.1")
def test_the_wrong_role_gets_nothing(world):
    nobody = client_of(world.user(world.tree.post, ""), accept="application/json")  # a page for each takes its time
    let_in = [
        (name, method, response.status_code)
        for name, method, _rule, response in asked(world, nobody, lambda rule: rule.role and not rule.is_public)
        if response.status_code not in {403, 404}
    ]
    assert not let_in, "\n".join(map(str, let_in))


@pytest.mark.req("A4.1")
def test_what_belongs_to_another_agency_does_not_exist(world):
    let_in = []
    for role in sorted({role for rule in RULES.values() if rule.has_object for role in roles_of(rule)}):
        neighbour = client_of(world.user(world.tree.neighbour, role), accept="application/json")
        let_in += [
            (name, method, response.status_code)
            for name, method, _rule, response in asked(
                world, neighbour, lambda r, role=role: r.has_object and role in roles_of(r)
            )
            if response.status_code != 404
        ]
    assert not let_in, "\n".join(map(str, let_in))


LISTS = {
    name: rule for name, rule in RULES.items() if not (rule.has_object or rule.is_public or rule.without_right_role)
}
SHOWING = {"sites:list", "cameras:cameras", "cameras:devices", "evidence:list", "viewing:log", "search", "api:viewings"}


def telling(world: World, agency: Any, names: Any) -> dict[str, set[str]]:
    """Which lists tell somebody of `agency` of the things of the post, also when asked for them by name.

    What was asked for is echoed, so what is looked for is never that.
    """
    its = {"芝罘", "烟台", "东塘", world.camera.gb_id, world.device.gb_id, "yt-monitor", "somebody"}
    query = f"?q=东&camera={world.camera.uid}&site={world.site.uid}&day=2026-11-21&month=2026-11"
    found = {}
    for name in names:
        client = client_of(world.user(agency, LISTS[name].role))
        # where `q` or `camera` is a filter like any other, asking for both would leave nothing to see
        plain = name == "viewing:log" or name.startswith("api:") or name.endswith("list")
        url = reverse(name, kwargs=dict(LISTS[name].kwargs(world))) + ("" if plain else query)
        response = client.get(url)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        text = content.decode("utf-8", "replace")
        found[name] = {each for each in its if each in text or json.dumps(each)[1:-1] in text}
    return found


@pytest.mark.req("A4.1")
def test_no_list_tells_of_another_agency(world):
    for rule in RULES.values():
        rule.kwargs(world)  # everything is there
    seen_at_home = telling(world, world.tree.post, SHOWING)
    assert [name for name, seen in seen_at_home.items() if not seen] == []
    told = telling(world, world.tree.neighbour, LISTS)
    assert {name: seen for name, seen in told.items() if seen} == {}


def test_the_right_role_gets_in(world):
    kept_out = []
    for role in sorted({role for rule in RULES.values() if not rule.is_public for role in roles_of(rule)}):
        right = client_of(world.user(world.tree.post, role))
        chosen = asked(
            world, right, lambda r, role=role: role in roles_of(r) and not r.is_public and not r.without_right_role
        )
        for name, method, _rule, response in chosen:
            if not right.cookies[SESSION_COOKIE].value:  # one of the addresses signs out
                right.force_login(world.user(world.tree.post, role))
            to_sign_in = response.status_code == 302 and response.url.startswith(SIGN_IN)
            bad = response.status_code in {401, 403, 404} or response.status_code >= 500
            if (bad or to_sign_in) and name != "account_logout":
                kept_out.append((name, method, response.status_code, re.sub(r"\s+", " ", str(response.content)[:80])))
    assert not kept_out, "\n".join(map(str, kept_out))
