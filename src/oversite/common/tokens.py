"""Signing keys that never leave their hardware: smart cards and security modules behind PKCS#11 (OASIS, v2.40).

The same `Signer` as key files, for ECDSA on P-256; which key is meant is said by its label on the token.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from oversite.common.errors import OversiteError
from oversite.common.signing import Algorithm, fingerprint

if TYPE_CHECKING:
    import pkcs11

P256_COORDINATE_BYTES = 32


class TokenError(OversiteError):
    """The token, its PIN or its key cannot be used; the text says which.

    `reason` is `token` (not there), `pin`, `key` (none of that label), `algorithm` (not ECDSA on P-256), `signing`, or
    what a caller that looks for the token adds.
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Token:
    """A token: the library of its maker, its label, and the PIN that opens it."""

    module: Path
    label: str
    pin: str


@dataclass(frozen=True, slots=True)
class TokenSigner:
    """A private key on a token; a session is opened for every signature, so a card may be pulled in between."""

    token: Token
    key_label: str
    algorithm: Algorithm
    public_key: str

    @property
    def fingerprint(self) -> str:
        """The identity of the key."""
        return fingerprint(self.public_key)

    def sign(self, content: bytes) -> bytes:
        """The signature over `content`, DER for ECDSA; raises `TokenError`."""
        import pkcs11

        try:
            with _open(self.token).open(user_pin=self.token.pin) as session:
                key: Any = session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, label=self.key_label)
                digest = hashes.Hash(hashes.SHA256())
                digest.update(content)
                raw = bytes(key.sign(digest.finalize(), mechanism=pkcs11.Mechanism.ECDSA))
        except pkcs11.PKCS11Error as error:
            text = f"the key {self.key_label!r} on the token cannot sign ({type(error).__name__})"
            raise TokenError(_reason(error, "signing"), text) from error
        first, second = raw[:P256_COORDINATE_BYTES], raw[P256_COORDINATE_BYTES:]
        return encode_dss_signature(int.from_bytes(first, "big"), int.from_bytes(second, "big"))


def open_token_signer(token: Token, key_label: str) -> TokenSigner:
    """The key called `key_label` on a token; raises `TokenError` where it is not there or of another algorithm."""
    import pkcs11

    try:
        with _open(token).open(user_pin=token.pin) as session:
            key: Any = session.get_key(pkcs11.ObjectClass.PUBLIC_KEY, label=key_label)
            public = _public_key(key)
    except pkcs11.PKCS11Error as error:
        text = f"no key {key_label!r} on the token ({type(error).__name__})"
        raise TokenError(_reason(error, "key"), text) from error
    if not (isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1)):
        raise TokenError("algorithm", f"the key {key_label!r} is not one for ECDSA on P-256")
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = public.public_bytes(serialization.Encoding.PEM, form).decode("ascii")
    return TokenSigner(token, key_label, Algorithm.ECDSA_P256, pem)


def _open(token: Token) -> "pkcs11.Token":
    import pkcs11

    try:
        return pkcs11.lib(str(token.module)).get_token(token_label=token.label)
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        text = f"the token {token.label!r} cannot be opened ({type(error).__name__})"
        raise TokenError("token", text) from error


def _reason(error: "pkcs11.PKCS11Error", otherwise: str) -> str:
    import pkcs11

    return "pin" if isinstance(error, pkcs11.PinIncorrect | pkcs11.PinLocked | pkcs11.PinInvalid) else otherwise


def _public_key(key: Any) -> object:
    from pkcs11.util import ec as encoding

    try:
        return serialization.load_der_public_key(encoding.encode_ec_public_key(key))
    except ValueError as error:
        raise TokenError("algorithm", "the key on the token is of another algorithm") from error
