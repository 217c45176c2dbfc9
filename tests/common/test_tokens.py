"""Keys on a token behind PKCS#11, shown with SoftHSM: what they sign is what a key file would have signed."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from oversite.common import signing
from oversite.common.signing import Algorithm
from oversite.common.tokens import Token, TokenError, open_token_signer

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
MODULE = next((Path(each) for each in MODULES if Path(each).exists()), None)

pytestmark = pytest.mark.skipif(MODULE is None, reason="softhsm2 is not installed (deploy/test-packages)")


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Token]:
    """A token that holds a key made outside, as `softhsm2-util --import` puts them there."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        _softhsm("--init-token", "--free", "--label", "seals", "--pin", "1234", "--so-pin", "5678")
        key = signing.open_signer(folder / "keys", "seal", Algorithm.ECDSA_P256)
        _softhsm("--import", str(key.path), "--token", "seals", "--pin", "1234", "--label", "seal", "--id", "01")
        assert MODULE is not None
        yield Token(MODULE, "seals", "1234")


@pytest.mark.req("Q10")
def test_a_key_on_the_token_signs_as_a_key_in_a_file(token: Token) -> None:
    signer = open_token_signer(token, "seal")
    assert signer.algorithm is Algorithm.ECDSA_P256
    key = signing.trusted_key("seal", signer)
    signature = signer.sign(b"certificate")
    assert signing.verify(key, b"certificate", signature)
    assert not signing.verify(key, b"certificatE", signature)


def test_what_is_not_there_is_said(token: Token) -> None:
    with pytest.raises(TokenError, match="no key 'other'"):
        open_token_signer(token, "other")
    with pytest.raises(TokenError, match="no key"):
        open_token_signer(Token(token.module, token.label, "wrong"), "seal")
    with pytest.raises(TokenError, match="cannot be opened"):
        open_token_signer(Token(token.module, "elsewhere", "1234"), "seal")
    with pytest.raises(TokenError, match="cannot be opened"):
        open_token_signer(Token(Path("/no/such/library.so"), "seals", "1234"), "seal")


def _softhsm(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)
