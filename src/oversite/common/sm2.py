"""SM2 signatures with SM3 (GB/T 32918.2) by the `openssl` of the system: the Python package has none.

The user identity is the one that GB/T 35276 gives as default. Signatures are DER, as everywhere else.
"""

import base64
import binascii
import subprocess
import tempfile
from pathlib import Path

from oversite.common.errors import OversiteError

IDENTITY = "distid:1234567812345678"
TIMEOUT_S = 20
PEM_BEGIN, PEM_END = "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"


class Sm2Unavailable(OversiteError):
    """There is no `openssl` on this machine that knows SM2."""


def fresh_key() -> bytes:
    """A new private key as PEM (PKCS #8)."""
    return _openssl("genpkey", "-algorithm", "SM2")


def public_part(private_key: Path) -> str:
    """The public half of a private key file, as PEM."""
    return _openssl("pkey", "-in", str(private_key), "-pubout").decode("ascii")


def sign(private_key: Path, content: bytes) -> bytes:
    """The signature of the key in the file over `content`."""
    with tempfile.TemporaryDirectory(prefix="oversite-sm2-") as folder:
        path = Path(folder, "content")
        path.write_bytes(content)
        return _openssl("pkeyutl", "-sign", "-inkey", str(private_key), "-in", str(path), *_scheme())


def is_signed(public_key: str, content: bytes, signature: bytes) -> bool:
    """Whether `signature` is that of the key over `content`; raises `Sm2Unavailable` where nobody can say."""
    _openssl("version")
    with tempfile.TemporaryDirectory(prefix="oversite-sm2-") as folder:
        key, signed, mark = (Path(folder, name) for name in ("key", "content", "signature"))
        key.write_text(public_key, encoding="ascii", errors="replace")
        signed.write_bytes(content)
        mark.write_bytes(signature)
        where = ("-pubin", "-inkey", str(key), "-in", str(signed), "-sigfile", str(mark))
        try:
            _openssl("pkeyutl", "-verify", *where, *_scheme())
        except Sm2Unavailable:
            return False
    return True


def der_from_pem(public_key: str) -> bytes:
    """The DER bytes of a public key in PEM, of any algorithm; raises `ValueError` where it is none."""
    text = public_key.strip()
    if not (text.startswith(PEM_BEGIN) and text.endswith(PEM_END)):
        raise ValueError("not a public key in PEM")
    try:
        return base64.b64decode("".join(text[len(PEM_BEGIN) : -len(PEM_END)].split()), validate=True)
    except binascii.Error as error:
        raise ValueError("not a public key in PEM") from error


def _scheme() -> tuple[str, ...]:
    return "-rawin", "-digest", "sm3", "-pkeyopt", IDENTITY


def _openssl(*arguments: str) -> bytes:
    try:
        done = subprocess.run(["openssl", *arguments], capture_output=True, timeout=TIMEOUT_S, check=True)  # noqa: S607
    except FileNotFoundError as error:
        raise Sm2Unavailable("SM2 needs the program openssl 3: apt-get install openssl") from error
    except subprocess.SubprocessError as error:
        raise Sm2Unavailable(f"openssl {arguments[0]} failed") from error
    return done.stdout
