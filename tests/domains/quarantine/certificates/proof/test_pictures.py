"""Codes in pictures: crooked, noisy, several; and files that only claim to be pictures."""

import random
import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
import segno
from PIL import Image

from domains.quarantine.certificates.proof.issuing import Issuer
from oversite.domains.quarantine.certificates.proof import pictures
from oversite.domains.quarantine.certificates.proof.pictures import PictureError


@pytest.fixture
def text(tmp_path: Path) -> str:
    return Issuer.at(tmp_path).text()


@pytest.mark.req("Q6")
def test_a_photograph_is_read(tmp_path: Path, text: str) -> None:
    paper = Image.new("L", (1400, 1800), 235)
    paper.paste(code(text).resize((500, 500)), (640, 180))
    photographed = paper.rotate(11, expand=True, fillcolor=90)
    dots = random.Random(4)
    for _ in range(20_000):
        photographed.putpixel((dots.randrange(photographed.width), dots.randrange(photographed.height)), 128)
    photographed.save(tmp_path / "photograph.jpg", quality=70)
    assert pictures.texts_in(pictures.open_picture(tmp_path / "photograph.jpg")) == [text]


def test_a_picture_without_a_code_has_none(tmp_path: Path) -> None:
    Image.new("RGB", (300, 300), "white").save(tmp_path / "empty.png")
    assert pictures.texts_in(pictures.open_picture(tmp_path / "empty.png")) == []


def test_a_decompression_bomb_is_refused_before_it_takes_memory(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(png_that_claims(60_000, 60_000))
    with pytest.raises(PictureError, match="too large"):
        pictures.open_picture(tmp_path / "bomb.png")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"GIF89a", bytes(1000)])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file.png").write_bytes(content)
    with pytest.raises(PictureError):
        pictures.open_picture(tmp_path / "file.png")


def code(text: str) -> Image.Image:
    """A code as it is printed."""
    stream = BytesIO()
    segno.make_qr(text, error="m").save(stream, kind="png", scale=6, border=4)
    return Image.open(stream).convert("L")


def png_that_claims(width: int, height: int) -> bytes:
    """A few hundred bytes that say they are a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9999))) + chunk(b"IEND", b"")
    )
