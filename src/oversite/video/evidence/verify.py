"""Checking a package without a server and without a database: what is in it, is it whole, who signed it.

Pure of Django: `oversite evidence verify PACKAGE` runs with this file, `package.py` and `archive.py` alone.
"""

import base64
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Protocol

from oversite.common.signing import TrustError, parse_trust
from oversite.video.evidence import package
from oversite.video.evidence.archive import Member, layout
from oversite.video.evidence.package import MANIFEST, SIGNATURE, Digests

MANIFEST_BYTES_MAX = 64 << 20
SIGNATURE_BYTES_MAX = 1 << 16
TRUST_BYTES_MAX = 1 << 20


class Verdict(StrEnum):
    """`valid` needs both: nothing changed, and a key that the trust file names."""

    VALID = "valid"
    UNKNOWN_KEY = "unknown-key"
    CHANGED = "changed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `file` names the segment or part, `text` says what."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """What a check found; `manifest` is empty where it could not be read."""

    verdict: Verdict
    key_fingerprint: str
    problems: tuple[Problem, ...]
    manifest: dict[str, Any] = field(default_factory=dict)
    files_checked: int = 0

    @property
    def is_valid(self) -> bool:
        """Whether nothing changed and the key is trusted."""
        return self.verdict is Verdict.VALID

    def as_json(self) -> dict[str, Any]:
        """For programs; the manifest is left out but for what names the package."""
        return {
            "verdict": str(self.verdict),
            "valid": self.is_valid,
            "key_fingerprint": self.key_fingerprint,
            "files_checked": self.files_checked,
            "problems": [{"file": problem.file, "text": problem.text} for problem in self.problems],
            "package": {name: self.manifest.get(name) for name in ("uid", "title", "from_at", "until_at", "sealed_at")},
        }


class _Unreadable(Exception):
    """The package cannot be read at all."""


class _Content(Protocol):
    """The files of a package, wherever they lie."""

    def names(self) -> list[str]:
        """All names, in the order of the package."""

    def open(self, name: str) -> IO[bytes]:
        """The bytes of one file; raises `OSError` or `KeyError`."""

    def structure_problems(self, members: Sequence[Member]) -> list[Problem]:
        """What is wrong around the files; `members` are the files as read."""


def verify(package_path: Path, trust_file: Path | None = None) -> VerifyResult:
    """Check a package (folder or ZIP) by a list of trusted keys, as `oversite trust export` prints it.

    Without a list every key is unknown. Never raises for a bad package or list.
    """
    if trust_file is None:
        return verify_with(package_path, frozenset())
    try:
        text = _read(trust_file.open("rb"), TRUST_BYTES_MAX).decode("utf-8", "replace")
        trusted = frozenset(key.fingerprint for key in parse_trust(text))
    except (OSError, TrustError) as error:
        return VerifyResult(Verdict.UNREADABLE, "", (Problem(trust_file.name, str(error)),))
    return verify_with(package_path, trusted)


def verify_with(package_path: Path, trusted: frozenset[str]) -> VerifyResult:
    """As `verify`, with the fingerprints of the trusted keys."""
    try:
        with _opened(package_path) as content:
            return _verify(content, trusted)
    except _Unreadable as error:
        return VerifyResult(Verdict.UNREADABLE, "", (Problem(package_path.name, str(error)),))


def _verify(content: _Content, trusted: frozenset[str]) -> VerifyResult:
    names = content.names()
    raw = _file(content, names, MANIFEST, MANIFEST_BYTES_MAX)
    signature_raw = _file(content, names, SIGNATURE, SIGNATURE_BYTES_MAX)
    problems: list[Problem] = []
    manifest = _manifest(raw, problems)
    algorithm, key, signature = _signature(signature_raw, problems)
    fingerprint = package.fingerprint(key) if key else ""
    if key and not package.is_signed_by(raw, algorithm, key, signature):
        problems.append(Problem(MANIFEST, "the signature does not fit: the manifest or the signature was changed"))
    members: list[Member] = []
    for entry in _entries(manifest, problems):
        found = _check_file(content, entry, problems)
        if found is not None:
            members.append(Member(str(entry["file"]), found.size_bytes, found.crc32))
    checked = len(members)
    listed = {member.name for member in members} | {problem.file for problem in problems}
    problems += [
        Problem(name, "this file does not belong to the package")
        for name in names
        if name not in listed | {MANIFEST, SIGNATURE}
    ]
    if not problems:
        problems += content.structure_problems([*members, _member(MANIFEST, raw), _member(SIGNATURE, signature_raw)])
    verdict = Verdict.CHANGED
    if not problems:
        verdict = Verdict.VALID if fingerprint in trusted else Verdict.UNKNOWN_KEY
    return VerifyResult(verdict, fingerprint, tuple(problems), manifest, checked)


def _manifest(raw: bytes, problems: list[Problem]) -> dict[str, Any]:
    try:
        manifest = json.loads(raw)
    except (ValueError, RecursionError):
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("format") != package.FORMAT:
        problems.append(Problem(MANIFEST, "this is not the manifest of an evidence package, or it was changed"))
        return {}
    if package.canonical(manifest) != raw:
        problems.append(Problem(MANIFEST, "the manifest is not in its canonical form: it was changed"))
    return manifest


def _signature(raw: bytes, problems: list[Problem]) -> tuple[str, bytes, bytes]:
    try:
        told = json.loads(raw)
        key = base64.b64decode(told["public_key"], validate=True)
        signature = base64.b64decode(told["signature"], validate=True)
        algorithm = str(told["algorithm"])
    except (ValueError, KeyError, TypeError, RecursionError):
        problems.append(Problem(SIGNATURE, "the signature cannot be read"))
        return "", b"", b""
    if package.signature_file(algorithm, key, signature) != raw:
        problems.append(Problem(SIGNATURE, "the signature file was changed"))
    return algorithm, key, signature


def _entries(manifest: dict[str, Any], problems: list[Problem]) -> Iterator[dict[str, Any]]:
    try:
        entries = package.listed_files(manifest)
    except (AttributeError, TypeError):
        problems.append(Problem(MANIFEST, "the list of files cannot be read"))
        return
    for entry in entries:
        name = entry.get("file") if hasattr(entry, "get") else None
        if isinstance(name, str) and package.is_inside(name):
            yield entry
        else:
            problems.append(Problem(MANIFEST, "the list of files names one that cannot be inside the package"))


def _check_file(content: _Content, entry: dict[str, Any], problems: list[Problem]) -> Digests | None:
    name = entry["file"]
    try:
        with content.open(name) as stream:
            found = package.digests_of(stream)
    except zipfile.BadZipFile:
        problems.append(Problem(name, "changed: its check sum does not fit"))
        return None
    except (OSError, KeyError, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        problems.append(Problem(name, f"missing or unreadable: {type(error).__name__}"))
        return None
    if package.file_entry(name, found) != {key: entry.get(key) for key in ("file", "bytes", "sha256", "sm3")}:
        problems.append(Problem(name, "changed: size, SHA-256 or SM3 differ from the manifest"))
    return found


def _file(content: _Content, names: list[str], name: str, most_bytes: int) -> bytes:
    if name not in names:
        raise _Unreadable(f"there is no {name}: not an evidence package, or a damaged one")
    try:
        return _read(content.open(name), most_bytes)
    except (OSError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise _Unreadable(f"{name} cannot be read: {error}") from error


def _read(stream: IO[bytes], most_bytes: int) -> bytes:
    with stream:
        data = stream.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise OSError("too large")
    return data


def _member(name: str, data: bytes) -> Member:
    digests = package.digests_of(io.BytesIO(data))
    return Member(name, digests.size_bytes, digests.crc32)


@contextmanager
def _opened(path: Path) -> Iterator[_Content]:
    if path.is_dir():
        yield _Folder(path)
        return
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as packed:
            yield _Zip(file, packed)
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise _Unreadable(f"not a readable package: {error}") from error


class _Folder:
    """A package that lies unpacked in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self) -> list[str]:
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if not path.is_dir())

    def open(self, name: str) -> IO[bytes]:
        path = self.root / name
        if path.is_symlink():
            raise OSError("a link")
        return path.open("rb")

    def structure_problems(self, members: Sequence[Member]) -> list[Problem]:
        del members
        return []


class _Zip:
    """A package in its ZIP."""

    def __init__(self, file: IO[bytes], packed: zipfile.ZipFile) -> None:
        self.file = file
        self.packed = packed

    def names(self) -> list[str]:
        return self.packed.namelist()

    def open(self, name: str) -> IO[bytes]:
        return self.packed.open(name)

    def structure_problems(self, members: Sequence[Member]) -> list[Problem]:
        """Every byte that is not a member's is compared with the only way in which it can have been written."""
        self.file.seek(0)
        for part in layout(members):
            if isinstance(part, Member):
                self.file.seek(part.size_bytes, io.SEEK_CUR)
            elif self.file.read(len(part)) != part:
                return [Problem("ZIP", "the structure of the ZIP was changed")]
        if self.file.read(1):
            return [Problem("ZIP", "there are bytes behind the end of the package")]
        return []
