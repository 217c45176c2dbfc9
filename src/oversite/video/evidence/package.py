"""What an evidence package consists of: footage, `manifest.json`, `manifest.sig`. Pure of Django and database.

A package is a folder or the ZIP of it. The manifest lists every file with its SHA-256 and SM3; the signature covers
the manifest's bytes. Both JSON files have one canonical form, so that not even white space can change unnoticed.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cryptography.hazmat.primitives import hashes

from oversite.common.signing import Algorithm, Signer, TrustedKey, verify
from oversite.common.sm2 import PEM_BEGIN, PEM_END, der_from_pem

FORMAT = "oversite-evidence/1"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Digests:
    """What identifies the bytes of one file: two hashes (hex), the size, and the check sum that ZIP wants."""

    size_bytes: int
    sha256: str
    sm3: str
    crc32: int


class Digester:
    """Takes a file's bytes as they come and gives its digests."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._sm3 = hashes.Hash(hashes.SM3())
        self._size_bytes = 0
        self._crc32 = 0

    def update(self, data: bytes | memoryview) -> None:
        """Take the next bytes."""
        self._sha256.update(data)
        self._sm3.update(bytes(data))
        self._size_bytes += len(data)
        self._crc32 = zlib.crc32(data, self._crc32)

    def digests(self) -> Digests:
        """The digests of everything taken; only once."""
        return Digests(self._size_bytes, self._sha256.hexdigest(), self._sm3.finalize().hex(), self._crc32)


def digests_of(stream: IO[bytes], size_bytes: int | None = None) -> Digests:
    """The digests of a stream, to its end or of the next `size_bytes`."""
    digester = Digester()
    for chunk in chunks(stream, size_bytes):
        digester.update(chunk)
    return digester.digests()


def chunks(stream: IO[bytes], size_bytes: int | None = None) -> Iterator[bytes]:
    """A stream in pieces, to its end or its next `size_bytes`."""
    left = size_bytes
    while left is None or left > 0:
        chunk = stream.read(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left))
        if not chunk:
            return
        if left is not None:
            left -= len(chunk)
        yield chunk


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one form in which a manifest or signature is written: readable, sorted, UTF-8, a line end at the end."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def sign(manifest: bytes, signer: Signer) -> bytes:
    """The bytes of `manifest.sig` for the bytes of a manifest."""
    return signature_file(str(signer.algorithm), der_from_pem(signer.public_key), signer.sign(manifest))


def signature_file(algorithm: str, public_key: bytes, signature: bytes) -> bytes:
    """The canonical signature file of a public key (DER, SubjectPublicKeyInfo) and a signature."""
    return canonical(
        {
            "algorithm": algorithm,
            "fingerprint": fingerprint(public_key),
            "public_key": base64.b64encode(public_key).decode(),
            "signature": base64.b64encode(signature).decode(),
        }
    )


def is_signed_by(manifest: bytes, algorithm: str, public_key: bytes, signature: bytes) -> bool:
    """Whether the signature of the manifest's bytes was made with this key (DER)."""
    if algorithm not in set(Algorithm):
        return False
    return verify(TrustedKey("", Algorithm(algorithm), pem_from_der(public_key)), manifest, signature)


def fingerprint(public_key: bytes) -> str:
    """SHA-256 of the public key (DER) in hex, by which people and trust files name a key."""
    return hashlib.sha256(public_key).hexdigest()


def pem_from_der(public_key: bytes) -> str:
    """The public key as PEM."""
    body = base64.encodebytes(public_key).decode().replace("\n", "")
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join([PEM_BEGIN, *lines, PEM_END, ""])


def file_entry(name: str, digests: Digests) -> dict[str, Any]:
    """How the manifest names one file."""
    return {"file": name, "bytes": digests.size_bytes, "sha256": digests.sha256, "sm3": digests.sm3}


def listed_files(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every file that a manifest names, in the order of the package: segments by camera, then snapshots."""
    found: list[dict[str, Any]] = []
    for camera in manifest.get("cameras", []):
        found += camera.get("segments", [])
    return found + list(manifest.get("snapshots", []))


def is_inside(name: str) -> bool:
    """Whether a name stays inside a package: relative, forward slashes, no step upwards."""
    path = Path(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name and "\x00" not in name
