"""`oversite certificate verify`: exit status and words, without a server or a database."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from domains.quarantine.certificates.proof.issuing import Issuer
from domains.quarantine.certificates.proof.test_pictures import code, png_that_claims
from oversite.common import clock
from oversite.common.signing import trust_text, trusted_key
from oversite.domains.quarantine.certificates.proof.revocations import Fate
from oversite.project.cli import main

pytestmark = pytest.mark.req("Q6")


@dataclass
class Desk:
    """Somebody with a trust list."""

    issuer: Issuer
    folder: Path
    capture: pytest.CaptureFixture[str]

    def verify(self, code: str, *more: str) -> tuple[int, dict[str, object]]:
        status = main(["certificate", "verify", code, "--json", *more])
        return status, json.loads(self.capture.readouterr().out)

    @property
    def trust(self) -> tuple[str, str]:
        path = self.folder / "trust.json"
        path.write_text(trust_text([trusted_key("certificate", self.issuer.signer)]))
        return "--trust", str(path)

    def revocations(self, fates: dict[str, Fate]) -> tuple[str, str]:
        path = self.folder / "revocations.txt"
        path.write_text(self.issuer.revocations(fates, clock.now()))
        return "--revocations", str(path)

    def text(self) -> str:
        now = clock.now()
        return self.issuer.text(issued_at=now - timedelta(hours=1), valid_until=now + timedelta(days=1))


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(Issuer.at(tmp_path / "keys"), tmp_path, capsys)


def test_genuine_void_and_unknown(desk: Desk) -> None:
    text = desk.text()
    status, found = desk.verify(text, *desk.trust, *desk.revocations({}))
    assert (status, found["verdict"]) == (0, "genuine")
    assert found["facts"]["number"] == "3200000123"  # type: ignore[index]
    assert found["revocations"]["age_s"] < 60  # type: ignore[index]
    status, found = desk.verify(text, *desk.trust, *desk.revocations({"3200000123": Fate.VOID}))
    assert (status, found["verdict"]) == (1, "void")
    status, found = desk.verify(text)
    assert (status, found["verdict"], found["facts"]) == (1, "unknown-key", {})


def test_a_picture_is_read(desk: Desk) -> None:
    path = desk.folder / "scan.png"
    code(desk.text()).save(path)
    assert desk.verify(str(path), *desk.trust, *desk.revocations({}))[0] == 0


def test_in_words(desk: Desk) -> None:
    assert main(["certificate", "verify", desk.text(), *desk.trust, *desk.revocations({})]) == 0
    out = desk.capture.readouterr().out
    assert "verdict:     genuine" in out
    assert "罗氏沼虾" in out


def test_without_a_list_of_void_ones_nothing_is_called_genuine(desk: Desk) -> None:
    assert main(["certificate", "verify", desk.text(), *desk.trust]) == 1
    out = desk.capture.readouterr().out
    assert "verdict:     unchecked (its signature is good" in out
    assert "--revocations FILE" in out


@pytest.mark.parametrize("make", [lambda text: text[:-1] + ("A" if text[-1] != "A" else "E"), lambda text: "hello"])
def test_altered_or_nonsense(desk: Desk, make: Callable[[str], str]) -> None:
    status, found = desk.verify(make(desk.text()), *desk.trust)
    assert status == 1
    assert found["verdict"] in {"altered", "unreadable"}


def test_what_cannot_be_used_is_said(desk: Desk) -> None:
    bomb = desk.folder / "bomb.png"
    bomb.write_bytes(png_that_claims(60_000, 60_000))
    assert main(["certificate", "verify", str(bomb)]) == 2
    assert "too large" in desk.capture.readouterr().err
    assert main(["certificate", "verify", "x", "--trust", str(desk.folder / "nowhere")]) == 2
    other = Issuer.at(desk.folder / "other")
    (desk.folder / "foreign.txt").write_text(other.revocations({}))
    assert main(["certificate", "verify", "x", *desk.trust, "--revocations", str(desk.folder / "foreign.txt")]) == 2
