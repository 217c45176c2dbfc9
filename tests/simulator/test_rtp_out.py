"""What a simulated device says of its packets before and while it sends them."""

import pytest

from oversite.simulator.frames import Frame
from oversite.simulator.media_path import MediaPath
from oversite.simulator.rtp_out import RtpOut
from simulator.watching import sequence

pytestmark = pytest.mark.req("V5.1")


class Kept(MediaPath):
    """A way that keeps what is sent."""

    def __init__(self) -> None:
        super().__init__("127.0.0.1", lambda: None)
        self.packets: list[bytes] = []

    def send(self, packets: object) -> None:
        self.packets += packets  # type: ignore[operator]


def test_the_sequence_number_that_is_told_is_the_next_packets_before_the_first_frame_too() -> None:
    path = Kept()
    out = RtpOut(path, 1, frozenset())
    for _ in range(2):
        told = out.next_sequence
        begun = len(path.packets)
        out.send(Frame(b"\x00" * 4000, 0, is_key=True))
        assert sequence(path.packets[begun]) == told
