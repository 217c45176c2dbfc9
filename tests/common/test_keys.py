"""Secrets are made once, kept private, and the same for all who start at the same time."""

import secrets
import threading
from pathlib import Path

from oversite.common import keys


def test_keys_are_private_and_stay(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    keys.ensure_keys(folder)
    first = {name: keys.read_key(folder, name) for name in keys.SYMMETRIC_KEYS}
    keys.ensure_keys(folder)
    assert {name: keys.read_key(folder, name) for name in keys.SYMMETRIC_KEYS} == first
    assert len(set(first.values())) == len(first)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_starting_at_once_gives_one_key(tmp_path: Path) -> None:
    got: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: got.append(keys.ensure_key(tmp_path, "door", secrets.token_bytes(32))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len(set(got)) == 1
