"""What a recording asked of the file system, call by call, and the folder as a crash after any call leaves it.

A killed process leaves what it did up to that call. A power cut keeps for sure what was synchronised; of the rest the
names may be there while their bytes are missing or blank, and the other way round.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from oversite.services.media import volume as volume_module
from oversite.services.media.volume import Volume

Call = tuple[Any, ...]


@dataclass
class WriteLog:
    """`calls` in order: ("make", path, inode), ("folder", path), ("link", path, inode), ("drop", path),
    ("bytes", inode, data), ("cut", inode, size), ("sync",).
    """

    root: Path
    calls: list[Call] = field(default_factory=list)

    def note(self, *call: Any) -> None:
        self.calls.append(call)

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have every call of volume and writer noted; the calls themselves are made as ever."""
        log, real_writev, real_open, real_cut = self, os.writev, os.open, os.ftruncate
        touch, link, unlink, mkdir, sync = Path.touch, Path.hardlink_to, Path.unlink, Path.mkdir, Volume.syncfs

        def writev(descriptor: int, parts: Any) -> int:
            written = real_writev(descriptor, parts)
            log.note("bytes", os.fstat(descriptor).st_ino, b"".join(parts)[:written])
            return written

        def opened(path: Any, flags: int, *more: Any) -> int:
            descriptor = real_open(path, flags, *more)
            if flags & os.O_CREAT and log.knows(path):
                log.note("make", log.name(path), os.fstat(descriptor).st_ino)
            return descriptor

        def cut(descriptor: int, size: int) -> None:
            real_cut(descriptor, size)
            log.note("cut", os.fstat(descriptor).st_ino, size)

        def touched(path: Path, *more: Any, **named: Any) -> None:
            touch(path, *more, **named)
            if log.knows(path):
                log.note("make", log.name(path), path.stat().st_ino)

        def linked(path: Path, target: Path) -> None:
            link(path, target)
            log.note("link", log.name(path), path.stat().st_ino)

        def unlinked(path: Path, *, missing_ok: bool = False) -> None:
            unlink(path, missing_ok=missing_ok)
            if log.knows(path):
                log.note("drop", log.name(path))

        def made(path: Path, *more: Any, **named: Any) -> None:
            mkdir(path, *more, **named)
            if log.knows(path):
                log.note("folder", log.name(path))

        def synced(volume: Volume) -> None:
            sync(volume)
            log.note("sync")

        monkeypatch.setattr(os, "writev", writev)
        monkeypatch.setattr(volume_module.os, "open", opened)
        monkeypatch.setattr(os, "ftruncate", cut)
        for name, call in (("touch", touched), ("hardlink_to", linked), ("unlink", unlinked), ("mkdir", made)):
            monkeypatch.setattr(Path, name, call)
        monkeypatch.setattr(Volume, "syncfs", synced)

    def knows(self, path: Any) -> bool:
        return Path(path).is_relative_to(self.root)

    def name(self, path: Any) -> str:
        return str(Path(path).relative_to(self.root))

    def sync_points(self) -> list[int]:
        """How many calls there were up to and with each synchronisation."""
        return [number for number, call in enumerate(self.calls, 1) if call == ("sync",)]


class Disk:
    """A folder in the making: names and the bytes behind them."""

    def __init__(self) -> None:
        self.folders: list[str] = []
        self.names: dict[str, int] = {}
        self.contents: dict[int, bytearray] = {}

    def apply(self, call: Call, *, bytes_as: str = "written") -> None:
        """Make one call come true; `bytes_as` written, missing or blank."""
        what, *about = call
        if what == "folder":
            self.folders.append(about[0])
        elif what in {"make", "link"}:
            self.names[about[0]] = about[1]
            self.contents.setdefault(about[1], bytearray())
        elif what == "drop":
            self.names.pop(about[0], None)
        elif what == "bytes" and bytes_as != "missing":
            self.contents[about[0]] += about[1] if bytes_as == "written" else bytes(len(about[1]))
        elif what == "cut":
            del self.contents[about[0]][about[1] :]

    def lay_out(self, root: Path) -> None:
        """Write it to a folder; what is there is removed first."""
        for entry in root.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        for folder in self.folders:
            (root / folder).mkdir(parents=True, exist_ok=True)
        for name, inode in self.names.items():
            (root / name).write_bytes(self.contents[inode])


def disk_after(calls: list[Call]) -> Disk:
    disk = Disk()
    for call in calls:
        disk.apply(call)
    return disk
