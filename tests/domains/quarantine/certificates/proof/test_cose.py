"""COSE_Sign1: the standard's printed example, the working group's vectors where they are at hand, and our own form."""

import json
import os
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519

from oversite.common.signing import Algorithm, open_signer, trusted_key
from oversite.domains.quarantine.certificates.proof import cose
from oversite.domains.quarantine.certificates.proof.cose import CoseError, PublicKey, parse_sign1

CURVES: dict[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}

# RFC 8152 appendix C.2.1 with its key "11" of appendix C.7.1
PRINTED = bytes.fromhex(
    "d28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4"
    "d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36"
)
PRINTED_KEY = ec.EllipticCurvePublicNumbers(
    0xBAC5B11CAD8F99F9C72B05CF4B9E26D244DC189F745228255A219A86D6A09EFF,
    0x20138BF82DC1B6D562BE0FA54AB7804A3A64B6D72CCFED6B6FB6ED28BBFC117E,
    ec.SECP256R1(),
).public_key()

VECTORS = Path(os.environ.get("COSE_VECTORS", "no-such-folder"))
"""The folder with the COSE working group's examples (github.com/cose-wg/Examples), their JSON files side by side."""


def test_the_example_printed_in_the_standard_verifies() -> None:
    message = parse_sign1(PRINTED)
    assert message.payload == b"This is the content."
    assert message.key_id == b"11"
    assert cose.is_signed(message, PRINTED_KEY)


def test_no_bit_of_the_printed_example_can_change() -> None:
    unsigned = PRINTED.index(bytes.fromhex("a104423131"))  # the unprotected header
    for position in range(len(PRINTED) * 8):
        if unsigned <= position // 8 < unsigned + 5:
            continue
        changed = bytearray(PRINTED)
        changed[position // 8] ^= 1 << position % 8
        assert not _is_accepted(bytes(changed), PRINTED_KEY), position


@pytest.mark.skipif(not VECTORS.is_dir(), reason="COSE_VECTORS names the folder of the public vectors")
def test_public_vectors() -> None:
    files = sorted(VECTORS.glob("*.json"))
    assert files
    for path in files:
        vector = json.loads(path.read_text(encoding="utf-8"))
        given = vector["input"]["sign0"]
        accepted = _is_accepted(
            bytes.fromhex(vector["output"]["cbor"]), _key(given["key"]), bytes.fromhex(given.get("external", ""))
        )
        assert accepted is not vector["input"].get("fail", vector.get("fail", False)), path.name


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_what_we_sign_verifies_with_its_purpose_only(tmp_path: Path, algorithm: Algorithm) -> None:
    signer = open_signer(tmp_path, "certificate", algorithm)
    data = cose.sign1(signer, b"facts", b"purpose")
    message = parse_sign1(data)
    key = cose.public_key(trusted_key("certificate", signer))
    assert key is not None
    assert message.key_id.hex() == signer.fingerprint[:16]
    assert cose.is_deterministic(data, message)
    assert cose.is_signed(message, key, b"purpose")
    assert not cose.is_signed(message, key, b"another purpose")
    assert not cose.is_signed(message, PRINTED_KEY, b"purpose")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xd2",
        b"\xd2\x84\x40\xa0",
        b"\x80",
        b"\x84\x01\xa0\x40\x40",
        b"\xd2\x84\x41\x01\xa0\x40\x40",
        b"\xd2\x84\x41\xff\xa0\x40\x40",
        b"\xd8\x23\x61\x28",  # a regular expression that does not compile
        b"\x81" * 5000,
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        PRINTED + b"\x00",
    ],
)
def test_anything_else_is_a_clear_error(data: bytes) -> None:
    with pytest.raises(CoseError):
        parse_sign1(data)


def _is_accepted(data: bytes, key: PublicKey, external: bytes = b"") -> bool:
    try:
        return cose.is_signed(parse_sign1(data), key, external)
    except CoseError:
        return False


def _key(key: dict[str, Any]) -> PublicKey:
    if key["crv"] == "Ed25519":
        return ed25519.Ed25519PublicKey.from_public_bytes(_bytes(key, "x"))
    if key["crv"] == "Ed448":
        return ed448.Ed448PublicKey.from_public_bytes(_bytes(key, "x"))
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(_bytes(key, "x")), int.from_bytes(_bytes(key, "y")), CURVES[key["crv"]]
    )
    return numbers.public_key()


def _bytes(key: dict[str, Any], name: str) -> bytes:
    if name + "_hex" in key:
        return bytes.fromhex(key[name + "_hex"])
    return urlsafe_b64decode(key[name] + "=" * (-len(key[name]) % 4))
