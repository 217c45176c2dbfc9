"""The second copy of exported footage: coded anew with the mark burned in, playable from 0 (req: V14.use).

It is no evidence: the sealed package beside it keeps the original bytes. `derived.json` says so, names the package
it was made from, and carries the hashes of its own files; `derived.sig` signs it.
"""

import json
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

import av
import numpy as np

from oversite.common.clock import beijing_text
from oversite.video.evidence import package
from oversite.video.evidence.footage import PackageWriter
from oversite.video.evidence.models import Export
from oversite.video.evidence.signing import evidence_signer
from oversite.video.evidence.watermark import Mark, mark

FORMAT = "oversite-derived/1"
LIST, SIGNATURE = "derived.json", "derived.sig"
CLOCK_90K = 90_000
Progress = Callable[[int, int, str], None]


class CannotBeCoded(Exception):
    """A file whose picture cannot be decoded here; the text says why."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A finished copy: its size and the SHA-256 of its list."""

    size_bytes: int
    list_sha256: str


def mark_text(made: Export) -> str:
    """`name agency time purpose`, as it stands in the picture."""
    return f"{made.exporter_name} {made.agency_name} {beijing_text(made.exported_at)} {made.purpose}"[:120]


def write_copy(made: Export, source: Path, target: Path, progress: Progress) -> Copy:
    """Make the copy of a sealed package at `target`, whole or not at all; raises `OSError`, `BadZipFile`."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(source) as sealed, draft.open("wb") as file:
            writer = PackageWriter(file)
            manifest = _manifest(sealed)
            told = _head(made, manifest) | {"files": _files(made, sealed, manifest, writer, target, progress)}
            content = package.canonical(told)
            writer.add(LIST, iter([content]))
            writer.add(SIGNATURE, iter([package.sign(content, evidence_signer())]))
            writer.finish()
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    digester = package.Digester()
    digester.update(content)
    return Copy(target.stat().st_size, digester.digests().sha256)


def _manifest(sealed: zipfile.ZipFile) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(sealed.read(package.MANIFEST))
    return found


def _head(made: Export, manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "is_evidence": False,
        "derived_from": {"uid": manifest["uid"], "manifest_sha256": made.manifest_sha256},
        "mark": mark_text(made),
        "exported_by": {"name": made.exporter_name, "agency": made.agency_name},
        "exported_at": made.exported_at.isoformat(),
        "purpose": made.purpose,
        "recipient": made.recipient,
    }


def _files(
    made: Export,
    sealed: zipfile.ZipFile,
    manifest: Mapping[str, Any],
    writer: PackageWriter,
    target: Path,
    progress: Progress,
) -> list[dict[str, Any]]:
    segments = [segment for camera in manifest.get("cameras", []) for segment in camera.get("segments", [])]
    entries = []
    for number, segment in enumerate(segments):
        name = str(segment["file"])
        progress(number, len(segments), Path(name).name)
        part = target.with_name(f".{target.name}.part.mp4")
        try:
            with sealed.open(name) as original:
                recode(original, part, mark_text(made))
            with part.open("rb") as coded:
                entry = package.file_entry(_copy_name(name), writer.add(_copy_name(name), package.chunks(coded)))
        except CannotBeCoded as error:
            entry = {"file": "", "problem": str(error)}
        finally:
            part.unlink(missing_ok=True)
        entries.append(entry | {"of": {"file": name, "sha256": segment["sha256"]}, "started_at": segment["started_at"]})
    progress(len(segments), len(segments), "")
    return entries


def _copy_name(name: str) -> str:
    path = Path(name)
    return f"playable/{path.stem}-copy{path.suffix}"


def recode(original: IO[bytes], target: Path, text: str) -> None:
    """Code one file anew as H.264 with the mark in every picture; the first picture stands at 0.

    Raises `CannotBeCoded` where there is no picture that can be decoded.
    """
    try:
        with av.open(original) as source, av.open(target, "w", options={"movflags": "faststart"}) as coded:
            if not source.streams.video:
                raise CannotBeCoded("there is no picture in it")
            _recode(source, coded, text)
    except (av.FFmpegError, ValueError) as error:
        raise CannotBeCoded(str(error)[:200]) from error


def _recode(source: Any, coded: Any, text: str) -> None:
    stream: Any = None
    burned: Mark | None = None
    first: int | None = None
    for frame in source.decode(video=0):
        if stream is None:
            stream = coded.add_stream("libx264", options={"preset": "veryfast", "crf": "22"})
            stream.width, stream.height = frame.width - frame.width % 2, frame.height - frame.height % 2
            stream.pix_fmt, stream.time_base = "yuv420p", Fraction(1, CLOCK_90K)
            stream.codec_context.time_base = Fraction(1, CLOCK_90K)
            burned = mark(text, stream.width, stream.height)
        at_90k = int((frame.pts or 0) * frame.time_base * CLOCK_90K)
        first = at_90k if first is None else first
        assert burned is not None
        for packet in stream.encode(_marked(frame, burned, max(0, at_90k - first))):
            coded.mux(packet)
    if stream is None:
        raise CannotBeCoded("no picture in it can be decoded")
    for packet in stream.encode(None):
        coded.mux(packet)


def _marked(frame: Any, burned: Mark, pts_90k: int) -> Any:
    height, width = burned.weights.shape
    planes = frame.reformat(width=width, height=height, format="yuv420p").to_ndarray()
    planes[:height] = burned.burn(planes[:height])
    made = av.VideoFrame.from_ndarray(np.ascontiguousarray(planes), format="yuv420p")
    made.pts, made.time_base = pts_90k, Fraction(1, CLOCK_90K)
    return made
