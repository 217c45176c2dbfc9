"""The secrets of an installation: files under DATA/keys, made at first start, never in the database or the toml."""

import os
import secrets
from pathlib import Path

KEY_BYTES = 32
SYMMETRIC_KEYS = ("django", "door", "totp", "device-password")


def ensure_keys(folder: Path) -> None:
    """Make the folder (0700) and every symmetric key (0600) that is not there yet; existing ones stay as they are."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for name in SYMMETRIC_KEYS:
        ensure_key(folder, name, secrets.token_bytes(KEY_BYTES))


def ensure_key(folder: Path, name: str, fresh: bytes) -> bytes:
    """The key called `name`, made from `fresh` if it did not exist; two processes at once get the same one."""
    path = folder / name
    draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(fresh)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return path.read_bytes()
    finally:
        draft.unlink()
    return fresh


def read_key(folder: Path, name: str) -> bytes:
    """The bytes of a key; raises `FileNotFoundError` where it was never made."""
    return (folder / name).read_bytes()
