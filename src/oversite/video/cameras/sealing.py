"""Device passwords at rest: AES-256-GCM under the key `device-password`, bound to the device they belong to."""

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from oversite.common import config
from oversite.common.keys import read_key

NONCE_BYTES = 12
VERSION = b"\x01"


def seal(password: str, device_uid: UUID) -> bytes:
    """The password as it is stored; empty stays empty."""
    if not password:
        return b""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + _cipher().encrypt(nonce, password.encode(), device_uid.bytes)


def unseal(sealed: bytes | memoryview, device_uid: UUID) -> str:
    """The password again; raises `ValueError` when it was sealed with another key or for another device."""
    data = bytes(sealed)
    if not data:
        return ""
    if data[:1] != VERSION:
        raise ValueError("the sealed password is of an unknown kind")
    nonce, body = data[1 : 1 + NONCE_BYTES], data[1 + NONCE_BYTES :]
    try:
        return _cipher().decrypt(nonce, body, device_uid.bytes).decode()
    except InvalidTag as error:
        raise ValueError("the password was sealed with another key or for another device") from error


def _cipher() -> AESGCM:
    return AESGCM(read_key(config.current().keys_dir, "device-password"))
