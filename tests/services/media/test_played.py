"""What of a recording in a device was seen: by the pictures' times, the commanded speed and position (req: V14.log)."""

import json
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from oversite.common import clock
from oversite.protocol.media import AccessUnit, Codec
from oversite.services.media.live import LiveChannel
from oversite.services.media.pace import Pace
from oversite.services.media.played import Played
from services.media.camera import TcpCamera, endless_packets
from services.media.conftest import Client, RunningNode, wait_for

pytestmark = pytest.mark.req("V14.log")

FROM_AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
FROM_US = clock.to_us(FROM_AT)


class Device:
    """Sends a picture of `raw_s` at `now`, as many a second as it likes."""

    def __init__(self) -> None:
        self.pace = Pace()

    def send(self, raw_s: float, now: float) -> float:
        """Gives how many seconds into the recording the picture is taken for."""
        raw_90k = round(raw_s * 90_000)
        self.pace.restamp(AccessUnit("video", Codec.H264, raw_90k, raw_90k, False, b""), now)
        return self.pace.position_90k / 90_000


def test_at_the_speed_of_life_the_pictures_times_count_however_they_arrive() -> None:
    device = Device()
    assert [device.send(5 + second, 100.0) for second in range(4)] == [0, 1, 2, 3]


@pytest.mark.quirk(26)
@pytest.mark.parametrize("stamp", [0.04, 0.01, 0.16], ids=["as recorded", "scaled", "skipping"])
def test_quirk_26_at_another_speed_what_was_commanded_counts(stamp: float) -> None:
    device = Device()
    device.send(0, 100.0)
    device.pace.follow(4)
    for number in range(1, 101):
        position_s = device.send(number * stamp, 100 + number / 100)
    assert position_s == pytest.approx(4.0, abs=0.01), "one second at four times the speed"
    device.pace.follow(1)
    assert device.send(100 * stamp + 0.5, 101.5) == pytest.approx(4.5, abs=0.01)


def test_a_pause_shows_nothing_though_the_clock_of_the_device_goes_on() -> None:
    device = Device()
    device.send(0, 100.0)
    assert device.send(600, 700.0) == pytest.approx(0.04)


def test_backwards_and_to_another_place() -> None:
    device = Device()
    device.send(0, 100.0)
    device.pace.go_to(90 * 90_000)
    assert device.send(0.04, 100.1) == 90, "what comes next was taken there"
    device.pace.follow(-1)
    assert device.send(0.08, 101.1) == 89


class Looking:
    """A viewer, as far as it matters here."""

    def __init__(self, *, is_visible: bool = True) -> None:
        self.is_visible = is_visible


def seen_s(played: Played) -> tuple[float, float] | None:
    span = played.span_us
    return None if span is None else ((span[0] - FROM_US) / 1e6, (span[1] - FROM_US) / 1e6)


def test_only_what_a_viewer_gets_was_seen() -> None:
    played, channel = Played(FROM_US), LiveChannel(str)
    second = 90_000
    played.note(1 * second, channel, is_key=True)
    played.note(2 * second, channel, is_key=False)
    played.note(3 * second, channel, is_key=True)
    assert seen_s(played) == (2, 3), "the newest key frame is kept for the first viewer, and what follows on it"
    looking: Any = Looking()
    channel.viewers.add(looking)
    played.note(4 * second, channel, is_key=True)
    looking.is_visible = False
    played.note(60 * second, channel, is_key=True)
    assert seen_s(played) == (2, 4), "a hidden page gets no pictures"
    looking.is_visible = True
    played.go_to(1 * second)
    played.note(2 * second, channel, is_key=True)
    assert seen_s(played) == (1, 4)


def test_a_viewer_of_a_device_is_reported_with_what_went_out(running: RunningNode, client: Client) -> None:
    camera = TcpCamera(client.open(kind="playback", transport="tcp-passive", from_at=FROM_AT.isoformat()))
    pictures = list(endless_packets(frames=90))

    def send(group: list[list[bytes]], so_far: int) -> None:
        camera.send(group, 0)
        expected = sum(map(len, pictures[:so_far]))
        wait_for(lambda: client.status()["packets"] == expected)

    with closing(camera):
        send(pictures[:60], 60)
        with client.watch(client.ticket()) as viewer:
            assert json.loads(viewer.recv(10))["codec"] == "h264"
            client.door("PATCH", "receivers/cam-0", {"position_s": 600})
            send(pictures[60:], 90)
    (report,) = wait_for(lambda: [item for item in running.store.reports if item.ended_at])
    assert report.seen_us is not None
    first_s, last_s = ((instant_us - FROM_US) / 1e6 for instant_us in report.seen_us)
    assert 0 <= first_s < 2.4
    assert 600 < last_s < 602, "not the hours that may lie in what was asked for"


def test_a_live_picture_is_of_no_recording(running: RunningNode, client: Client) -> None:
    client.open()
    response, _ = client.call("PATCH", "/door/receivers/cam-0", {"position_s": 5}, {"X-Oversite-Door": client.secret})
    assert response.status == 422


@pytest.mark.parametrize("position", [-1, 1e9, "soon", "nan"])
def test_a_position_that_is_none_is_refused(client: Client, position: object) -> None:
    client.open(kind="playback", from_at=FROM_AT.isoformat())
    response, _ = client.call(
        "PATCH", "/door/receivers/cam-0", {"position_s": position}, {"X-Oversite-Door": client.secret}
    )
    assert response.status == 422
