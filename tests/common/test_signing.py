"""Signing keys and trust: made once, kept secret, checked by a list and by nothing that came with the signature."""

import json
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from oversite.common import signing
from oversite.common.signing import Algorithm, TrustedKey, TrustError, Verdict

ALGORITHMS = list(Algorithm)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_a_key_signs_verifies_and_nothing_else_does(tmp_path: Path, algorithm: Algorithm) -> None:
    signer = signing.open_signer(tmp_path, "evidence", algorithm)
    assert stat.S_IMODE(signer.path.stat().st_mode) == 0o600
    key = signing.trusted_key("evidence", signer)
    signature = signer.sign(b"footage")
    assert signing.verify(key, b"footage", signature)
    assert not signing.verify(key, b"footagE", signature)
    assert not signing.verify(key, b"footage", signature[:-1] + bytes([signature[-1] ^ 1]))
    assert not signing.verify(key, b"footage", b"")
    assert not signing.verify(TrustedKey("other", algorithm, "nonsense"), b"footage", signature)
    assert signing.open_signer(tmp_path, "evidence", algorithm) == signer


def test_a_key_serves_only_its_own_algorithm(tmp_path: Path) -> None:
    signer = signing.open_signer(tmp_path, "evidence", Algorithm.ED25519)
    wrong = TrustedKey("evidence", Algorithm.ECDSA_P256, signer.public_key)
    assert not signing.verify(wrong, b"footage", signer.sign(b"footage"))


def test_ed25519_agrees_with_the_example_of_its_standard() -> None:
    """RFC 8032, 7.1, test 2."""
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    pem = ed25519.Ed25519PublicKey.from_public_bytes(public).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert signing.verify(TrustedKey("rfc", Algorithm.ED25519, pem.decode()), b"\x72", signature)


def test_the_fingerprint_is_what_openssl_computes(tmp_path: Path) -> None:
    signer = signing.open_signer(tmp_path, "evidence", Algorithm.ECDSA_P256)
    der = subprocess.run(
        ["openssl", "pkey", "-in", str(signer.path), "-pubout", "-outform", "DER"], capture_output=True, check=True
    )
    digest = subprocess.run(["openssl", "dgst", "-sha256", "-r"], input=der.stdout, capture_output=True, check=True)
    assert digest.stdout.split()[0].decode() == signer.fingerprint


def test_an_exported_list_is_trusted_elsewhere_and_an_unknown_key_proves_nothing(tmp_path: Path) -> None:
    evidence = signing.open_signer(tmp_path / "a", "evidence")
    signing.open_signer(tmp_path / "a", "seal", Algorithm.ECDSA_P256)
    (tmp_path / "a" / "door").write_bytes(b"a symmetric key")
    text = signing.trust_text(signing.own_keys(tmp_path / "a"))
    assert "PRIVATE" not in text
    trusted = signing.parse_trust(text)
    assert [key.name for key in trusted] == ["evidence", "seal"]
    stranger = signing.open_signer(tmp_path / "b", "evidence")
    signature = evidence.sign(b"footage")
    assert signing.judge(trusted, evidence.fingerprint, b"footage", signature) is Verdict.VALID
    assert signing.judge(trusted, evidence.fingerprint, b"other", signature) is Verdict.INVALID
    assert signing.judge(trusted, stranger.fingerprint, b"footage", stranger.sign(b"footage")) is Verdict.UNKNOWN_KEY
    assert signing.judge(trusted, evidence.fingerprint, b"footage", stranger.sign(b"footage")) is Verdict.INVALID


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"oversite_trust": 2, "keys": []}', "[" * 100_000, " " * 1_000_001])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(TrustError):
        signing.parse_trust(text)


def test_a_list_whose_fingerprints_do_not_fit_is_refused(tmp_path: Path) -> None:
    signing.open_signer(tmp_path, "evidence")
    listed = json.loads(signing.trust_text(signing.own_keys(tmp_path)))
    listed["keys"][0]["fingerprint"] = "0" * 64
    with pytest.raises(TrustError, match="trusted key 1"):
        signing.parse_trust(json.dumps(listed))
    del listed["keys"][0]["public_key"]
    with pytest.raises(TrustError, match="trusted key 1"):
        signing.parse_trust(json.dumps(listed))


@pytest.mark.parametrize("name", ["", "../evidence", "Evidence", "a" * 41, "a.b"])
def test_a_key_has_a_plain_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        signing.open_signer(tmp_path, name)
