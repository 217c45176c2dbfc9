"""COSE_Sign1 (RFC 9052 part 4.2) over CBOR (RFC 8949): signed messages small enough for a printed code.

Reading follows the standard's leniencies (a protected header `a0` counts as the empty string, the tag may be left out);
`is_deterministic` tells whether a message has the one form in which we write, so that no changed bit goes unseen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import cbor2
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from oversite.common import sm2
from oversite.common.errors import OversiteError
from oversite.common.signing import Algorithm, Signer, TrustedKey

TAG: Final = 18
ALGORITHM, KEY_ID = 1, 4
ES256, EDDSA, ES384, ES512 = -7, -8, -35, -36
SM2_SM3: Final = -65601
"""SM2 with SM3 (GB/T 32918.2): none is registered, this one is from the private range."""
KEY_ID_BYTES: Final = 8
SM2_COORDINATE_BYTES: Final = 32
MESSAGE_BYTES: Final = 1_000_000
DEPTH: Final = 8

HASHES: Mapping[int, hashes.HashAlgorithm] = {ES256: hashes.SHA256(), ES384: hashes.SHA384(), ES512: hashes.SHA512()}
IDENTIFIERS: Mapping[Algorithm, int] = {
    Algorithm.ECDSA_P256: ES256,
    Algorithm.ED25519: EDDSA,
    Algorithm.SM2: SM2_SM3,
}


class CoseError(OversiteError):
    """The bytes are no COSE_Sign1 message; the text says why."""


@dataclass(frozen=True, slots=True)
class Sm2PublicKey:
    """A public key on the SM2 curve, which `cryptography` does not know."""

    pem: str


PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey | Sm2PublicKey


@dataclass(frozen=True, slots=True)
class Sign1:
    """One message: the protected header as bytes and decoded, the unprotected one, the payload, the signature."""

    protected: bytes
    header: Mapping[Any, Any]
    unprotected: Mapping[Any, Any]
    payload: bytes
    signature: bytes

    @property
    def algorithm(self) -> object:
        """The identifier of the algorithm; the protected one counts where there are two."""
        return self.header.get(ALGORITHM, self.unprotected.get(ALGORITHM))

    @property
    def key_id(self) -> bytes:
        """Which key signed; the protected one counts where there are two, empty where none is named."""
        found = self.header.get(KEY_ID, self.unprotected.get(KEY_ID, b""))
        return found if isinstance(found, bytes) else b""


def parse_sign1(data: bytes) -> Sign1:
    """Read a message, tagged or not; raises `CoseError`."""
    content = decode_cbor(data)
    if isinstance(content, cbor2.CBORTag):
        if content.tag != TAG:
            raise CoseError(f"tag {content.tag} is not that of COSE_Sign1")
        content = content.value
    match content:
        case [bytes(protected), Mapping() as unprotected, bytes(payload), bytes(signature)]:
            header = decode_cbor(protected) if protected else {}
        case _:
            raise CoseError("not the four parts of COSE_Sign1")
    if not isinstance(header, Mapping):
        raise CoseError("the protected header is no map")
    return Sign1(protected if header else b"", header, unprotected, payload, signature)


def decode_cbor(data: bytes) -> Any:
    """One CBOR value that fills `data`; raises `CoseError` for anything else."""
    if len(data) > MESSAGE_BYTES:
        raise CoseError("too large")
    stream = BytesIO(data)
    try:
        value = cbor2.CBORDecoder(stream, max_depth=DEPTH, allow_indefinite=False, allow_duplicate_keys=False).decode()
    except (cbor2.CBORDecodeError, ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        raise CoseError("not CBOR") from error
    if stream.read(1):
        raise CoseError("something follows the message")
    return value


def encode_cbor(value: object) -> bytes:
    """The one deterministic form (RFC 8949 part 4.2)."""
    return cbor2.dumps(value, canonical=True)


def is_deterministic(data: bytes, message: Sign1) -> bool:
    """Whether these bytes are exactly what `sign1` writes: tagged, nothing unprotected, no longer form of anything."""
    return not message.unprotected and data == _message(
        encode_cbor(dict(message.header)), message.payload, message.signature
    )


def to_be_signed(message: Sign1, external: bytes = b"") -> bytes:
    """What is signed: headers, payload, and `external`, which both sides know and nobody sends."""
    return encode_cbor(["Signature1", message.protected, external, message.payload])


def is_signed(message: Sign1, key: PublicKey, external: bytes = b"") -> bool:
    """Whether the signature is that of `key`; an algorithm that does not fit the key is not."""
    content = to_be_signed(message, external)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            return _is_ecdsa(key, message, content)
        if message.algorithm == SM2_SM3 and isinstance(key, Sm2PublicKey):
            return sm2.is_signed(key.pem, content, _der(message.signature, SM2_COORDINATE_BYTES))
        if message.algorithm == EDDSA and isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(message.signature, content)
            return True
    except (InvalidSignature, ValueError):
        return False
    return False


def sign1(signer: Signer, payload: bytes, external: bytes = b"") -> bytes:
    """A signed message in its deterministic form, with algorithm and key in the protected header."""
    protected = encode_cbor({ALGORITHM: IDENTIFIERS[signer.algorithm], KEY_ID: key_id(signer.fingerprint)})
    content = to_be_signed(Sign1(protected, {}, {}, payload, b""), external)
    signature = signer.sign(content)
    if signer.algorithm is not Algorithm.ED25519:
        first, second = decode_dss_signature(signature)
        signature = first.to_bytes(SM2_COORDINATE_BYTES, "big") + second.to_bytes(SM2_COORDINATE_BYTES, "big")
    return _message(protected, payload, signature)


def key_id(fingerprint: str) -> bytes:
    """How a message names its key: the first bytes of the fingerprint."""
    return bytes.fromhex(fingerprint)[:KEY_ID_BYTES]


def public_key(key: TrustedKey) -> PublicKey | None:
    """The key of a trust list, ready to check with; None where it cannot be used for messages of this kind."""
    if key.algorithm is Algorithm.SM2:
        return Sm2PublicKey(key.public_key)
    try:
        found = serialization.load_pem_public_key(key.public_key.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    if key.algorithm is Algorithm.ECDSA_P256 and isinstance(found, ec.EllipticCurvePublicKey):
        return found if isinstance(found.curve, ec.SECP256R1) else None
    return found if isinstance(found, ed25519.Ed25519PublicKey) else None


def _is_ecdsa(key: ec.EllipticCurvePublicKey, message: Sign1, content: bytes) -> bool:
    algorithm = message.algorithm
    digest = HASHES.get(algorithm) if isinstance(algorithm, int) else None
    if digest is None:
        return False
    key.verify(_der(message.signature, (key.curve.key_size + 7) // 8), content, ec.ECDSA(digest))
    return True


def _der(signature: bytes, coordinate_bytes: int) -> bytes:
    if len(signature) != 2 * coordinate_bytes:
        raise ValueError("a signature of another length")
    first, second = signature[:coordinate_bytes], signature[coordinate_bytes:]
    return encode_dss_signature(int.from_bytes(first, "big"), int.from_bytes(second, "big"))


def _message(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    return encode_cbor(cbor2.CBORTag(TAG, [protected, {}, payload, signature]))
