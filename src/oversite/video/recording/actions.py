"""Every change of the index of recordings; each keeps the order that makes a crash harmless."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from oversite.base.audit import actions as audit
from oversite.base.events import actions as events
from oversite.common import clock
from oversite.common.config import Config
from oversite.video.recording import files
from oversite.video.recording.layout import SegmentFact
from oversite.video.recording.models import Segment, Tombstone, Volume
from oversite.video.recording.queries import cameras_of, volume_root

BATCH_ROWS = 2000
DELETE_BATCH = 200
_KEPT = ("camera_uid", "gb_id", "volume")
_COLUMNS = [item.name for item in fields(SegmentFact) if item.name not in _KEPT]
_CHANGING = [name for name in _COLUMNS if name not in {"path", "stream", "started_at_us"}]


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a batch: `known` files have their row, the others a reason."""

    known: tuple[str, ...]
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Freed:
    """What a clearance won; `only_held` says that nothing more may be deleted."""

    files: int
    bytes: int
    only_held: bool


@dataclass(frozen=True, slots=True)
class Repaired:
    """One file that a crash had left open; `fact` is none where nothing could be saved."""

    path: str
    fact: SegmentFact | None
    note: str


def ensure_volume(config: Config, name: str = "main") -> Volume:
    """The volume below the data folder, made at first start; its root moves with the data folder."""
    volume, __ = Volume.objects.get_or_create(name=name, defaults={"root": config.recordings_dir.name})
    return volume


def register_segments(facts: Sequence[SegmentFact]) -> Registered:
    """Insert or update one row per file, at most `BATCH_ROWS` in a transaction; the bytes named are durable already.

    A file of a camera that the register does not know, or that starts at the very instant of another, is refused
    with the reason and stays on the disk.
    """
    known: list[str] = []
    refused: list[tuple[str, str]] = []
    for first in range(0, len(facts), BATCH_ROWS):
        batch = facts[first : first + BATCH_ROWS]
        rows, strangers = _rows_of(batch)
        refused += strangers
        known += _upsert(rows, refused)
    return Registered(tuple(known), tuple(refused))


def _rows_of(facts: Sequence[SegmentFact]) -> tuple[list[Segment], list[tuple[str, str]]]:
    cameras = cameras_of(facts)
    volumes = {volume.name: volume.pk for volume in Volume.objects.all()}
    rows, refused = [], []
    for fact in facts:
        camera_id = cameras.get(fact.camera_uid) or cameras.get(fact.gb_id)
        volume_id = volumes.get(fact.volume)
        if camera_id is None or volume_id is None:
            what = "camera" if camera_id is None else "volume"
            refused.append((fact.path, f"the {what} is not in the register"))
            continue
        values = {name: getattr(fact, name) for name in _COLUMNS}
        rows.append(Segment(camera_id=camera_id, volume_id=volume_id, **values))
    return rows, refused


def _upsert(rows: list[Segment], refused: list[tuple[str, str]]) -> list[str]:
    try:
        with transaction.atomic():
            _write(rows)
    except IntegrityError:
        if len(rows) == 1:
            refused.append((rows[0].path, "another file of this camera starts at the same instant"))
            return []
        return [path for row in rows for path in _upsert([row], refused)]
    return [row.path for row in rows]


def _write(rows: list[Segment]) -> None:
    Segment.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["volume", "path"], update_fields=_CHANGING, batch_size=BATCH_ROWS
    )


def hold_segments(segment_ids: Sequence[int]) -> int:
    """Keep footage from being deleted, whatever happens; gives how many rows were there to be held."""
    return Segment.objects.filter(pk__in=segment_ids).update(holds=F("holds") + 1)


def release_segments(segment_ids: Sequence[int]) -> int:
    """Take one hold back."""
    return Segment.objects.filter(pk__in=segment_ids, holds__gt=0).update(holds=F("holds") - 1)


def delete_segments(config: Config, segment_ids: Sequence[int], reason: str, now: datetime) -> Freed:
    """Delete complete, unheld recordings: tombstone and row in one transaction, then the file, then the tombstone."""
    with transaction.atomic():
        chosen = list(
            Segment.objects.select_for_update()
            .filter(pk__in=segment_ids, holds=0)
            .exclude(state=Segment.State.OPEN)
            .values_list("pk", "volume_id", "path", "bytes", "started_at_us")
        )
        Tombstone.objects.bulk_create(
            Tombstone(volume_id=row[1], path=row[2], reason=reason, made_at=now) for row in chosen
        )
        Segment.objects.filter(pk__in=[row[0] for row in chosen]).delete()
        if chosen:
            audit.record("video.recording.deleted", actor=None, data=_deleted(chosen, reason))
    finish_deletions(config)
    return Freed(len(chosen), sum(row[3] for row in chosen), only_held=False)


def _deleted(rows: list[tuple[int, int, str, int, int]], reason: str) -> dict[str, object]:
    starts = [row[4] for row in rows]
    return {
        "reason": reason,
        "files": len(rows),
        "bytes": sum(row[3] for row in rows),
        "from": clock.from_us(min(starts)).isoformat(),
        "until": clock.from_us(max(starts)).isoformat(),
        "cameras": sorted({row[2].partition("/")[0] for row in rows}),
    }


def finish_deletions(config: Config) -> int:
    """Unlink what has a tombstone and forget the tombstone; also run at start, for those that a crash left."""
    done = []
    for stone in Tombstone.objects.select_related("volume").order_by("pk"):
        root = volume_root(config, stone.volume)
        if not root.is_dir():
            continue
        files.unlink(root, stone.path)
        done.append(stone.pk)
    Tombstone.objects.filter(pk__in=done).delete()
    return len(done)


def free_space(config: Config, volume: Volume, wanted_bytes: int, now: datetime) -> Freed:
    """Delete the oldest unheld recordings of a volume until `wanted_bytes` are won or only held ones are left."""
    freed_files = freed_bytes = 0
    while freed_bytes < wanted_bytes:
        oldest = list(
            Segment.objects.filter(volume=volume, holds=0)
            .exclude(state=Segment.State.OPEN)
            .order_by("started_at_us")
            .values_list("pk", "bytes")[:DELETE_BATCH]
        )
        if not oldest:
            return Freed(freed_files, freed_bytes, only_held=True)
        chosen, won = [], 0
        for pk, size in oldest:
            chosen.append(pk)
            won += size
            if freed_bytes + won >= wanted_bytes:
                break
        freed = delete_segments(config, chosen, "space", now)
        freed_files += freed.files
        freed_bytes += freed.bytes
        if not freed.files:
            return Freed(freed_files, freed_bytes, only_held=True)
    return Freed(freed_files, freed_bytes, only_held=False)


def repair_open_files(config: Config, volume: Volume) -> list[Repaired]:
    """After a crash: mend every file whose closing was never confirmed, and index it.

    Files that another living process records are left alone. A file that nothing can be read from is moved to the
    quarantine and its row, if it had one, marked damaged with no durable byte.
    """
    root = volume_root(config, volume)
    open_rows = Segment.objects.filter(volume=volume, state=Segment.State.OPEN).values_list("path", flat=True)
    marked = _forget_complete(root, volume, files.marked_files(root))
    left = [path for path in sorted({*marked, *open_rows}) if not files.is_being_written(root / path)]
    repaired = [item for path in left if (item := _repair(root, volume, path)) is not None]
    facts = [item.fact for item in repaired if item.fact is not None]
    for path in register_segments(facts).known:
        files.remove_marker(root, path)
    return repaired


def _forget_complete(root: Path, volume: Volume, marked: list[str]) -> list[str]:
    """Remove the markers of files whose complete row is there; gives the paths of the others."""
    rows = Segment.objects.filter(volume=volume, path__in=marked, state=Segment.State.CLOSED).exclude(sha256="")
    sizes = dict(rows.values_list("path", "bytes"))
    left = []
    for path in marked:
        try:
            is_complete = sizes.get(path) == (root / path).stat().st_size
        except FileNotFoundError:
            is_complete = False
        if is_complete:
            files.remove_marker(root, path)
        else:
            left.append(path)
    return left


def _repair(root: Path, volume: Volume, path: str) -> Repaired | None:
    try:
        fact = files.mend(root, volume.name, path)
    except files.UnreadableRecording as error:
        moved = files.quarantine(root, path)
        _lose(root, volume, path)
        return Repaired(path, None, f"{error}; kept as {moved}")
    except BlockingIOError:
        return None
    except FileNotFoundError:
        _lose(root, volume, path)
        return Repaired(path, None, "the file is not there")
    return Repaired(path, fact, f"{fact.state}: {fact.wall_ms} ms saved")


def _lose(root: Path, volume: Volume, path: str) -> None:
    Segment.objects.filter(volume=volume, path=path).update(
        state=Segment.State.DAMAGED, durable_bytes=0, bytes=0, media_90k=0, wall_ms=0
    )
    files.remove_marker(root, path)


def rebuild_index(config: Config, volume: Volume) -> Registered:
    """Index every readable recording that has no row, from the file alone; what cannot be indexed is only reported.

    Also looks into the quarantine, and takes back what can be indexed now.
    """
    root = volume_root(config, volume)
    _return_from_quarantine(root, volume)
    known: list[str] = []
    refused: list[tuple[str, str]] = []
    batch: list[SegmentFact] = []
    rows = set(Segment.objects.filter(volume=volume).values_list("path", flat=True))
    for path in files.recorded_files(root):
        if path in rows or files.is_being_written(root / path):
            continue
        try:
            batch.append(files.mend(root, volume.name, path))
        except (files.UnreadableRecording, OSError) as error:
            refused.append((path, str(error)))
        if len(batch) >= DELETE_BATCH:
            _register_into(batch, known, refused)
    _register_into(batch, known, refused)
    return Registered(tuple(known), tuple(refused))


def _register_into(batch: list[SegmentFact], known: list[str], refused: list[tuple[str, str]]) -> None:
    done = register_segments(batch)
    known += done.known
    refused += done.refused
    batch.clear()


def _return_from_quarantine(root: Path, volume: Volume) -> None:
    shelf = root / "quarantine"
    for path in list(files.recorded_files(shelf)):
        if (root / path).exists():
            continue
        try:
            fact = files.examine(shelf, volume.name, path).fact
        except (files.UnreadableRecording, OSError):
            continue
        if cameras_of([fact]):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (shelf / path).rename(root / path)
            files.sync_folder((root / path).parent)


def quarantine_file(config: Config, volume: Volume, path: str) -> str:
    """Move a file that cannot be indexed out of the way; it is kept. Gives its new path below the root."""
    return files.quarantine(volume_root(config, volume), path)


def is_index_lost(config: Config, volume: Volume) -> bool:
    """Whether a volume holds recordings and the index not one row: the database is a new one."""
    if Segment.objects.filter(volume=volume).exists():
        return False
    return next(files.recorded_files(volume_root(config, volume)), None) is not None


def disk_space(root: Path) -> tuple[int, int]:
    """Size and free bytes of the file system below a volume; raises `OSError`."""
    found = os.statvfs(root)
    return found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize


def free_space_on(config: Config, volume_name: str, wanted_bytes: int, now: datetime) -> Freed:
    """As `free_space`, by the name of the volume."""
    return free_space(config, Volume.objects.get(name=volume_name), wanted_bytes, now)


@transaction.atomic
def note_space(volume_name: str, *, is_exhausted: bool) -> None:
    """Recording to a volume has stopped because nothing more may be deleted there, or goes on: audit and alarm."""
    kind = "stopped" if is_exhausted else "resumed"
    audit.record(f"video.recording.{kind}", actor=None, subject=("recording.volume", volume_name))
    if is_exhausted:
        text = _(
            "Recording has stopped: volume %(volume)s is full and holds nothing but footage that must be kept. "
            "Add space or release holds that are no longer needed."
        )
    else:
        text = _("Recording goes on: volume %(volume)s has room again.")
    data = {"text": text % {"volume": volume_name}, "tone": "danger" if is_exhausted else "success"}
    events.publish(f"recording.{kind}", ("recording.volume", volume_name), data)
