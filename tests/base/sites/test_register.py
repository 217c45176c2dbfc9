"""The register: who sees and changes which site, what is refused, and what the pages show."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import translation

from base.sites.conftest import World
from oversite.base.audit.models import Entry
from oversite.base.sites import actions, queries
from oversite.base.sites.models import Area, Site
from oversite.common.errors import Refused
from people import make_agency, make_user

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

pytestmark = pytest.mark.django_db


def facts(world: World, **more: Any) -> dict[str, Any]:
    return {
        "code": "FJ001",
        "name": "一号养殖场",
        "site_class": "test-farm",
        "agency": world.branch,
        "operator": world.enterprise,
        "latitude": 26.197,
        "longitude": Decimal("119.54"),
        **more,
    }


def refusal(actor: "User | None", world: World, **more: Any) -> str:
    with translation.override("en"), pytest.raises(Refused) as caught:
        actions.save_site(actor, None, facts(world, **more))
    return str(caught.value)


@pytest.mark.req("C-A4.8", "A4.1")
def test_a_site_is_seen_by_its_agency_its_superiors_and_its_operator_and_by_nobody_beside(world: World) -> None:
    site = actions.save_site(world.administrator, None, facts(world))
    elsewhere = make_agency(world.neighbour, "enterprise", level=4)
    for agency, sees in (
        (world.region, True),
        (world.branch, True),
        (world.enterprise, True),
        (world.neighbour, False),
        (elsewhere, False),
    ):
        user = make_user(agency, "sites.read")
        assert queries.visible_sites(user, "sites.read").filter(pk=site.pk).exists() is sees
        assert not queries.visible_sites(user, "sites.change").exists()
        assert not queries.changeable_sites(make_user(world.enterprise, "sites.change")).exists()


def test_an_operator_from_another_subtree_sees_its_site(world: World) -> None:
    elsewhere = make_agency(world.neighbour, "enterprise", level=4)
    site = actions.save_site(None, None, facts(world, operator=elsewhere))
    assert list(queries.visible_sites(make_user(elsewhere))) == [site]
    assert list(queries.visible_sites(make_user(world.neighbour))) == [site]
    assert not queries.changeable_sites(make_user(world.neighbour, "sites.change")).exists()


def test_every_change_is_in_the_audit_with_what_it_changed(world: World) -> None:
    site = actions.save_site(world.administrator, None, facts(world))
    actions.save_site(world.administrator, site, {"name": "二号养殖场"})
    actions.save_site(world.administrator, site, {"name": "二号养殖场"})
    acts = list(Entry.objects.filter(act__startswith="sites.").order_by("position"))
    assert [entry.act for entry in acts] == ["sites.site.created", "sites.site.changed"]
    assert "一号养殖场" in acts[1].data_text
    assert acts[1].actor == world.administrator.username


def test_what_is_impossible_is_refused_with_every_reason(world: World) -> None:
    actions.save_site(None, None, facts(world))
    message = refusal(
        None,
        world,
        name="王\u0378",
        site_class="unknown",
        latitude=91,
        longitude=None,
        operator=world.branch,
        agency=world.enterprise,
    )
    for words in (
        "U+0378",
        "no class of sites “unknown”. Known are: ",
        "both latitude and longitude",
        "at most ±90",
        "is taken",
        "must be an enterprise",
        "cannot be in charge",
    ):
        assert words in message
    assert "1 to 40 letters" in refusal(None, world, code="../etc")
    assert Site.objects.count() == 1


def test_nobody_registers_outside_their_subtree_or_without_the_permission(world: World) -> None:
    assert "not in your subtree" in refusal(world.administrator, world, agency=world.neighbour, operator=None)
    with pytest.raises(Refused):
        actions.save_site(make_user(world.branch, "sites.read"), None, facts(world))
    site = actions.save_site(None, None, facts(world))
    neighbour = make_user(world.neighbour, "sites.change")
    with pytest.raises(Refused) as caught:
        actions.save_site(neighbour, site, {"name": "mine"})
    assert caught.value.status == 404
    with pytest.raises(Refused):
        actions.save_area(neighbour, None, {"site": site, "code": "A1", "name": "池", "kind": "pond"})


@pytest.mark.req("C4")
def test_areas_have_a_kind_a_size_and_may_be_key(world: World) -> None:
    site = actions.save_site(None, None, facts(world))
    values = {"site": site, "code": "A1", "name": "一号池", "kind": "pond", "length_m": Decimal(40), "is_key": True}
    area = actions.save_area(world.administrator, None, values)
    assert (queries.area_kind_label(area), area.is_key) == ("养殖池", True)
    for wrong in ({"code": "A1"}, {"code": "A2", "length_m": Decimal(0)}, {"code": "A2", "name": " "}):
        with pytest.raises(Refused):
            actions.save_area(world.administrator, None, values | wrong)
    actions.remove_area(world.administrator, area)
    assert not Area.objects.exists()
    assert Entry.objects.filter(act="sites.area.removed").exists()


def test_a_closed_site_stays_in_the_register(world: World) -> None:
    site = actions.save_site(world.administrator, None, facts(world))
    actions.save_site(world.administrator, site, {"is_active": False})
    assert queries.visible_sites(world.administrator).filter(is_active=False).exists()


@pytest.fixture
def site(world: World) -> Site:
    """A registered site with an area."""
    site = actions.save_site(None, None, facts(world))
    actions.save_area(None, None, {"site": site, "code": "A1", "name": "一号池", "kind": "pond"})
    return site


@pytest.mark.req("A4.1")
def test_every_page_of_a_site_exists_only_for_those_who_may(world: World, site: Site, client: Client) -> None:
    area = queries.areas_of(site).get()
    reading = ["/sites/", "/sites/map/", f"/sites/{site.uid}/"]
    changing = [
        "/sites/new/",
        "/sites/import/",
        "/sites/import/areas/",
        "/sites/export.json",
        f"/sites/{site.uid}/edit/",
        f"/sites/{site.uid}/areas/new/",
        f"/sites/{site.uid}/areas/{area.pk}/",
        f"/sites/{site.uid}/areas/{area.pk}/remove/",
        f"/sites/{site.uid}/contacts/new/",
    ]
    for address in reading + changing:
        assert client.get(address).status_code == 302
    client.force_login(world.administrator)
    assert [client.get(address).status_code for address in reading + changing] == [200] * 12
    client.force_login(make_user(world.enterprise, "sites.read"))
    assert [client.get(address).status_code for address in reading] == [200] * 3
    assert [client.get(address).status_code for address in changing] == [403] * 9
    client.force_login(make_user(world.neighbour, "sites.read", "sites.change"))
    assert "一号养殖场" not in client.get("/sites/").content.decode()
    own = [address for address in reading + changing if str(site.uid) in address]
    assert [client.get(address).status_code for address in own] == [404] * 6


def test_the_pages_name_things_in_the_readers_language(world: World, site: Site, client: Client) -> None:
    client.force_login(world.administrator)
    page = client.get(f"/sites/{site.uid}/").content.decode()
    for words in ("一号养殖场", "测试养殖场", "养殖池", world.branch.name):
        assert words in page
    assert "26.197" in client.get("/sites/map/").content.decode()
    assert "测试养殖场" in client.get("/sites/?class=test-farm&q=一号").content.decode()


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong(world: World, client: Client) -> None:
    client.force_login(world.administrator)
    typed = {"code": "FJ 001", "name": "一号养殖场", "site_class": "test-farm", "agency": world.branch.pk}
    response = client.post("/sites/new/", typed)
    assert response.status_code == 422
    assert "FJ 001" in response.content.decode()
    response = client.post("/sites/new/", typed | {"code": "FJ001", "latitude": "26.1"})
    assert response.status_code == 422
    assert not Site.objects.exists()
    response = client.post("/sites/new/", typed | {"code": "FJ001", "is_active": "on"})
    saved = Site.objects.get()
    assert response.headers["Location"] == f"/sites/{saved.uid}/"
    response = client.post(f"/sites/{saved.uid}/edit/", typed | {"code": "FJ001", "name": "改名", "is_active": "on"})
    assert response.status_code == 302
    saved.refresh_from_db()
    assert saved.name == "改名"
    contact = {"name": "值班室", "post": "值班", "phone": "0591-1"}
    assert client.post(f"/sites/{saved.uid}/contacts/new/", contact).status_code == 302
    area = {"code": "A1", "name": "一号池", "kind": "pond", "length_m": "12.5"}
    assert client.post(f"/sites/{saved.uid}/areas/new/", area).status_code == 302
    assert "12.5 m" in client.get(f"/sites/{saved.uid}/").content.decode()
    pk = queries.areas_of(saved).get().pk
    assert client.post(f"/sites/{saved.uid}/areas/{pk}/remove/").status_code == 302
    assert not queries.areas_of(saved).exists()
