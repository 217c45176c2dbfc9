"""What an upload really is: told from its bytes, bounded before anything is decoded; nothing here decodes pictures."""

import struct
from dataclasses import dataclass
from typing import Final

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_PIXELS: Final = 60_000_000
LONGEST_SIDE_PX: Final = 20_000
_START_OF_FRAME: Final = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
_WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xDA)})


class BadContentError(ValueError):
    """The bytes cannot be taken; `reason` is `empty`, `large`, `type`, `damaged` or `pixels`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Content:
    """A file's true type, its ending, and the size of a picture in pixels."""

    content_type: str
    ending: str
    size_px: tuple[int, int] | None = None


def examined(data: bytes) -> Content:
    """The type of JPEG, PNG or PDF bytes; raises `BadContentError` for anything else, and for bombs.

    A picture counts as a bomb when its header promises more than `MOST_PIXELS` pixels or a side over
    `LONGEST_SIDE_PX`; compressed containers (ZIP, Office) are not taken at all.
    """
    if not data:
        raise BadContentError("empty")
    if len(data) > MOST_BYTES:
        raise BadContentError("large")
    if data.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-2048:]:
            raise BadContentError("damaged")
        return Content("application/pdf", "pdf")
    if data.startswith(b"\xff\xd8\xff"):
        return Content("image/jpeg", "jpg", _bounded(_jpeg_size(data)))
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Content("image/png", "png", _bounded(_png_size(data)))
    raise BadContentError("type")


def _bounded(size_px: tuple[int, int]) -> tuple[int, int]:
    width, height = size_px
    if not width or not height:
        raise BadContentError("damaged")
    if width * height > MOST_PIXELS or max(size_px) > LONGEST_SIDE_PX:
        raise BadContentError("pixels")
    return size_px


def _png_size(data: bytes) -> tuple[int, int]:
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise BadContentError("damaged")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Walk the segments to the frame header."""
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _START_OF_FRAME:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        if marker in _WITHOUT_LENGTH:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2:
            break
        at += 2 + length
    raise BadContentError("damaged")
