"""Do the files, the index and the hashes agree? Finds and explains; with `repair`, mends what can be mended."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from oversite.common.config import Config
from oversite.video.recording import actions, files
from oversite.video.recording.models import Segment, Tombstone, Volume
from oversite.video.recording.queries import volume_root

PAGE_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """One inconsistency; `kind` is permanent: volume-missing, unindexed, strange-file, missing-file, short-file,
    long-file, bad-hash, left-open, tombstone."""

    kind: str
    volume: str
    path: str
    text: str
    mended: bool = False


def check(config: Config, *, repair: bool = False, hashes: bool = False) -> list[Finding]:
    """Compare every volume with the index; `hashes` reads every complete file too.

    With `repair`: files without a row are indexed or, where that is impossible, quarantined; rows without a file
    are marked damaged with no durable byte; open files of the dead are mended; deletions are finished. Nothing is
    ever deleted because the database does not know it.
    """
    found: list[Finding] = []
    for volume in Volume.objects.order_by("name"):
        root = volume_root(config, volume)
        if not root.is_dir():
            rows = Segment.objects.filter(volume=volume).count()
            if rows:
                found.append(Finding("volume-missing", volume.name, "", f"{root} is not there; {rows} files are on it"))
            continue
        found += _left_open(config, volume, root, repair)
        found += _tombstones(config, volume, repair)
        found += _rows(volume, root, repair, hashes)
        found += _files(config, volume, root, repair)
    return found


def _left_open(config: Config, volume: Volume, root: Path, repair: bool) -> Iterator[Finding]:
    marked = set(files.marked_files(root))
    opened = set(Segment.objects.filter(volume=volume, state=Segment.State.OPEN).values_list("path", flat=True))
    dead = [path for path in sorted(marked | opened) if not files.is_being_written(root / path)]
    notes = {item.path: item.note for item in actions.repair_open_files(config, volume)} if repair and dead else {}
    for path in dead:
        text = notes.get(path, "nobody records this file, and its end was never noted")
        yield Finding("left-open", volume.name, path, text, mended=path in notes)


def _tombstones(config: Config, volume: Volume, repair: bool) -> Iterator[Finding]:
    stones = list(Tombstone.objects.filter(volume=volume).values_list("path", flat=True))
    if repair and stones:
        actions.finish_deletions(config)
    for path in stones:
        yield Finding("tombstone", volume.name, path, "the deletion of this file was interrupted", mended=repair)


def _rows(volume: Volume, root: Path, repair: bool, hashes: bool) -> Iterator[Finding]:
    last_pk = 0
    while True:
        page = list(
            Segment.objects.filter(volume=volume, pk__gt=last_pk)
            .exclude(state=Segment.State.OPEN)
            .order_by("pk")[:PAGE_ROWS]
        )
        if not page:
            return
        last_pk = page[-1].pk
        for row in page:
            finding = _row(row, volume, root, hashes)
            if finding is None:
                continue
            if repair and finding.kind in {"missing-file", "short-file"}:
                finding = _mend_row(row, volume, root, finding)
            yield finding


def _row(row: Segment, volume: Volume, root: Path, hashes: bool) -> Finding | None:
    try:
        size = (root / row.path).stat().st_size
    except FileNotFoundError:
        if row.durable_bytes == 0:
            return None
        return Finding("missing-file", volume.name, row.path, f"{row.durable_bytes} bytes are gone")
    if size < row.durable_bytes:
        return Finding("short-file", volume.name, row.path, f"{size} bytes instead of {row.durable_bytes}")
    if size > row.bytes:
        return Finding("long-file", volume.name, row.path, f"{size - row.bytes} bytes follow what was indexed")
    if hashes and row.sha256 and files.sha256_of(root / row.path) != row.sha256:
        return Finding("bad-hash", volume.name, row.path, "the content is not what was recorded")
    return None


def _mend_row(row: Segment, volume: Volume, root: Path, finding: Finding) -> Finding:
    row.state = Segment.State.DAMAGED
    row.bytes = row.durable_bytes = row.media_90k = row.wall_ms = 0
    row.sha256 = ""
    try:
        fact = files.mend(root, volume.name, row.path)
        row.bytes = row.durable_bytes = fact.bytes
        row.media_90k, row.wall_ms, row.sha256 = fact.media_90k, fact.wall_ms, fact.sha256
    except (files.UnreadableRecording, OSError):
        pass
    row.save()
    return Finding(finding.kind, finding.volume, finding.path, f"{finding.text}; the row says so now", mended=True)


def _files(config: Config, volume: Volume, root: Path, repair: bool) -> Iterator[Finding]:
    unknown = list(_unindexed(volume, root))
    strange = list(files.strange_files(root))
    reasons: dict[str, str] = {}
    indexed: set[str] = set()
    if repair and unknown:
        registered = actions.rebuild_index(config, volume)
        reasons, indexed = dict(registered.refused), set(registered.known)
    for path in unknown:
        if path in indexed:
            yield Finding("unindexed", volume.name, path, "indexed from the file", mended=True)
            continue
        text = reasons.get(path, "the index does not know this file")
        if repair:
            text += f"; kept as {actions.quarantine_file(config, volume, path)}"
        yield Finding("unindexed", volume.name, path, text, mended=repair)
    for path in strange:
        text = "not a recording"
        if repair:
            text += f"; kept as {actions.quarantine_file(config, volume, path)}"
        yield Finding("strange-file", volume.name, path, text, mended=repair)


def _unindexed(volume: Volume, root: Path) -> Iterator[str]:
    page: list[str] = []
    for path in files.recorded_files(root):
        page.append(path)
        if len(page) >= PAGE_ROWS:
            yield from _without_row(volume, root, page)
            page = []
    yield from _without_row(volume, root, page)


def _without_row(volume: Volume, root: Path, page: list[str]) -> Iterator[str]:
    known = set(Segment.objects.filter(volume=volume, path__in=page).values_list("path", flat=True))
    marked = set(files.marked_files(root))
    for path in page:
        if path not in known and path not in marked and not files.is_being_written(root / path):
            yield path
