"""One volume of recordings: its folder, its markers, its synchronisation and its free space."""

import ctypes
import fcntl
import json
import os
from itertools import count
from pathlib import Path

from oversite.video.recording.layout import MARKERS, VOLUME_FILE, RecordingIdentity, marker_name, relative_path

ATTEMPTS_MAX = 100
DRAFT_PREFIX = "new-"
_libc = ctypes.CDLL(None, use_errno=True)


class VolumeMissing(OSError):
    """The folder is not the volume it should be: it is not mounted, or belongs to another installation."""


class Volume:
    """Where files go. `syncfs` makes everything written so far durable; Python has no call for it, libc has."""

    def __init__(self, name: str, root: Path) -> None:
        self.name = name
        self.root = root
        self._folder = -1
        self._drafts = count()

    def open(self) -> None:
        """Make the folder at first use and check that it is the right one.

        Raises `VolumeMissing`, `OSError`.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        label = self.root / VOLUME_FILE
        if not label.exists():
            if any(self.root.iterdir()):
                raise VolumeMissing(f"{self.root} holds other things than recordings")
            label.write_text(json.dumps({"name": self.name}), encoding="utf-8")
        (self.root / MARKERS).mkdir(exist_ok=True)
        for draft in (self.root / MARKERS).glob(f"{DRAFT_PREFIX}*"):
            if not Path("/proc", draft.name.split("-")[1]).exists():
                draft.unlink(missing_ok=True)  # empty: a file gets its name before its first byte
        self._folder = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.syncfs()

    def close(self) -> None:
        """Give the descriptor back."""
        if self._folder >= 0:
            os.close(self._folder)
            self._folder = -1

    def create(self, identity: RecordingIdentity) -> tuple[str, int]:
        """Open a new file for a recording: its relative path and its descriptor, locked for as long as it is open.

        Raises `OSError`.
        """
        draft = self.root / MARKERS / f"{DRAFT_PREFIX}{os.getpid()}-{next(self._drafts)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # before it has its name: whoever repairs sees a living file
            path = self._name(draft, identity)
        except OSError:
            os.close(descriptor)
            raise
        finally:
            draft.unlink()
        return path, descriptor

    def _name(self, draft: Path, identity: RecordingIdentity) -> str:
        for attempt in range(ATTEMPTS_MAX):
            path = relative_path(identity, attempt)
            target = self.root / path
            if target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            (self.root / MARKERS / marker_name(path)).touch()
            try:
                target.hardlink_to(draft)
            except FileExistsError:
                continue
            return path
        raise FileExistsError(f"{ATTEMPTS_MAX} files begin at the same second")

    def confirm(self, path: str) -> None:
        """The closing row of a file is durable: its marker has served."""
        (self.root / MARKERS / marker_name(path)).unlink(missing_ok=True)

    def syncfs(self) -> None:
        """Make all that was written durable; raises `OSError`, also for what could not be written back."""
        if _libc.syncfs(self._folder) != 0:
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error), str(self.root))
