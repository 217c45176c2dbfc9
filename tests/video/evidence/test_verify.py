"""A package proves itself: any flipped byte is found and named, with no server and no database (req: A18.1)."""

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from oversite.common.signing import Algorithm, open_signer, trust_text, trusted_key
from oversite.video.evidence import package
from oversite.video.evidence.archive import Member, layout, size_of
from oversite.video.evidence.verify import Verdict, verify, verify_with

KEYS = Path(tempfile.mkdtemp(prefix="oversite-test-keys-"))
KEY = open_signer(KEYS, "evidence")
FINGERPRINT = KEY.fingerprint
FILES = {"segments/东池_0001.mp4": b"first segment " * 40, "segments/东池_0002.mp4": b"second" * 9}


def parts() -> dict[str, bytes]:
    segments = [package.file_entry(name, package.digests_of(io.BytesIO(data))) for name, data in FILES.items()]
    manifest = package.canonical(
        {"format": package.FORMAT, "uid": "u", "title": "东池", "cameras": [{"gb_id": "1", "segments": segments}]}
    )
    return {**FILES, package.MANIFEST: manifest, package.SIGNATURE: package.sign(manifest, KEY)}


def write_zip(path: Path, content: dict[str, bytes]) -> Path:
    members = [
        Member(name, digests.size_bytes, digests.crc32)
        for name, data in content.items()
        for digests in [package.digests_of(io.BytesIO(data))]
    ]
    path.write_bytes(b"".join(content[part.name] if isinstance(part, Member) else part for part in layout(members)))
    assert path.stat().st_size == size_of(members)
    return path


def write_folder(root: Path, content: dict[str, bytes]) -> Path:
    for name, data in content.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    path = tmp_path / "trust"
    path.write_text(trust_text([trusted_key("evidence", KEY)]), encoding="utf-8")
    return path


def test_sm3_is_the_hash_of_the_standard() -> None:
    # GB/T 32905-2016, appendix A.1
    digests = package.digests_of(io.BytesIO(b"abc"))
    assert digests.sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@pytest.mark.req("A18.1")
def test_a_whole_package_with_a_trusted_key_is_valid(tmp_path: Path, trust: Path) -> None:
    for path in (write_zip(tmp_path / "p.zip", parts()), write_folder(tmp_path / "p", parts())):
        result = verify(path, trust)
        assert result.is_valid, result.problems
        assert (result.key_fingerprint, result.files_checked) == (FINGERPRINT, 2)


def test_an_unknown_key_is_not_valid(tmp_path: Path) -> None:
    result = verify(write_zip(tmp_path / "p.zip", parts()))
    assert (result.verdict, result.is_valid, result.problems) == (Verdict.UNKNOWN_KEY, False, ())
    assert result.key_fingerprint == FINGERPRINT


@pytest.mark.req("A18.1")
def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "p.zip", parts())
    whole = path.read_bytes()
    trusted = frozenset({FINGERPRINT})
    missed = []
    for index in range(len(whole)):
        path.write_bytes(whole[:index] + bytes([whole[index] ^ 0x01]) + whole[index + 1 :])
        if verify_with(path, trusted).verdict not in {Verdict.CHANGED, Verdict.UNREADABLE}:
            missed.append(index)
    assert missed == []


@pytest.mark.req("A18.1")
@pytest.mark.parametrize("name", list(FILES))
def test_the_changed_segment_is_named(tmp_path: Path, trust: Path, name: str) -> None:
    content = parts()
    content[name] = b"X" + content[name][1:]
    for path in (write_zip(tmp_path / "p.zip", content), write_folder(tmp_path / "p", content)):
        result = verify(path, trust)
        assert result.verdict is Verdict.CHANGED
        assert [problem.file for problem in result.problems] == [name]


def test_a_flipped_byte_in_a_zip_names_its_segment(tmp_path: Path, trust: Path) -> None:
    path = write_zip(tmp_path / "p.zip", parts())
    whole = bytearray(path.read_bytes())
    whole[whole.index(b"second") + 3] ^= 0x80
    path.write_bytes(whole)
    assert [problem.file for problem in verify(path, trust).problems] == ["segments/东池_0002.mp4"]


@pytest.mark.parametrize("change", ["missing", "extra", "order", "torn", "behind"])
def test_what_is_missing_or_added_is_found(tmp_path: Path, trust: Path, change: str) -> None:
    content = parts()
    if change == "missing":
        del content["segments/东池_0001.mp4"]
    if change == "extra":
        content["segments/more.mp4"] = b"more"
    if change == "order":
        content = dict(reversed(content.items()))
    path = write_zip(tmp_path / "p.zip", content)
    if change == "torn":
        path.write_bytes(path.read_bytes()[:-30])
    if change == "behind":
        path.write_bytes(path.read_bytes() + b"\x00")
    result = verify(path, trust)
    assert not result.is_valid
    assert result.problems


def test_a_manifest_signed_by_another_key_is_another_key(tmp_path: Path, trust: Path) -> None:
    content = parts()
    other = open_signer(KEYS, "another")
    content[package.SIGNATURE] = package.sign(content[package.MANIFEST], other)
    result = verify(write_zip(tmp_path / "p.zip", content), trust)
    assert result.verdict is Verdict.UNKNOWN_KEY


@pytest.mark.parametrize("algorithm", [Algorithm.ECDSA_P256, Algorithm.SM2])
def test_other_keys_sign_as_well(tmp_path: Path, algorithm: Algorithm) -> None:
    signer = open_signer(KEYS, "evidence", algorithm)
    content = parts()
    content[package.SIGNATURE] = package.sign(content[package.MANIFEST], signer)
    path = write_zip(tmp_path / "p.zip", content)
    assert verify_with(path, frozenset({signer.fingerprint})).is_valid
    assert verify_with(path, frozenset({FINGERPRINT})).verdict is Verdict.UNKNOWN_KEY


def test_a_trust_file_that_is_none_is_told(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "p.zip", parts())
    (tmp_path / "trust").write_text("evidence everybody", encoding="utf-8")
    result = verify(path, tmp_path / "trust")
    assert (result.verdict, result.problems[0].file) == (Verdict.UNREADABLE, "trust")


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a\\b", ""])
def test_a_manifest_cannot_reach_outside(tmp_path: Path, name: str) -> None:
    content = parts()
    manifest = json.loads(content[package.MANIFEST])
    manifest["cameras"][0]["segments"][0]["file"] = name
    content[package.MANIFEST] = package.canonical(manifest)
    content[package.SIGNATURE] = package.sign(content[package.MANIFEST], KEY)
    result = verify_with(write_folder(tmp_path / "p", content), frozenset({FINGERPRINT}))
    assert result.verdict is Verdict.CHANGED


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip" * 100, b"PK\x05\x06" + bytes(18)])
def test_what_is_no_package_is_unreadable(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(data)
    assert verify(path).verdict is Verdict.UNREADABLE
    assert verify(tmp_path / "none").verdict is Verdict.UNREADABLE


def test_ordinary_tools_open_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(write_zip(tmp_path / "p.zip", parts())) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == list(parts())


def test_far_members_are_found_with_zip64() -> None:
    members = [Member("a", 0xFFFFFFFE, 0), Member("b", 5, 0)]
    last = list(layout(members))[-1]
    assert isinstance(last, bytes)
    assert b"PK\x06\x06" in last
    assert b"PK\x06\x07" in last


@pytest.mark.req("A18.1")
def test_it_needs_neither_server_nor_database() -> None:
    code = (
        "import sys, oversite.video.evidence.verify;"
        "print([name for name in sys.modules if name.partition('.')[0] in ('django', 'sqlite3')])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
