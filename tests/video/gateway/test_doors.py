"""The doors: the secret is shown, failures name their stage, a service that is down is said to be down."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from oversite.common import clock, config
from oversite.common.keys import read_key
from oversite.video.gateway import actions, queries
from oversite.video.gateway import doors as service_doors
from oversite.video.gateway.models import MediaNode, WantedStream
from oversite.video.gateway.stages import TEXTS, Stage, StageFailure


def test_every_call_shows_the_door_secret(doors: Any) -> None:
    service_doors.play("uid", 0)
    method, path, body, secret = doors.calls[0]
    assert (method, path, body) == ("POST", "/door/play", {"camera_uid": "uid", "stream": 0})
    assert secret == read_key(config.current().keys_dir, "door").hex()


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.SERVICE_DOWN])
def test_a_failed_start_names_its_stage(doors: Any, stage: Stage) -> None:
    doors.answer("/door/play", 504, {"stage": str(stage), "reason": "Busy Here", "sip_status": 486})
    with pytest.raises(StageFailure) as failed:
        service_doors.play("uid", 0)
    with translation.override("en"):
        told = failed.value.payload()
        assert told["message"] == str(TEXTS[stage].message)
    assert told["stage"] == stage
    assert "486 Busy Here" in told["cause"]
    assert told["advice"]


def test_a_service_that_is_down_is_said_to_be_down() -> None:
    before = config.current()
    config.use(replace(before, signalling_door_port=1))
    try:
        with pytest.raises(StageFailure) as failed:
            service_doors.play("uid", 0)
        assert failed.value.stage is Stage.SERVICE_DOWN
        assert not service_doors.hint("wanted")
    finally:
        config.use(before)


@pytest.mark.parametrize("answer", [b"not json", b"[1]", b'{"stage": "new-one"}', b""])
def test_an_answer_that_is_no_stage_is_a_service_that_does_not_work(doors: Any, answer: bytes) -> None:
    doors.answer("/door/play", 500, answer)
    with pytest.raises(StageFailure) as failed:
        service_doors.play("uid", 0)
    assert failed.value.stage is Stage.SERVICE_DOWN
    assert failed.value.reason == "HTTP 500"


def test_a_ticket_carries_the_whole_media_address(world: Any, doors: Any) -> None:
    ticket = actions.issue_live_ticket(0, 7, "live-1-0")
    node = queries.node(0)
    assert ticket.live_url == node.public_url.replace("http", "ws", 1) + f"/live/{ticket.token}"
    assert len(ticket.token) == 32
    (pushed,) = doors.asked("/door/tickets")
    assert (pushed["ticket"], pushed["viewing_id"], pushed["kind"]) == (ticket.token, 7, "live")


def test_recordings_come_from_the_living_node_with_the_least_to_do(world: Any, doors: Any) -> None:
    assert actions.issue_recording_ticket(7, []).node == 0
    url = queries.node(0).door_url
    for number, streams, age_s in ((0, 40, 1), (1, 12, 1), (2, 0, 120)):
        MediaNode.objects.create(
            number=number,
            door_url=url,
            public_url=f"https://media-{number}",
            streams=streams,
            beat_at=clock.now() - timedelta(seconds=age_s),
        )
    ticket = actions.issue_recording_ticket(8, [(3, "/x/3.mp4")])
    assert ticket.segment_url(3) == f"https://media-1/recordings/{ticket.token}/3.mp4"


def test_wishes_are_one_row_per_reason_and_hinted_after_the_commit(world: Any, doors: Any, committed: Any) -> None:
    with committed():
        actions.want_stream(world.camera, 0, "view:1")
        actions.want_stream(world.camera, 0, "view:1")
        assert not doors.asked("/door/wanted")
    assert WantedStream.objects.count() == 1
    assert len(doors.asked("/door/wanted")) == 2
    with committed():
        actions.release_stream(world.camera, "view:1")
    assert not WantedStream.objects.exists()


def test_the_register_decides_what_is_recorded(world: Any, doors: Any) -> None:
    world.camera.records = True
    actions.want_recording(world.camera)
    assert WantedStream.objects.get().record
    world.camera.is_active = False
    actions.want_recording(world.camera)
    assert not WantedStream.objects.exists()


def test_all_nodes_learn_the_allowed_set(world: Any, doors: Any) -> None:
    assert actions.send_allowed({0: [3, 4]}) == 1
    assert doors.asked("/door/allowed") == [{"viewings": [3, 4]}]
