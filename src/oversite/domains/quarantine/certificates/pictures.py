"""Pictures of seals and signatures made ready for print: bounded, on a transparent ground, small."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Final

from oversite.common.errors import OversiteError
from oversite.common.later import Later

if TYPE_CHECKING:
    import numpy as np
    import PIL
    from PIL import Image
else:
    np, PIL, Image = Later("numpy"), Later("PIL"), Later("PIL.Image")

MEGABYTES: Final = 5
FILE_BYTES: Final = MEGABYTES * 1_000_000
PIXELS: Final = 40_000_000
FORMATS: Final = ("PNG", "JPEG")
SIZES: Final = {"seal": (360, 360), "signature": (480, 200)}
PAPER_LIGHTNESS: Final = 205
"""What is lighter than this in every colour is paper."""


class EnrolledPictureError(OversiteError):
    """The picture cannot be used; `reason` is `bytes`, `pixels`, `format` or `blank`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def ready_picture(kind: str, data: bytes) -> bytes:
    """A PNG of the seal or signature alone, cut to its ink; raises `EnrolledPictureError`."""
    if len(data) > FILE_BYTES:
        raise EnrolledPictureError("bytes")
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(data), formats=FORMATS) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height > PIXELS:
                raise EnrolledPictureError("pixels")
            picture.draft("RGB", (2000, 2000))
            coloured = picture.convert("RGBA")
    except Image.DecompressionBombError as error:
        raise EnrolledPictureError("pixels") from error
    except (PIL.UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise EnrolledPictureError("format") from error
    return _cut(coloured, SIZES[kind])


def _cut(picture: Image.Image, size: tuple[int, int]) -> bytes:
    pixels = np.array(picture)
    is_ink = (pixels[:, :, :3].min(axis=2) < PAPER_LIGHTNESS) & (pixels[:, :, 3] > 32)
    if not is_ink.any():
        raise EnrolledPictureError("blank")
    pixels[:, :, 3] = np.where(is_ink, pixels[:, :, 3], 0)
    rows, columns = np.flatnonzero(is_ink.any(axis=1)), np.flatnonzero(is_ink.any(axis=0))
    inked = Image.fromarray(pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], "RGBA")
    inked.thumbnail(size, Image.Resampling.LANCZOS)
    stream = BytesIO()
    inked.quantize(32, method=Image.Quantize.FASTOCTREE).convert("RGBA").save(stream, "PNG", optimize=True)
    return stream.getvalue()
