"""What a crash, a lost database or a strange file leave behind, and how it is mended; nothing is ever deleted."""

import fcntl
import hashlib
from typing import Any

import pytest

from oversite.common.config import Config
from oversite.protocol.fmp4.reader import scan
from oversite.video.recording import actions, files, fsck
from oversite.video.recording.layout import MARKERS, RecordingIdentity, SegmentFact, is_recording_path, marker_name
from oversite.video.recording.models import Segment, Volume
from video.recording import footage

pytestmark = pytest.mark.django_db


def mark(settings: Config, path: str) -> None:
    markers = settings.recordings_dir / MARKERS
    markers.mkdir(exist_ok=True)
    (markers / marker_name(path)).touch()


def written(settings: Config, camera: Any, **options: Any) -> footage.Footage:
    return footage.write(settings, camera.uid, camera.gb_id, **options)


def fact_of(settings: Config, path: str) -> SegmentFact:
    return files.mend(settings.recordings_dir, "main", path)


def test_a_file_cut_at_any_byte_is_mended_to_its_last_whole_fragment(settings: Config, camera: Any) -> None:
    whole = written(settings, camera, closed=False, pictures=20)
    path = settings.recordings_dir / whole.path
    content = path.read_bytes()
    for size in range(whole.whole_at[1], len(content) + 1, 37):
        path.write_bytes(content[:size])
        fact = fact_of(settings, whole.path)
        kept = max(at for at in whole.whole_at if at <= size)
        assert path.read_bytes().startswith(content[:kept])
        found = scan(path.read_bytes())
        assert found.is_closed
        assert len(found.fragments) == whole.whole_at.index(kept)
        assert fact.state == ("closed" if size == kept else "damaged")
        assert fact.bytes == path.stat().st_size
        assert fact.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_truncated_at_every_write_loses_nothing_before_it(settings: Config, camera: Any) -> None:
    whole = written(settings, camera, closed=False, pictures=100)
    path = settings.recordings_dir / whole.path
    content = path.read_bytes()
    for number, size in enumerate(whole.whole_at[1:], 1):
        path.write_bytes(content[:size])
        assert fact_of(settings, whole.path).state == "closed"
        assert len(scan(path.read_bytes()).fragments) == number


def test_after_a_power_cut_blank_blocks_are_not_taken_for_footage(settings: Config, camera: Any) -> None:
    whole = written(settings, camera, closed=False, pictures=30)
    path = settings.recordings_dir / whole.path
    content = path.read_bytes()
    kept = whole.whole_at[3]
    path.write_bytes(content[:kept] + bytes(len(content) - kept))
    assert fact_of(settings, whole.path).state == "damaged"
    assert path.read_bytes().startswith(content[:kept])
    assert len(scan(path.read_bytes()).fragments) == 3


def test_open_files_are_mended_indexed_and_their_markers_removed(settings: Config, camera: Any, volume: Volume) -> None:
    one = written(settings, camera, closed=False)
    mark(settings, one.path)  # its row was never written
    two = written(settings, camera, closed=False, start_us=footage.START_US + 10_000_000)
    torn = settings.recordings_dir / two.path
    torn.write_bytes(torn.read_bytes()[:-100])
    actions.register_segments([_opened(two)])
    repaired = actions.repair_open_files(settings, volume)
    assert {item.path for item in repaired} == {one.path, two.path}
    assert dict(Segment.objects.values_list("path", "state")) == {one.path: "closed", two.path: "damaged"}
    assert list((settings.recordings_dir / MARKERS).iterdir()) == []
    assert fsck.check(settings, hashes=True) == []


def _opened(written: footage.Footage) -> SegmentFact:
    identity = written.identity
    return SegmentFact(
        "main", written.path, identity.camera_uid, identity.gb_id, 0, identity.started_at_us, 0, 0,
        written.whole_at[0], written.whole_at[0], "open", "h264", 40,
    )  # fmt: skip


def test_a_file_that_was_closed_whole_is_not_read_again(
    settings: Config, camera: Any, volume: Volume, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = written(settings, camera)
    actions.register_segments([fact_of(settings, item.path)])
    mark(settings, item.path)  # the process ended before it could remove the marker
    monkeypatch.setattr(files, "mend", None)
    assert actions.repair_open_files(settings, volume) == []
    assert list((settings.recordings_dir / MARKERS).iterdir()) == []


def test_a_file_that_is_being_recorded_is_left_alone(settings: Config, camera: Any, volume: Volume) -> None:
    running = written(settings, camera, closed=False)
    mark(settings, running.path)
    with (settings.recordings_dir / running.path).open("r+b") as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        assert actions.repair_open_files(settings, volume) == []
        assert actions.rebuild_index(settings, volume).known == ()
        assert fsck.check(settings, repair=True) == []
    assert (settings.recordings_dir / running.path).stat().st_size == running.size


def test_what_cannot_be_read_is_kept_in_quarantine(settings: Config, camera: Any, volume: Volume) -> None:
    lost = written(settings, camera)
    mark(settings, lost.path)
    (settings.recordings_dir / lost.path).write_bytes(b"\x00" * 5000)
    (item,) = actions.repair_open_files(settings, volume)
    assert item.fact is None
    assert (settings.recordings_dir / "quarantine" / lost.path).read_bytes() == b"\x00" * 5000


def test_a_lost_database_is_rebuilt_from_the_files_alone(settings: Config, camera: Any, volume: Volume) -> None:
    made = [written(settings, camera, start_us=footage.START_US + number * 2_000_000) for number in range(5)]
    actions.register_segments([fact_of(settings, item.path) for item in made])
    before = list(Segment.objects.order_by("started_at_us").values(*_COMPARED))
    Segment.objects.all().delete()
    assert actions.is_index_lost(settings, volume)
    assert len(actions.rebuild_index(settings, volume).known) == 5
    assert list(Segment.objects.order_by("started_at_us").values(*_COMPARED)) == before
    assert not actions.is_index_lost(settings, volume)


_COMPARED = ("camera_id", "stream", "path", "started_at_us", "media_90k", "bytes", "state", "sha256", "codec")


def test_a_camera_that_was_registered_anew_gets_its_footage_back_by_its_identity(
    settings: Config, camera: Any, volume: Volume
) -> None:
    item = footage.write(settings, type(camera.uid)(int=7), camera.gb_id)
    assert actions.rebuild_index(settings, volume).known == (item.path,)
    assert Segment.objects.get().camera_id == camera.pk


def test_files_that_nobody_knows_are_quarantined_and_come_back_when_their_camera_does(
    settings: Config, camera: Any, volume: Volume
) -> None:
    strange = footage.write(settings, type(camera.uid)(int=8), "34020000001320009999")
    note = settings.recordings_dir / str(camera.uid) / "20261122" / "notes.txt"
    note.parent.mkdir(parents=True)
    note.write_text("somebody's notes")
    found = {item.kind: item for item in fsck.check(settings)}
    assert set(found) == {"unindexed", "strange-file"}
    assert not any(item.mended for item in found.values())
    assert all(item.mended for item in fsck.check(settings, repair=True))
    quarantine = settings.recordings_dir / "quarantine"
    assert (quarantine / strange.path).stat().st_size == strange.size
    assert (quarantine / note.relative_to(settings.recordings_dir)).read_text() == "somebody's notes"
    assert fsck.check(settings) == []
    camera.gb_id = "34020000001320009999"
    camera.save()
    assert actions.rebuild_index(settings, volume).known == (strange.path,)
    assert fsck.check(settings, hashes=True) == []


def test_fsck_finds_and_explains_every_inconsistency(settings: Config, camera: Any, volume: Volume) -> None:
    made = [written(settings, camera, start_us=footage.START_US + number * 2_000_000) for number in range(4)]
    actions.register_segments([fact_of(settings, item.path) for item in made])
    assert fsck.check(settings, hashes=True) == []
    gone, short, long, changed = (settings.recordings_dir / item.path for item in made)
    gone.unlink()
    short.write_bytes(short.read_bytes()[: made[1].whole_at[2]])
    long.write_bytes(long.read_bytes() + b"more")
    content = bytearray(changed.read_bytes())
    content[made[3].whole_at[1] + 200] ^= 1
    changed.write_bytes(content)
    kinds = {item.path: item.kind for item in fsck.check(settings, hashes=True)}
    assert kinds == {
        made[0].path: "missing-file",
        made[1].path: "short-file",
        made[2].path: "long-file",
        made[3].path: "bad-hash",
    }
    fsck.check(settings, repair=True)
    assert Segment.objects.get(path=made[0].path).state == "damaged"
    mended = Segment.objects.get(path=made[1].path)
    assert mended.durable_bytes == short.stat().st_size
    assert {item.kind for item in fsck.check(settings, hashes=True)} == {"long-file", "bad-hash"}


def test_a_volume_that_is_not_there_is_said_and_nothing_is_marked_lost(
    settings: Config, camera: Any, volume: Volume
) -> None:
    item = written(settings, camera)
    actions.register_segments([fact_of(settings, item.path)])
    settings.recordings_dir.rename(settings.data_dir / "elsewhere")
    (finding,) = fsck.check(settings, repair=True)
    assert finding.kind == "volume-missing"
    assert Segment.objects.get().state == "closed"


@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b"{}", b"\xff\xfe", b'{"camera_uid":"x"}', b"9" * 5000, b'{"camera_uid":[],"clock_offset_ms":1}'],
)
def test_identities_that_are_none(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"identity|Expecting|codec"):
        RecordingIdentity.from_payload(payload)


def test_paths_are_made_from_the_start_and_nothing_else_is_one(settings: Config, camera: Any) -> None:
    item = written(settings, camera)
    again = written(settings, camera)
    assert is_recording_path(item.path)
    assert again.path == item.path.replace("-0.mp4", "-0.1.mp4")
    assert not is_recording_path("../" + item.path)
    assert not is_recording_path(item.path + "\n")
