"""`oversite evidence verify`: exit status and words for whoever has a package and perhaps no list of keys."""

from pathlib import Path

import pytest

from oversite.common.signing import Signer, open_signer, trust_text, trusted_key
from oversite.project.cli import main
from oversite.video.evidence import package

pytestmark = pytest.mark.req("A18.1")


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return open_signer(tmp_path, "evidence")


@pytest.fixture
def sealed(tmp_path: Path, signer: Signer) -> Path:
    """A package without footage, which is whole all the same."""
    manifest = package.canonical({"format": package.FORMAT, "uid": "u", "title": "东池", "cameras": []})
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / package.MANIFEST).write_bytes(manifest)
    (folder / package.SIGNATURE).write_bytes(package.sign(manifest, signer))
    return folder


def test_without_a_list_of_keys_it_is_said_what_is_missing(sealed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "verify", str(sealed)]) == 1
    told = capsys.readouterr().out
    assert "verdict: unknown-key" in told
    assert "--trust FILE" in told


def test_with_the_list_it_is_valid_and_nothing_more_is_asked_for(
    sealed: Path, signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trust = tmp_path / "trust"
    trust.write_text(trust_text([trusted_key("evidence", signer)]))
    assert main(["evidence", "verify", str(sealed), "--trust", str(trust)]) == 0
    told = capsys.readouterr().out
    assert "verdict: valid" in told
    assert "--trust" not in told
