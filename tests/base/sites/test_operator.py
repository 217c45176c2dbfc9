"""The operator of a site enters its areas; what the agency in charge says of them stays out of the operator's reach."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from base.sites.conftest import World
from oversite.base.accounts.queries import shipped_role
from oversite.base.audit.models import Entry
from oversite.base.sites import actions, queries
from oversite.base.sites.models import Area, Site
from oversite.common.errors import Refused
from people import make_agency, make_user

pytestmark = pytest.mark.django_db

OPERATOR = ("sites.read", "sites.declare")


@pytest.fixture
def site(world: World) -> Site:
    """A site of the enterprise with an area that the agency marked, and one that it did not."""
    values = {"code": "FJ001", "name": "一号养殖场", "site_class": "test-farm"}
    site = actions.save_site(None, None, {**values, "agency": world.branch, "operator": world.enterprise})
    for code, is_key in (("A1", True), ("A2", False)):
        area = {"site": site, "code": code, "name": f"{code} 池", "kind": "pond", "is_key": is_key}
        actions.save_area(None, None, area)
    return site


@pytest.fixture
def browser(world: World, site: Site, client: Client) -> Client:
    """The operator, signed in."""
    del site
    client.force_login(make_user(world.enterprise, *OPERATOR))
    return client


def fields(**more: str) -> dict[str, str]:
    return {"code": "B1", "name": "新池", "kind": "pond", "length_m": "", "width_m": "", "height_m": "", **more}


def acts() -> list[str]:
    return list(Entry.objects.filter(act__startswith="sites.area.").order_by("position").values_list("act", flat=True))


@pytest.mark.req("C4", "A4.1")
def test_the_operator_adds_changes_and_takes_back_areas_of_its_own_site(site: Site, browser: Client) -> None:
    assert reverse("sites:area-new", args=[site.uid]) in browser.get(f"/sites/{site.uid}/").content.decode()
    new = browser.get(reverse("sites:area-new", args=[site.uid])).content.decode()
    assert 'name="code"' in new
    assert 'name="is_key"' not in new
    assert browser.post(reverse("sites:area-new", args=[site.uid]), fields()).status_code == 302
    area = Area.objects.get(code="B1")
    page = reverse("sites:area-edit", args=[site.uid, area.pk])
    assert 'name="code"' not in browser.get(page).content.decode()
    changed = {name: value for name, value in fields(name="新池二", length_m="12").items() if name != "code"}
    assert browser.post(page, changed).status_code == 302
    area.refresh_from_db()
    assert (area.code, area.name, area.length_m, area.is_key) == ("B1", "新池二", 12, False)
    assert browser.post(reverse("sites:area-remove", args=[site.uid, area.pk])).status_code == 302
    assert not Area.objects.filter(code="B1").exists()
    assert acts()[-3:] == ["sites.area.declared", "sites.area.redeclared", "sites.area.withdrawn"]


@pytest.mark.req("C4")
@pytest.mark.parametrize(("forged", "value"), [("is_key", "on"), ("is_key", ""), ("code", "B9")])
def test_what_is_the_agencys_is_refused_on_a_forged_post_and_stays(
    site: Site, browser: Client, forged: str, value: str
) -> None:
    area = Area.objects.get(code="A2")
    values = {**{name: text for name, text in fields(name="改名").items() if name != "code"}, forged: value}
    answer = browser.post(reverse("sites:area-edit", args=[site.uid, area.pk]), values)
    assert answer.status_code == 403
    assert site.agency.name in answer.content.decode()
    area.refresh_from_db()
    assert (area.code, area.name, area.is_key) == ("A2", "A2 池", False)
    assert Entry.objects.filter(act="sites.area.agencys", outcome="refused").exists()


@pytest.mark.req("C4")
def test_a_new_area_is_never_key_by_the_operators_word(site: Site, browser: Client) -> None:
    assert browser.post(reverse("sites:area-new", args=[site.uid]), fields(is_key="on")).status_code == 403
    assert not Area.objects.filter(code="B1").exists()


@pytest.mark.req("C4")
def test_a_marked_area_keeps_its_mark_and_cannot_be_taken_back(world: World, site: Site, browser: Client) -> None:
    area = Area.objects.get(code="A1")
    values = {name: text for name, text in fields(name="改名").items() if name != "code"}
    assert browser.post(reverse("sites:area-edit", args=[site.uid, area.pk]), values).status_code == 302
    area.refresh_from_db()
    assert (area.name, area.is_key) == ("改名", True)
    assert browser.post(reverse("sites:area-remove", args=[site.uid, area.pk])).status_code == 403
    actions.remove_area(world.administrator, area)
    assert acts()[-1] == "sites.area.removed"


@pytest.mark.req("A4.1")
def test_a_neighbours_site_does_not_exist_for_an_operator(world: World, site: Site, browser: Client) -> None:
    operator = make_user(world.enterprise, *OPERATOR)
    other = make_agency(world.branch, "enterprise", level=4)
    values = {"code": "FJ002", "name": "二号", "site_class": "test-farm", "agency": world.branch, "operator": other}
    theirs = actions.save_site(None, None, values)
    area = actions.save_area(None, None, {"site": theirs, "code": "A1", "name": "池", "kind": "pond"})
    for name, more in (("area-new", ()), ("area-edit", (area.pk,)), ("area-remove", (area.pk,))):
        url = reverse(f"sites:{name}", args=[theirs.uid, *more])
        assert (browser.get(url).status_code, browser.post(url, fields()).status_code) == (404, 404)
    with pytest.raises(Refused) as caught:
        actions.save_area(operator, None, {"site": theirs, "code": "B1", "name": "池", "kind": "pond"})
    assert caught.value.status == 404
    actions.save_site(None, site, {"is_active": False})
    assert not queries.sites_to_enter(operator).exists()


@pytest.mark.req("A4.1")
def test_the_site_itself_its_contacts_and_the_sheets_stay_with_the_agency(site: Site, browser: Client) -> None:
    kept = [
        reverse("sites:new"),
        reverse("sites:edit", args=[site.uid]),
        reverse("sites:contact-new", args=[site.uid]),
        reverse("sites:import-areas"),
        reverse("sites:export", args=["json"]),
    ]
    assert {browser.get(url).status_code for url in kept} == {403}


def test_the_shipped_role_of_an_operator_may_do_it_and_the_audit_says_who(world: World, site: Site) -> None:
    held: Any = shipped_role("site-operator").permissions
    assert "sites.declare" in held
    assert "sites.change" not in held
    operator = make_user(world.enterprise, *held)
    actions.save_area(operator, None, {"site": site, "code": "B1", "name": "池", "kind": "pond"})
    entry = Entry.objects.get(act="sites.area.declared")
    assert (entry.actor, entry.data["area"]) == (operator.username, "B1")
    with translation.override("en"):
        from oversite.base.audit.slots import ACTS

        assert str(ACTS[entry.act]) == "area entered by the operator of the site"
