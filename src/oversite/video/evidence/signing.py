"""The installation's evidence key: Ed25519, a file under DATA/keys, made when first needed."""

import base64
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from oversite.common import config
from oversite.common.keys import ensure_key
from oversite.video.evidence import package

KEY_NAME = "evidence"


def signing_key() -> Ed25519PrivateKey:
    """The private key with which packages are signed."""
    seed = ensure_key(config.current().keys_dir, KEY_NAME, secrets.token_bytes(32))
    return Ed25519PrivateKey.from_private_bytes(seed)


def own_fingerprint() -> str:
    """The fingerprint by which others know this installation's evidence."""
    return package.fingerprint(signing_key().public_key().public_bytes_raw())


def trust_line(name: str) -> str:
    """One line of a trust file: purpose, fingerprint, algorithm and key, and whose it is."""
    raw = signing_key().public_key().public_bytes_raw()
    key = base64.b64encode(raw).decode()
    return f"evidence {package.fingerprint(raw)} {package.ALGORITHM}:{key} {name}"
