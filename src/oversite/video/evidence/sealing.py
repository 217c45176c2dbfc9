"""Sealing: held footage becomes a signed package below DATA/evidence."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oversite.common import clock, config
from oversite.common.sentences import sentence
from oversite.video.evidence import package
from oversite.video.evidence.footage import NoFootage, PackageWriter, Part, file_name, part_of
from oversite.video.evidence.models import Evidence, Snapshot
from oversite.video.evidence.signing import evidence_signer
from oversite.video.recording import queries as recordings

if TYPE_CHECKING:
    from oversite.video.cameras.models import Camera

FOLDER = "evidence"


@dataclass(frozen=True, slots=True)
class SealedPackage:
    """A package just written: where it lies below DATA/evidence, and what its row remembers."""

    path: str
    size_bytes: int
    manifest_sha256: str
    key_fingerprint: str
    segments: int


def evidence_root() -> Path:
    """Where packages and kept pictures lie."""
    return config.current().data_dir / FOLDER


def snapshot_path(sha256: str) -> Path:
    """Where a kept picture lies."""
    return evidence_root() / "pictures" / sha256[:2] / f"{sha256}.jpg"


def write_durably(path: Path, data: bytes) -> None:
    """Write a small file so that it is there after a power cut, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder(path.parent)


NOTHING = sentence(
    "Nothing of this period is recorded here. If the device has it, fetch it in playback first and then seal it."
)
"""Kept in English on the row, and translated where it is read."""


def write_package(evidence: Evidence, sealed_at: datetime) -> SealedPackage:
    """Write and sign the package of held footage; raises `NoFootage` when there is none, `OSError`."""
    path = evidence_root() / f"{sealed_at.astimezone(clock.BEIJING):%Y}" / f"{evidence.uid}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("w+b") as file:
            writer = PackageWriter(file)
            manifest = _head(evidence, sealed_at)
            manifest["cameras"] = [_camera(evidence, row.camera, writer) for row in _cameras(evidence)]
            manifest["snapshots"] = [_snapshot(row, writer) for row in _snapshots(evidence)]
            files = package.listed_files(manifest)
            if not files:
                raise NoFootage(NOTHING.text)
            raw = package.canonical(manifest)
            manifest_digests = writer.add(package.MANIFEST, iter([raw]))
            signer = evidence_signer()
            writer.add(package.SIGNATURE, iter([package.sign(raw, signer)]))
            writer.finish()
        draft.replace(path)
        _sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)
    return SealedPackage(
        path.relative_to(evidence_root()).as_posix(),
        path.stat().st_size,
        manifest_digests.sha256,
        signer.fingerprint,
        len(files),
    )


def _head(evidence: Evidence, sealed_at: datetime) -> dict[str, Any]:
    site = evidence.site
    return {
        "format": package.FORMAT,
        "uid": str(evidence.uid),
        "title": evidence.title,
        "reason": evidence.reason,
        "subject": {"kind": evidence.subject_kind, "id": evidence.subject_id},
        "site": {
            "code": site.code,
            "name": site.name,
            "class": site.site_class,
            "address": site.address,
            "agency": site.agency.name,
        },
        "from_at": evidence.from_at.isoformat(),
        "until_at": evidence.until_at.isoformat(),
        "from_beijing": clock.beijing_text(evidence.from_at),
        "until_beijing": clock.beijing_text(evidence.until_at),
        "kept_by": {"name": evidence.keeper_name, "agency": evidence.agency_name},
        "held_at": evidence.held_at.isoformat(),
        "sealed_at": sealed_at.isoformat(),
        "software": {"name": "oversite", "version": _version()},
    }


def _camera(evidence: Evidence, camera: "Camera", writer: PackageWriter) -> dict[str, Any]:
    from_us, until_us = clock.to_us(evidence.from_at), clock.to_us(evidence.until_at)
    parts, unreadable = _parts(evidence, camera, from_us, until_us)
    segments = []
    for part in parts:
        name = file_name(evidence.site.code, camera.camera_code or camera.gb_id, part.start_us)
        digests = writer.add(name, part.chunks())
        segments.append(_segment(name, digests, part))
    spans = [recordings.Span(part.start_us, part.end_us) for part in parts]
    return {
        "uid": str(camera.uid),
        "gb_id": camera.gb_id,
        "camera_code": camera.camera_code,
        "name": camera.name,
        "area": "" if camera.area is None else camera.area.name,
        "manufacturer": camera.manufacturer,
        "model": camera.model,
        "segments": segments,
        "gaps": [
            {"from_at": _iso(gap.start_us), "until_at": _iso(gap.end_us)}
            for gap in recordings.gaps_between(spans, from_us, until_us)
        ],
        "unreadable": unreadable,
    }


def _parts(
    evidence: Evidence, camera: "Camera", from_us: int, until_us: int
) -> tuple[list[Part], list[dict[str, Any]]]:
    held = set(evidence.holdings.filter(camera=camera).values_list("segment_id", flat=True))
    roots = {volume.name: recordings.volume_root(config.current(), volume) for volume in recordings.volumes()}
    parts, unreadable = [], []
    for piece in recordings.pieces(camera.pk, from_us, until_us):
        if piece.segment_id not in held:
            continue
        try:
            parts.append(part_of(piece, roots[piece.volume] / piece.path, from_us, until_us))
        except NoFootage as error:
            unreadable.append({"started_at": _iso(piece.start_us), "problem": str(error)})
    return parts, unreadable


def _segment(name: str, digests: package.Digests, part: Part) -> dict[str, Any]:
    """What the manifest says of one file: its hashes as packed, its time, and what of which recording it is.

    `first_decode_90k` is where its first picture stands in the recording; `source.decode_shift_90k` was taken from
    the decode times of all its fragments, and added again gives the bytes of `source.ranges` (see `footage`).
    """
    piece = part.piece
    return package.file_entry(name, digests) | {
        "codec": piece.codec,
        "started_at": _iso(part.start_us),
        "until_at": _iso(part.end_us),
        "clock_offset_ms": piece.clock_offset_ms,
        "first_decode_90k": part.start_90k,
        "source": {
            "path": piece.path,
            "sha256": piece.sha256,
            "is_whole": part.is_whole,
            "ranges": [list(pair) for pair in part.ranges],
            "decode_shift_90k": part.shift_90k,
        },
    }


def _snapshot(row: Snapshot, writer: PackageWriter) -> dict[str, Any]:
    taken = row.taken_at.astimezone(clock.BEIJING)
    name = f"pictures/{row.camera.gb_id}_{taken:%Y%m%dT%H%M%S}_{row.sha256[:8]}.jpg"
    digests = writer.add(name, _read(snapshot_path(row.sha256)))
    return package.file_entry(name, digests) | {"gb_id": row.camera.gb_id, "taken_at": row.taken_at.isoformat()}


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from package.chunks(file)


def _cameras(evidence: Evidence) -> Any:
    return evidence.cameras.select_related("camera", "camera__area").order_by("id")


def _snapshots(evidence: Evidence) -> Any:
    if not evidence.subject_kind:
        return Snapshot.objects.none()
    return (
        Snapshot.objects.filter(subject_kind=evidence.subject_kind, subject_id=evidence.subject_id)
        .select_related("camera")
        .order_by("id")
    )


def _iso(instant_us: int) -> str:
    return clock.from_us(instant_us).isoformat()


def _version() -> str:
    try:
        return version("oversite")
    except PackageNotFoundError:
        return "development"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
