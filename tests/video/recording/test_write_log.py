"""A recording that ends at any call to the file system: no file that cannot be read, nothing durable lost, and of what
was received at most two seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from oversite.common.clock import AnchoredClock
from oversite.common.config import Config
from oversite.protocol.fmp4.fragmenter import Fragmenter
from oversite.protocol.fmp4.init_segment import InitSegment
from oversite.protocol.media import AccessUnit, Codec
from oversite.services.media.receiver import UNWATCHED_90K
from oversite.services.media.recorder import Recorder, Subject
from oversite.services.media.volume import Volume as Folder
from oversite.services.media.writer import Chunk, Writer
from oversite.video.recording import actions, files, fsck
from oversite.video.recording.layout import MARKERS, SegmentFact
from oversite.video.recording.models import Segment, Volume
from video.recording import footage
from video.recording.write_log import Call, Disk, WriteLog, disk_after

pytestmark = [pytest.mark.django_db, pytest.mark.req("A19.1")]

PICTURES_S = 25
FLUSH_PICTURES = 12
"""What the loop hands over every half second."""
SYNC_PICTURES = 100
CUT_AT = 230
LENGTH = 330
LOST_90K_MAX = 2 * 90_000


@dataclass(frozen=True)
class Told:
    """What the index was told once so many calls were made, and how much had been received by then."""

    calls: int
    facts: tuple[SegmentFact, ...]


@dataclass(frozen=True)
class Recorded:
    """A short recording: the calls it made, what the index was told when, what had been received by when."""

    log: WriteLog
    told: list[Told]
    received_90k: list[tuple[int, int]]

    def facts_before(self, calls: int) -> list[SegmentFact]:
        newest = {fact.path: fact for told in self.told if told.calls <= calls for fact in told.facts}
        return list(newest.values())

    def received_before(self, calls: int) -> int:
        return max((media for at, media in self.received_90k if at <= calls), default=0)


@pytest.fixture
def recorded(settings: Config, camera: Any, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """Thirteen seconds in two files, as recorder and writer of the media process make them."""
    with monkeypatch.context() as watched:
        return record(settings, camera, watched)


def record(settings: Config, camera: Any, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    log = WriteLog(settings.recordings_dir)
    log.watch(monkeypatch)
    told: list[Told] = []
    received: list[tuple[int, int]] = []
    folder = Folder("main", settings.recordings_dir)
    folder.open()
    writer = Writer(lambda facts: told.append(Told(len(log.calls), tuple(facts))), fail, sync_seconds=3600)
    recorder = Recorder(
        Subject(str(camera.uid), camera.gb_id, "F001", 0, 40),
        writer,
        lambda: folder,
        AnchoredClock(footage.START_US, 0.0),
    )
    fragmenter = Fragmenter(fragment_90k=UNWATCHED_90K)
    chunks: list[Chunk] = []
    for number in range(LENGTH):
        now = number / PICTURES_S
        received.append((len(log.calls), number * footage.FRAME_90K))
        made = fragmenter.add(picture(number))
        for item in made if number < LENGTH - 1 else [*made, *fragmenter.flush()]:
            if isinstance(item, InitSegment):
                recorder.on_init(item, chunks)
            else:
                recorder.on_fragment(item, now, now, chunks)
        if number == CUT_AT:
            recorder.finish(chunks)
        if number % FLUSH_PICTURES == 0:
            recorder.flush(chunks)
        write(writer, chunks)
        if number % SYNC_PICTURES == SYNC_PICTURES - 1:
            synchronise(writer, folder, told)
    recorder.finish(chunks)
    write(writer, chunks)
    for _ in range(2):
        synchronise(writer, folder, told)
    folder.close()
    return Recorded(log, told, received)


def fail(_volume: Folder, error: OSError) -> None:
    raise AssertionError(error)


def picture(number: int) -> AccessUnit:
    """Pictures of 25 a second, a key frame every second."""
    is_key = number % PICTURES_S == 0
    sets = b"\x00\x00\x00\x01" + footage.SPS + b"\x00\x00\x00\x01" + footage.PPS if is_key else b""
    slice_ = bytes([0x65 if is_key else 0x41, 0x88]) + bytes([1 + number % 250]) * 60
    at_90k = number * footage.FRAME_90K
    return AccessUnit("video", Codec.H264, at_90k, at_90k, is_key, sets + b"\x00\x00\x00\x01" + slice_)


def write(writer: Writer, chunks: list[Chunk]) -> None:
    """What the writing thread does with a batch, in this one."""
    writer.write(chunks)
    chunks.clear()


def synchronise(writer: Writer, folder: Folder, told: list[Told]) -> None:
    """Synchronise, index what is durable, and confirm what is closed."""
    before = len(told)
    writer.sync()
    closed = [fact.path for one in told[before:] for fact in one.facts if fact.state == "closed"]
    writer.confirm(folder, closed)


def crashed(recorded: Recorded, settings: Config, volume: Volume, disk: Disk, calls: int) -> list[SegmentFact]:
    """Lay out the disk, start again with the index as it was, and look at everything; gives what is readable now."""
    Segment.objects.all().delete()
    root = settings.recordings_dir
    disk.lay_out(root)
    actions.register_segments(recorded.facts_before(calls))
    actions.repair_open_files(settings, volume)
    assert list((root / MARKERS).glob("*.mp4")) == []
    assert fsck.check(settings, hashes=True) == []
    rows = dict(Segment.objects.exclude(media_90k=0).values_list("path", "media_90k"))
    readable = [files.examine(root, "main", path).fact for path in files.recorded_files(root)]
    assert {fact.path: fact.media_90k for fact in readable} == rows
    return readable


def media_90k(facts: list[SegmentFact]) -> int:
    return sum(fact.media_90k for fact in facts)


def durable_before(recorded: Recorded, calls: int) -> int:
    return media_90k(recorded.facts_before(calls))


def test_killed_at_any_call_at_most_two_seconds_are_lost(recorded: Recorded, settings: Config, volume: Volume) -> None:
    calls = recorded.log.calls
    assert {call[0] for call in calls} == {"folder", "make", "link", "drop", "bytes", "sync"}
    for number in range(len(calls) + 1):
        readable = crashed(recorded, settings, volume, disk_after(calls[:number]), number)
        assert recorded.received_before(number) - media_90k(readable) <= LOST_90K_MAX, calls[max(number - 1, 0)]
    assert media_90k(readable) == LENGTH * footage.FRAME_90K


def test_killed_in_the_middle_of_a_write_the_file_is_cut_to_what_is_whole(
    recorded: Recorded, settings: Config, volume: Volume
) -> None:
    calls = recorded.log.calls
    for number, call in enumerate(calls):
        if call[0] != "bytes":
            continue
        for share in (1, len(call[2]) // 2, len(call[2]) - 1):
            torn: Call = ("bytes", call[1], call[2][:share])
            readable = crashed(recorded, settings, volume, disk_after([*calls[:number], torn]), number)
            assert recorded.received_before(number) - media_90k(readable) <= LOST_90K_MAX


@pytest.mark.parametrize("bytes_as", ["missing", "blank"])
def test_truncated_at_every_sync_point_nothing_durable_is_lost(
    recorded: Recorded, settings: Config, volume: Volume, bytes_as: str
) -> None:
    """The power goes between two synchronisations: the names made since are there, their bytes are not."""
    calls, points = recorded.log.calls, recorded.log.sync_points()
    assert len(points) >= 6
    for point, after in zip(points, [*points[1:], len(calls)], strict=True):
        for number in {point, (point + after) // 2, after - 1}:
            disk = disk_after(calls[:point])
            for call in calls[point:number]:
                disk.apply(call, bytes_as=bytes_as)
            readable = crashed(recorded, settings, volume, disk, point)
            assert media_90k(readable) >= durable_before(recorded, point)
