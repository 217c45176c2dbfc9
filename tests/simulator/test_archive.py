"""What a simulated camera says that it has recorded."""

from pathlib import Path

from oversite.simulator.archive import Archive

MORNING = 1_790_000_400.0


def test_recordings_are_cut_at_ten_minutes() -> None:
    archive = Archive()
    archive.start(MORNING)
    files = archive.files(MORNING, MORNING + 2000, MORNING + 1500)
    assert [file.begin for file in files] == [MORNING, MORNING + 600, MORNING + 1200]
    assert files[-1].end == MORNING + 1500
    assert all(file.size_bytes > 0 and file.end - file.begin <= 600 for file in files)


def test_gaps_stay_gaps() -> None:
    archive = Archive()
    archive.start(MORNING)
    archive.stop(MORNING + 100)
    archive.start(MORNING + 150, kind="manual")
    now = MORNING + 200
    assert [(file.begin, file.end, file.kind) for file in archive.files(0, now, now)] == [
        (MORNING, MORNING + 100, "time"),
        (MORNING + 150, MORNING + 200, "manual"),
    ]
    assert archive.next_recorded(MORNING + 120, now) == MORNING + 150
    assert archive.next_recorded(MORNING + 30, now) == MORNING + 30
    assert archive.next_recorded(now, now) is None


def test_starting_twice_records_once() -> None:
    archive = Archive()
    archive.start(MORNING)
    archive.start(MORNING + 10)
    assert len(archive.files(0, MORNING + 20, MORNING + 20)) == 1


def test_a_restart_leaves_an_honest_gap(tmp_path: Path) -> None:
    path = tmp_path / "camera.json"
    before = Archive(path)
    before.start(MORNING)
    before.stop(MORNING + 60)
    after = Archive(path)
    assert not after.is_recording
    after.start(MORNING + 90)
    now = MORNING + 120
    assert [(file.begin, file.end) for file in after.files(0, now, now)] == [
        (MORNING, MORNING + 60),
        (MORNING + 90, MORNING + 120),
    ]
