"""The index of recordings: rows for durable files, holds that nothing overrules, deletions in the harmless order."""

from dataclasses import replace
from typing import Any

import pytest

from oversite.base.audit.models import Entry
from oversite.base.events.models import Event
from oversite.common import clock
from oversite.common.config import Config
from oversite.video.recording import actions, files
from oversite.video.recording.layout import SegmentFact
from oversite.video.recording.models import Segment, Tombstone, Volume
from video.recording import footage

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts(settings: Config, camera: Any, volume: Volume) -> list[SegmentFact]:
    """Six registered files of one camera, oldest first."""
    made = [
        footage.write(settings, camera.uid, camera.gb_id, start_us=footage.START_US + number * 2_000_000)
        for number in range(6)
    ]
    found = [files.mend(settings.recordings_dir, "main", item.path) for item in made]
    assert actions.register_segments(found).refused == ()
    return found


def test_a_row_follows_its_file(camera: Any, facts: list[SegmentFact]) -> None:
    longer = replace(facts[0], media_90k=facts[0].media_90k + 90_000, durable_bytes=10**7, bytes=10**7, state="open")
    actions.register_segments([longer])
    row = Segment.objects.get(path=facts[0].path)
    assert (row.durable_bytes, row.media_90k, row.state, row.camera_id) == (
        10**7, longer.media_90k, "open", camera.pk,
    )  # fmt: skip
    assert Segment.objects.count() == 6


def test_files_without_a_camera_or_that_begin_at_once_are_refused_alone(facts: list[SegmentFact]) -> None:
    stranger = replace(facts[0], path="x/stranger", camera_uid="0" * 8 + "-0000-0000-0000-" + "0" * 12, gb_id="9")
    twin = replace(facts[1], path="x/twin")
    fresh = replace(facts[2], path="x/fresh", started_at_us=facts[2].started_at_us + 1)
    registered = actions.register_segments([stranger, twin, fresh])
    assert registered.known == ("x/fresh",)
    assert dict(registered.refused) == {
        "x/stranger": "the camera is not in the register",
        "x/twin": "another file of this camera starts at the same instant",
    }


def test_the_oldest_unheld_go_first_and_held_ones_never(
    settings: Config, volume: Volume, facts: list[SegmentFact]
) -> None:
    held = Segment.objects.get(path=facts[0].path)
    assert actions.hold_segments([held.pk]) == 1
    freed = actions.free_space(settings, volume, facts[1].bytes + 1, clock.now())
    assert (freed.files, freed.only_held) == (2, False)
    assert not any((settings.recordings_dir / fact.path).exists() for fact in facts[1:3])
    freed = actions.free_space(settings, volume, 10**12, clock.now())
    assert (freed.files, freed.only_held) == (3, True)
    assert list(Segment.objects.all()) == [held]
    assert (settings.recordings_dir / facts[0].path).exists()
    assert Tombstone.objects.count() == 0
    actions.release_segments([held.pk])
    assert actions.free_space(settings, volume, 1, clock.now()).files == 1


def test_an_open_file_is_never_deleted(settings: Config, volume: Volume, facts: list[SegmentFact]) -> None:
    Segment.objects.update(state="open")
    assert actions.free_space(settings, volume, 1, clock.now()) == actions.Freed(0, 0, only_held=True)


def test_deletions_and_the_end_of_recording_are_in_the_audit_and_the_feed(
    settings: Config, volume: Volume, facts: list[SegmentFact]
) -> None:
    actions.free_space(settings, volume, facts[0].bytes, clock.now())
    actions.note_space("main", is_exhausted=True)
    actions.note_space("main", is_exhausted=False)
    entries = Entry.objects.order_by("position")
    assert [entry.act for entry in entries] == [
        "video.recording.deleted", "video.recording.stopped", "video.recording.resumed",
    ]  # fmt: skip
    assert entries[0].data["files"] == 1
    assert [event.kind for event in Event.objects.order_by("id")] == ["recording.stopped", "recording.resumed"]


@pytest.mark.parametrize("crash", ["before the file went", "after the file went"])
def test_a_deletion_that_a_crash_interrupts_is_finished_later(
    settings: Config, volume: Volume, facts: list[SegmentFact], monkeypatch: pytest.MonkeyPatch, crash: str
) -> None:
    unlink = files.unlink

    def dies(root: Any, path: str) -> None:
        if crash.startswith("after"):
            unlink(root, path)
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "unlink", dies)
    chosen = Segment.objects.get(path=facts[0].path)
    with pytest.raises(KeyboardInterrupt):
        actions.delete_segments(settings, [chosen.pk], "test", clock.now())
    assert not Segment.objects.filter(pk=chosen.pk).exists()
    assert Tombstone.objects.count() == 1
    monkeypatch.setattr(files, "unlink", unlink)
    assert actions.finish_deletions(settings) == 1
    assert not (settings.recordings_dir / facts[0].path).exists()
    assert Tombstone.objects.count() == 0
