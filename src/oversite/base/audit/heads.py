"""The head of the chain kept outside the database: `DATA/audit/heads.jsonl`, one line per head, each sealed."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from oversite.common import config
from oversite.common.clock import beijing_text
from oversite.common.keys import ensure_key

KEY_NAME = "audit-head"
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class OutsideHead:
    """Where the chain ended at an instant (ISO, UTC); `mac` is HMAC-SHA-256 over the rest and the line before."""

    at: str
    position: int
    hash: str
    mac: str


@dataclass(frozen=True, slots=True)
class HeadLine:
    """One line of the file: its number from 1, the head, or the reason why it cannot be trusted."""

    number: int
    head: OutsideHead | None
    fault: str = ""

    @property
    def kept_at(self) -> str:
        """When it was kept, Beijing time."""
        return beijing_text(datetime.fromisoformat(self.head.at)) if self.head and not self.fault else ""


def heads_file() -> Path:
    """Where the heads lie."""
    return config.current().data_dir / "audit" / "heads.jsonl"


def append_head(at: str, position: int, hash_text: str) -> OutsideHead:
    """Append one head durably: the line is on the disk, and so is the folder that names the file."""
    path = heads_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mac = _mac(at, position, hash_text, _last_mac(path))
    head = OutsideHead(at, position, hash_text, mac)
    is_new = not path.exists()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(head), separators=(",", ":")) + "\n")
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return head


def head_lines() -> Iterator[HeadLine]:
    """Every line of the file; one whose seal does not fit, or that cannot be read, comes with its fault."""
    path = heads_file()
    if not path.exists():
        return
    before = ""
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            head = _parse(line)
            if head is None:
                yield HeadLine(number, None, _("cannot be read"))
                continue
            fits = hmac.compare_digest(head.mac, _mac(head.at, head.position, head.hash, before))
            yield HeadLine(
                number, head, "" if fits else _("The seal does not fit: this line or the one before was changed.")
            )
            before = head.mac


def _parse(line: str) -> OutsideHead | None:
    try:
        row = json.loads(line)
        return OutsideHead(str(row["at"]), int(row["position"]), str(row["hash"]), str(row["mac"]))
    except (ValueError, TypeError, KeyError):
        return None


def _last_mac(path: Path) -> str:
    mac = ""
    if path.exists():
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                head = _parse(line)
                mac = head.mac if head else mac
    return mac


def _mac(at: str, position: int, hash_text: str, before: str) -> str:
    key = ensure_key(config.current().keys_dir, KEY_NAME, secrets.token_bytes(KEY_BYTES))
    text = json.dumps([at, position, hash_text, before], separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
