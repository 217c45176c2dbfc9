"""Where the bytes lie: durable before the row that names them, in a folder that no web server shows."""

import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from oversite.common import clock, config


def folder() -> Path:
    """The folder of quarantine's files."""
    return config.current().data_dir / "quarantine"


def keep(uid: UUID, ending: str, data: bytes, at: datetime) -> str:
    """Write a new file durably and give its path below the folder; raises `FileExistsError` for a second one."""
    local = at.astimezone(clock.BEIJING)
    relative = f"{local:%Y}/{local:%m}/{uid}.{ending}"
    path = folder() / relative
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".draft")
    with draft.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    path.hardlink_to(draft)
    draft.unlink()
    for each in (path.parent, path.parent.parent, folder()):
        _sync(each)
    return relative


def read(relative: str) -> bytes:
    """The bytes of a kept file; raises `OSError`."""
    return (folder() / relative).read_bytes()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
