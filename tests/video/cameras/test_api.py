"""Cameras and devices over the interface: what the caller may see, page by page (req: A4.1)."""

from typing import Any

import pytest
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.testing import TestClient

from oversite.common.errors import Refused
from oversite.video.cameras.api import router
from oversite.video.cameras.models import Camera

_API = NinjaAPI(urls_namespace="test-cameras")
_API.add_router("", router)


@pytest.fixture
def ask() -> Any:
    client = TestClient(_API)
    return lambda user, path: client.get(path, user=user)


@pytest.mark.req("A4.1")
def test_a_caller_sees_their_own(world: Any, ask: Any) -> None:
    branch = world.person("branch", world.branch, "cameras.read")
    told = ask(branch, "/cameras").json()
    assert [item["gb_id"] for item in told["items"]] == [world.camera.gb_id]
    assert (told["items"][0]["site_code"], told["items"][0]["is_online"]) == ("F001", True)
    assert ask(branch, f"/cameras/{world.customs_camera.uid}").status_code == 404
    assert ask(branch, f"/cameras/{world.camera.uid}").json()["area_code"] == "P1"
    assert [item["gb_id"] for item in ask(branch, "/devices").json()["items"]] == [world.device.gb_id]
    assert "password" not in str(ask(branch, "/devices").json())


def test_pages_follow_each_other(world: Any, ask: Any) -> None:
    for number in range(5):
        Camera.objects.create(gb_id=f"3402000001320000010{number}", name=f"{number}", site=world.farm)
    user = world.person("national", world.national, "cameras.read")
    seen, after = [], 0
    while after is not None:
        page = ask(user, f"/cameras?limit=3&after={after}").json()
        seen += [item["gb_id"] for item in page["items"]]
        after = page["next_after"]
    assert len(seen) == len(set(seen)) == 7
    assert len(ask(user, "/cameras?site=K001").json()["items"]) == 1
    assert ask(user, "/cameras?limit=0").status_code == 422


def test_the_permission_is_needed(world: Any) -> None:
    from oversite.video.cameras.api import Paging, cameras

    request = HttpRequest()
    request.user = world.person("nobody", world.branch)
    with pytest.raises(Refused):
        cameras(request, Paging(after=0, limit=10))
