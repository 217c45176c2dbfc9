"""Holding, sealing, verifying in place, exporting (req: A18.1, A19.1, A20, C-A4.5)."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import av
import pytest
from django_tasks_db.models import DBTaskResult

from oversite.base.audit.models import Entry
from oversite.common import clock, config
from oversite.common.errors import Refused
from oversite.protocol.fmp4.decode_time import decode_times
from oversite.protocol.fmp4.reader import scan
from oversite.video.evidence import actions, package, queries
from oversite.video.evidence.actions import ExportOrder
from oversite.video.evidence.models import Evidence, Export
from oversite.video.evidence.tasks import seal_waiting
from oversite.video.evidence.verify import Verdict, verify
from oversite.video.recording.models import Segment
from video.footage import record

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ALL = ("video.hold", "evidence.read", "video.export", "video.release")
ORDER = ExportOrder("consent", "署关函〔2026〕1号", "案件移交", "海关缉私局")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def kept(world: Any) -> Evidence:
    for start in (0, 12):
        record(world.camera, at(start), 10)
    user = world.person("keeper", world.branch, *ALL)
    return actions.keep_footage(user, world.camera, at(4), at(18), reason="用药记录不符", subject=("point", "7"))


def path_of(row: Evidence) -> Any:
    stored = queries.stored_package(row)
    assert stored is not None, row.problem
    return stored.path


@pytest.mark.req("A18.1")
def test_held_footage_is_counted_on_its_segments(kept: Evidence) -> None:
    assert list(Segment.objects.order_by("started_at_us").values_list("holds", flat=True)) == [1, 1]
    entry = Entry.objects.get(act="evidence.footage.held")
    assert (entry.clause, entry.data["reason"], entry.data["segments"]) == ("A18.1", "用药记录不符", 2)


@pytest.mark.req("A18.1", "A19.1")
def test_a_sealed_package_says_what_where_when_and_plays(kept: Evidence) -> None:
    row = actions.seal(kept.keeper, kept)
    assert row.state == Evidence.State.SEALED, row.problem
    with zipfile.ZipFile(path_of(row)) as packed:
        manifest = json.loads(packed.read("manifest.json"))
        (camera,) = manifest["cameras"]
        first, second = camera["segments"]
        assert first["file"] == "segments/F001_34020000001320000001_20261120T120004000.mp4"
        for entry in (first, second):
            content = packed.read(entry["file"])
            assert package.digests_of(io.BytesIO(content)).sm3 == entry["sm3"]
            with av.open(io.BytesIO(content)) as container:
                assert sum(1 for _frame in container.decode(video=0)) == 60
            with av.open(io.BytesIO(content)) as container:
                assert container.start_time == 0
    assert first["started_at"] == at(4).isoformat()
    assert second["source"]["is_whole"] is False
    assert first["clock_offset_ms"] == 120
    assert camera["gaps"] == [{"from_at": at(10).isoformat(), "until_at": at(12).isoformat()}]
    assert (manifest["site"]["code"], manifest["reason"]) == ("F001", "用药记录不符")
    assert manifest["kept_by"] == {"agency": "分支局", "name": "Keeper"}


@pytest.mark.req("A18.1", "A19.1")
def test_a_part_from_the_middle_lasts_as_long_as_it_is_and_its_time_can_be_put_back(world: Any) -> None:
    recording = record(world.camera, at(0), 12)
    user = world.person("keeper", world.branch, *ALL)
    row = actions.seal(user, actions.keep_footage(user, world.camera, at(6), at(9), reason="x"))
    with zipfile.ZipFile(path_of(row)) as packed:
        (entry,) = json.loads(packed.read("manifest.json"))["cameras"][0]["segments"]
        content = packed.read(entry["file"])
    with av.open(io.BytesIO(content)) as container:
        assert container.start_time == 0
        assert container.duration == pytest.approx(3_000_000, abs=1_000_000), "to within one group of pictures"
    assert (entry["started_at"], entry["first_decode_90k"]) == (at(6).isoformat(), 6 * 90_000)
    source = entry["source"]
    restored = bytearray(content)
    found = scan(content)
    assert found.init_range is not None
    for time in decode_times(content, found.init_range[1], found.fragments):
        restored[time.at : time.at + time.size] = time.moved(source["decode_shift_90k"])
    original = (config.current().recordings_dir / source["path"]).read_bytes()
    assert source["sha256"] == recording.sha256
    assert restored == b"".join(original[offset : offset + size] for offset, size in source["ranges"])
    assert restored != content
    assert actions.verify(user, row).is_valid


@pytest.mark.req("A18.1")
def test_a_whole_recording_goes_in_byte_by_byte(world: Any) -> None:
    segment = record(world.camera, at(0), 10)
    user = world.person("keeper", world.branch, *ALL)
    row = actions.seal(user, actions.keep_footage(user, world.camera, at(-1), at(11), reason="x"))
    with zipfile.ZipFile(path_of(row)) as packed:
        (entry,) = json.loads(packed.read("manifest.json"))["cameras"][0]["segments"]
    assert entry["sha256"] == segment.sha256 == entry["source"]["sha256"]
    assert entry["source"]["is_whole"] is True


@pytest.mark.req("A18.1", "A20")
def test_farm_evidence_verifies_in_place_and_its_export_is_refused(kept: Evidence) -> None:
    row = actions.seal(kept.keeper, kept)
    result = actions.verify(kept.keeper, row)
    assert result.is_valid, result.problems
    assert row.verdict == "valid"
    with pytest.raises(Refused) as refused:
        actions.export(kept.keeper, row, ORDER)
    assert (refused.value.code, refused.value.clause) == ("evidence.export.inside", "A20")
    assert not Export.objects.exists()


@pytest.mark.req("A20")
def test_video_of_a_class_without_a_rule_stays_inside(world: Any, kept: Evidence) -> None:
    kept.site.site_class = "nobody-knows"
    with pytest.raises(Refused) as refused:
        actions.export(kept.keeper, kept, ORDER)
    assert refused.value.code == "evidence.export.inside"


@pytest.mark.req("C-A4.5", "V14.log")
def test_customs_evidence_is_exported_on_a_basis_and_fails_after_one_flipped_byte(world: Any, tmp_path: Any) -> None:
    record(world.customs_camera, at(0), 10)
    user = world.person("officer", world.customs, *ALL)
    row = actions.seal(user, actions.keep_footage(user, world.customs_camera, at(2), at(8), reason="查验"))
    with pytest.raises(Refused) as refused:
        actions.export(user, row, ExportOrder("consent", " ", "案件移交", "海关缉私局"))
    assert (refused.value.code, refused.value.clause) == ("evidence.export.basis", "C-A4.5")
    made = actions.export(user, row, ORDER)
    assert (made.recipient, made.basis_text) == ("海关缉私局", "署关函〔2026〕1号")
    assert Entry.objects.get(act="evidence.package.exported").clause == "C-A4.5"
    trust = tmp_path / "trust"
    trust.write_text(queries.own_trust(), encoding="utf-8")
    data = bytearray(path_of(row).read_bytes())
    (tmp_path / "p.zip").write_bytes(data)
    assert verify(tmp_path / "p.zip", trust).is_valid
    data[1000] ^= 1
    (tmp_path / "p.zip").write_bytes(data)
    broken = verify(tmp_path / "p.zip", trust)
    assert broken.verdict is Verdict.CHANGED
    assert broken.problems[0].file.startswith("segments/K001_34020000001320000002_")


@pytest.mark.req("A18.1")
def test_a_package_exchanged_for_another_is_found(kept: Evidence) -> None:
    row = actions.seal(kept.keeper, kept)
    again = actions.keep_footage(kept.keeper, list(_cameras(kept)), at(4), at(18), reason="again")
    path_of(row).write_bytes(path_of(actions.seal(kept.keeper, again)).read_bytes())
    result = actions.verify(kept.keeper, row)
    assert (result.verdict, row.verdict) == (Verdict.CHANGED, "changed")


def _cameras(row: Evidence) -> list[Any]:
    return [link.camera for link in row.cameras.select_related("camera")]


def test_footage_that_is_still_recorded_follows_and_is_sealed_by_the_worker(world: Any) -> None:
    now = clock.now()
    user = world.person("keeper", world.branch, *ALL)
    row = actions.keep_footage(
        user, world.camera, now - timedelta(seconds=70), now + timedelta(minutes=5), reason="异常"
    )
    with pytest.raises(Refused) as refused:
        actions.seal(user, row)
    assert refused.value.code == "evidence.period.running"
    segment = record(world.camera, now - timedelta(seconds=60), 10)
    assert actions.seal_waiting() == 0
    segment.refresh_from_db()
    assert segment.holds == 1
    Evidence.objects.filter(pk=row.pk).update(until_at=now - timedelta(seconds=20))
    assert actions.seal_waiting() == 1
    row.refresh_from_db()
    assert row.state == Evidence.State.SEALED


def test_footage_is_sealed_as_soon_as_it_is_settled_and_not_at_the_next_round_of_the_clock(
    world: Any, kept: Evidence
) -> None:
    waiting = DBTaskResult.objects.filter(task_path=seal_waiting.module_path)
    assert waiting.ready().count() == waiting.count() == 1, "what is over is sealed at once"
    now = clock.now()
    actions.keep_footage(kept.keeper, world.camera, now - timedelta(seconds=9), now, reason="异常")
    assert waiting.ready().count() == 1, "what has just ended is not settled yet"
    assert waiting.latest("run_after").run_after == now + actions.SETTLE


def test_nothing_recorded_is_said_and_kept(world: Any) -> None:
    user = world.person("keeper", world.branch, *ALL)
    row = actions.seal(user, actions.keep_footage(user, world.camera, at(0), at(9), reason="x"))
    assert row.state == Evidence.State.FAILED
    assert row.problem.startswith("Nothing of this period is recorded here.")
    assert Entry.objects.filter(act="evidence.package.failed").exists()


def test_a_lost_file_is_named_in_the_manifest(world: Any) -> None:
    lost = record(world.camera, at(0), 10)
    record(world.camera, at(12), 10)
    (config.current().recordings_dir / lost.path).unlink()
    user = world.person("keeper", world.branch, *ALL)
    row = actions.seal(user, actions.keep_footage(user, world.camera, at(0), at(20), reason="x"))
    with zipfile.ZipFile(path_of(row)) as packed:
        camera = json.loads(packed.read("manifest.json"))["cameras"][0]
    assert len(camera["segments"]) == 1
    assert camera["unreadable"][0]["started_at"] == at(0).isoformat()


@pytest.mark.req("A18.1")
def test_a_kept_picture_is_sealed_with_its_subject(kept: Evidence) -> None:
    jpeg = b"\xff\xd8" + b"picture" * 20
    (camera,) = _cameras(kept)
    row = actions.keep_snapshot(kept.keeper, camera, taken_at=at(6), jpeg=jpeg, subject=("point", "7"))
    assert queries.snapshot_jpeg(row.uid) == jpeg
    sealed = actions.seal(kept.keeper, kept)
    with zipfile.ZipFile(path_of(sealed)) as packed:
        (entry,) = json.loads(packed.read("manifest.json"))["snapshots"]
        assert packed.read(entry["file"]) == jpeg
    assert actions.verify(kept.keeper, sealed).is_valid
    with pytest.raises(Refused):
        actions.keep_snapshot(kept.keeper, camera, taken_at=at(6), jpeg=b"<html>")


@pytest.mark.req("A18.1")
def test_release_needs_a_reason_and_gives_the_holds_back(kept: Evidence) -> None:
    actions.seal(kept.keeper, kept)
    kept.refresh_from_db()
    with pytest.raises(Refused):
        actions.release(kept.keeper, kept, " ")
    released = actions.release(kept.keeper, kept, "案件办结")
    assert set(Segment.objects.values_list("holds", flat=True)) == {0}
    assert actions.verify(kept.keeper, released).is_valid
    actions.release(kept.keeper, released, "again")
    assert Entry.objects.filter(act="evidence.footage.released").count() == 1


@pytest.mark.parametrize(
    ("first", "last", "reason", "code"),
    [
        (9, 1, "x", "evidence.period"),
        (0, 90_000, "x", "evidence.period"),
        (0, 9, "  ", "evidence.reason"),
    ],
)
def test_what_cannot_be_kept_is_refused(world: Any, first: int, last: int, reason: str, code: str) -> None:
    user = world.person("keeper", world.branch, *ALL)
    with pytest.raises(Refused) as refused:
        actions.keep_footage(user, world.camera, at(first), at(last), reason=reason)
    assert refused.value.code == code


@pytest.mark.req("A4.1")
def test_evidence_is_seen_in_its_own_subtree_only(world: Any, kept: Evidence) -> None:
    assert queries.evidence(world.person("above", world.regional, "evidence.read")).count() == 1
    for name, agency in (("beside", world.neighbour), ("operator", world.farm_owner), ("customs", world.customs)):
        assert not queries.evidence(world.person(name, agency, "evidence.read")).exists()
    assert not queries.evidence(world.person("without", world.branch)).exists()
