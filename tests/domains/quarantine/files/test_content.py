"""What an upload really is, told from its bytes."""

import struct

import pytest

from oversite.domains.quarantine.files.content import MOST_BYTES, BadContentError, examined


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 2, 0, 0, 0) + b"\0" * 4


def jpeg(width: int, height: int) -> bytes:
    app0 = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + b"\0" * 9
    return b"\xff\xd8" + app0 + b"\xff\xc2" + struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\0" * 20


@pytest.mark.req("Q9")
def test_pictures_and_pdf_are_known_by_their_bytes():
    assert examined(png(640, 480)).size_px == (640, 480)
    assert examined(jpeg(640, 480)).size_px == (640, 480)
    assert examined(jpeg(640, 480)).ending == "jpg"
    assert examined(b"%PDF-1.7\n...\n%%EOF\n").content_type == "application/pdf"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 an Office file", "type"),
        (b"<svg onload=alert(1)>", "type"),
        (b"GIF89a", "type"),
        (b"%PDF-1.7 cut off", "damaged"),
        (png(0, 5), "damaged"),
        (png(60_000, 60_000), "pixels"),
        (png(30_000, 10), "pixels"),
        (jpeg(65_000, 65_000), "pixels"),
        (b"\xff\xd8\xff\xe0\0\x01", "damaged"),
        (b"\xff\xd8\xff\xda" + b"\0" * 50, "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * (MOST_BYTES + 1), "large"),
    ],
)
def test_bombs_and_strangers_are_refused(data, reason):
    with pytest.raises(BadContentError) as refused:
        examined(data)
    assert refused.value.reason == reason
