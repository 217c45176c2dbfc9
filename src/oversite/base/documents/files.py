"""The files of issued documents: durable before the row that names them, never changed."""

import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from oversite.common import clock, config


def folder() -> Path:
    """Where issued documents lie."""
    return config.current().data_dir / "documents"


def keep(uid: UUID, content: bytes, at: datetime, *, is_again: bool = False) -> str:
    """Write a new file durably and give its path below the folder; raises `FileExistsError` for a second one.

    `is_again` takes the place of what an attempt without a row may have left behind.
    """
    local = at.astimezone(clock.BEIJING)
    relative = f"{local:%Y}/{local:%m}/{uid}.pdf"
    path = folder() / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    if is_again:
        draft.unlink(missing_ok=True)
    with draft.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if is_again:
        draft.replace(path)
    else:
        path.hardlink_to(draft)
        draft.unlink()
    for each in (path.parent, path.parent.parent, folder()):
        _sync(each)
    return relative


def read(relative: str) -> bytes:
    """The bytes of a kept file; raises `OSError`."""
    return (folder() / relative).read_bytes()


def kept_paths() -> set[str]:
    """Every kept file, as `keep` named it."""
    return {str(path.relative_to(folder())) for path in folder().glob("*/*/*.pdf")}


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
