"""A part of a recording begins at 0 for players, and not one byte of its fragments is another."""

import io

import av
import pytest

from oversite.protocol.errors import PeerError
from oversite.protocol.fmp4.edit_list import with_edit_list
from oversite.protocol.fmp4.reader import byte_plan, scan
from protocol.fmp4.recordings import fragmented, recorded
from protocol.rtp.clips import aac_units, g711_units, video_units

START_90K = 30 * 3600


@pytest.mark.req("A18.1")
@pytest.mark.parametrize("sound", [g711_units(packets=50), aac_units()], ids=["g711", "aac"])
def test_a_part_begins_at_zero_in_every_player(sound: list[object]) -> None:
    data, _entries = recorded(fragmented([*video_units(), *sound]), origin=b"{}")
    plan = byte_plan(scan(data), START_90K, 50 * 3600)
    assert plan is not None
    (_, init_bytes), *rest = plan.ranges
    part = with_edit_list(data[:init_bytes], plan.start_90k) + b"".join(data[at : at + size] for at, size in rest)
    with av.open(io.BytesIO(part)) as container:
        assert container.start_time == 0
        times = [frame.time for frame in container.decode(video=0)]
    assert times[0] == 0
    assert times[-1] == pytest.approx((plan.duration_90k - 3600) / 90_000)
    assert scan(part).fragments[0].start_90k == plan.start_90k


@pytest.mark.parametrize("init", [b"", b"\0\0\0\x08free", b"\0\0\0\x10moov\0\0\0\x08trak"])
def test_what_is_no_beginning_is_refused(init: bytes) -> None:
    with pytest.raises(PeerError):
        with_edit_list(init, 1)
