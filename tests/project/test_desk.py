"""The duty desk offers what can really be done at each site."""

from typing import Any

import pytest
from django.urls import reverse

from oversite.base.sites.models import Site
from oversite.project import desk
from oversite.video.cameras.models import Camera, Device

pytestmark = [pytest.mark.django_db, pytest.mark.req("A16.2")]


def offered(user: Any) -> dict[str, set[str]]:
    """The addresses of the acts on each card."""
    return {card.name: {act.url for act in card.acts} for card in desk.contents(user)["sites"]}


def test_a_session_is_offered_only_where_the_class_of_the_site_has_a_checklist(tree: Any, make_user: Any) -> None:
    farm = Site.objects.create(code="FJ1", name="鲍鱼场", site_class="aquaculture-farm", agency=tree.post)
    hatchery = Site.objects.create(code="FJ2", name="苗种场", site_class="fry-producer", agency=tree.post)
    monitor = make_user(tree.post, "monitor")
    begin = {site: reverse("supervision:begin", args=[site.uid]) for site in (farm, hatchery)}
    acts = offered(monitor)
    assert begin[farm] in acts["鲍鱼场"]
    assert begin[hatchery] not in acts["苗种场"]
    assert any("site=" in url for url in acts["苗种场"]), "it can be watched all the same"


def test_sites_with_cameras_away_come_first_and_those_without_any_last(
    tree: Any, make_user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "SITES_AT_MOST", 3)
    for code, online in (("A", None), ("B", True), ("C", False), ("D", None)):
        site = Site.objects.create(code=code, name=code, site_class="aquaculture-farm", agency=tree.post)
        if online is not None:
            digits = "1" if online else "2"
            device = Device.objects.create(gb_id=f"3501000000118000000{digits}", name=code, site=site, is_online=online)
            Camera.objects.create(gb_id=f"3501000000132000000{digits}", name=code, site=site, device=device)
    shown = desk.contents(make_user(tree.post, "monitor"))
    assert [(card.name, card.tone) for card in shown["sites"]] == [("C", "now"), ("B", "good"), ("A", "good")]
    assert shown["sites_total"] == 4


def test_where_there_are_more_sites_than_fit_the_rest_is_led_to(
    tree: Any, make_user: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in "AB":
        Site.objects.create(code=code, name=code, site_class="aquaculture-farm", agency=tree.post)
    client.force_login(make_user(tree.post, "monitor"))
    led = f'<a href="{reverse("sites:list")}">共 2 项</a>'
    assert led not in client.get("/").content.decode()
    monkeypatch.setattr(desk, "SITES_AT_MOST", 1)
    assert led in client.get("/").content.decode()


def test_who_conducts_no_sessions_is_offered_none(tree: Any, make_user: Any) -> None:
    site = Site.objects.create(code="FJ1", name="鲍鱼场", site_class="aquaculture-farm", agency=tree.post)
    auditor = make_user(tree.post, "auditor")
    assert reverse("supervision:begin", args=[site.uid]) not in offered(auditor).get("鲍鱼场", set())
