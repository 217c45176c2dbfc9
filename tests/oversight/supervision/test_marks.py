"""Anomalies stand on the bar of the camera at which they were marked."""

from datetime import timedelta
from typing import Any

from oversight.supervision.conftest import Farm
from oversite.common import clock
from oversite.oversight.supervision import actions
from oversite.oversight.supervision.actions import Mark
from oversite.oversight.supervision.marks import marks


def test_an_anomaly_is_on_the_bar_for_those_who_may_read_it(farm: Farm, tree: Any, make_user: Any) -> None:
    session = actions.begin_session(farm.officer, farm.site, "live")
    now = clock.now()
    for grade, remark in (("normal", ""), ("minor", "漂浮物")):
        actions.mark_point(
            farm.officer,
            session,
            Mark(camera=farm.pond_camera, area=farm.pond, grade=grade, remark=remark, moment_at=now, items=("water",)),
        )
    day = (now - timedelta(hours=1), now + timedelta(hours=1))
    found = list(marks(farm.officer, farm.pond_camera, *day))
    assert [(mark.kind, mark.start_at, mark.end_at) for mark in found] == [
        ("anomaly", now - timedelta(seconds=30), now + timedelta(seconds=30))
    ]
    assert list(marks(farm.officer, farm.store_camera, *day)) == []
    assert list(marks(make_user(tree.neighbour, "monitor"), farm.pond_camera, *day)) == []
