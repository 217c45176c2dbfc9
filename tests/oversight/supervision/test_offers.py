"""A session is begun from a site or from the wall, by whoever may conduct one, where there is a checklist."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oversight.supervision.conftest import Farm
from people import make_user as make_person


def site_page(farm: Farm, user: Any) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("sites:site", args=[farm.site.uid])).content.decode()


def wall_acts(farm: Farm, user: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(reverse("viewing:wall"), {"site": str(farm.site.uid)}).context["props"]["site_acts"]


def begin(farm: Farm) -> str:
    return reverse("supervision:begin", args=[farm.site.uid])


def test_a_session_begins_from_the_page_of_a_site(farm: Farm, tree: Any, make_user: Any) -> None:
    page = site_page(farm, farm.officer)
    assert "开展监控" in page
    assert begin(farm) in page
    assert begin(farm) not in site_page(farm, make_user(tree.post, "auditor"))


def test_a_session_begins_from_the_wall_for_the_site_shown(farm: Farm) -> None:
    (act,) = wall_acts(farm, farm.officer)
    assert (act["label"], act["urls"][farm.site.pk]) == ("开展监控", begin(farm))


@pytest.mark.parametrize("change", [{"site_class": "without-a-checklist"}, {"is_active": False}])
def test_where_no_session_can_begin_none_is_offered(farm: Farm, change: dict[str, Any]) -> None:
    type(farm.site).objects.filter(pk=farm.site.pk).update(**change)
    assert begin(farm) not in site_page(farm, farm.officer)
    assert all(farm.site.pk not in act["urls"] for act in wall_acts(farm, farm.officer))


def test_who_may_not_conduct_has_no_act_on_the_wall(farm: Farm, tree: Any) -> None:
    assert wall_acts(farm, make_person(tree.post, "video.live")) == []


def test_the_sitting_itself_offers_no_second_session(farm: Farm) -> None:
    client = Client()
    client.force_login(farm.officer)
    sitting = client.post(begin(farm), {"mode": "live"}, follow=True)
    assert "site_acts" not in sitting.context["pictures"]
