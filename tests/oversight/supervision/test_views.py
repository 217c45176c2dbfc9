"""The pages of a session: what was typed stays, refusals are told, the sheet is served."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oversight.supervision.conftest import Farm, recorded
from oversite.common import clock
from oversite.oversight.supervision import actions
from oversite.oversight.supervision.models import Session
from oversite.video.cameras.models import Camera


@pytest.fixture
def browser(farm: Farm) -> Client:
    client = Client()
    client.force_login(farm.officer)
    return client


@pytest.fixture
def session(farm: Farm) -> Session:
    return actions.begin_session(farm.officer, farm.site, "live")


def marks(session: Session) -> str:
    return reverse("supervision:marks", args=[session.uid])


def given(farm: Farm, **values: Any) -> dict[str, Any]:
    return {"camera": str(farm.store_camera.uid), "items": ["medicine-stock"], "grade": "normal", **values}


def test_beginning_leads_to_the_sitting(farm: Farm, browser: Client) -> None:
    answer = browser.post(reverse("supervision:begin", args=[farm.site.uid]), {"mode": "live"}, follow=True)
    assert answer.redirect_chain[-1][0].endswith("/conduct/")
    assert str(farm.pond_camera.uid) in answer.content.decode()


def test_the_checklist_follows_the_area_of_the_camera(farm: Farm, browser: Client, session: Session) -> None:
    at_store = browser.get(marks(session), {"camera": str(farm.store_camera.uid)}).content.decode()
    at_pond = browser.get(marks(session), {"camera": str(farm.pond_camera.uid), "content": "尚未写完"}).content.decode()
    assert "药品进出库" in at_store
    assert "药品进出库" not in at_pond
    assert "养殖密度" in at_pond
    assert "尚未写完" in at_pond


def test_a_refused_mark_keeps_what_was_typed(farm: Farm, browser: Client, session: Session) -> None:
    answer = browser.post(marks(session), given(farm, grade="serious", content="池边堆放药瓶"))
    assert answer.status_code == 422
    assert "池边堆放药瓶" in answer.content.decode()
    assert session.points.count() == 0


def test_a_moment_that_is_none_is_told(farm: Farm, browser: Client, session: Session) -> None:
    answer = browser.post(marks(session), given(farm, moment="2026-11-21 09:00"))
    assert answer.status_code == 422
    assert session.points.count() == 0


def test_a_mark_in_a_recording_needs_the_moment_shown(farm: Farm, browser: Client) -> None:
    session = actions.begin_session(farm.officer, farm.site, "playback")
    answer = browser.post(marks(session), given(farm, moment=""))
    assert answer.status_code == 422
    assert "请重新选择画面" in answer.content.decode()
    answer = browser.post(marks(session), given(farm, moment="2026-11-21T09:00:00+08:00"))
    assert answer.status_code == 422
    assert "该摄像机在所示时刻没有录像" in answer.content.decode()
    recorded(farm.store_camera, datetime(2026, 11, 21, 1, tzinfo=UTC))
    assert browser.post(marks(session), given(farm, moment="2026-11-21T09:00:00+08:00")).status_code == 200
    assert session.points.get().moment_at.isoformat() == "2026-11-21T01:00:00+00:00"


def test_an_item_of_another_area_is_told(farm: Farm, browser: Client, session: Session) -> None:
    assert browser.post(marks(session), given(farm, items=["density"])).status_code == 422


def test_from_mark_to_sheet(farm: Farm, browser: Client, session: Session) -> None:
    assert browser.post(marks(session), given(farm)).status_code == 200
    filed = browser.post(reverse("supervision:submit", args=[session.uid]), follow=True)
    assert filed.status_code == 200
    sheet = browser.get(reverse("supervision:sheet", args=[session.uid]), {"file": "pdf"})
    assert sheet["Content-Type"] == "application/pdf"
    assert sheet.content.startswith(b"%PDF-")
    listed = browser.get(reverse("supervision:sessions")).content.decode()
    assert farm.site.name in listed


@pytest.mark.req("A4.1")
def test_a_neighbour_sees_no_session(farm: Farm, session: Session, tree: Any, make_user: Any) -> None:
    client = Client()
    client.force_login(make_user(tree.neighbour, "monitor"))
    assert client.get(reverse("supervision:session", args=[session.uid])).status_code == 404
    assert farm.site.name not in client.get(reverse("supervision:sessions")).content.decode()


def test_a_playback_begins_with_the_cameras_recorded_today(farm: Farm, browser: Client) -> None:
    more = [
        Camera.objects.create(gb_id=f"3501000000132000001{number}", name=f"{number}号", site=farm.site)
        for number in range(4)
    ]
    recorded(more[3], clock.now())
    recorded(farm.store_camera, clock.now() - timedelta(days=2))
    session = actions.begin_session(farm.officer, farm.site, "playback")
    props = browser.get(reverse("supervision:conduct", args=[session.uid])).context["pictures"]
    offered = [camera["uid"] for camera in props["cameras"]]
    last = str(more[3].uid)
    assert props["chosen"] == [last, *(uid for uid in offered if uid != last)][:4]
    assert len(offered) == 6
