"""Finding the code of a certificate in a picture: a photograph, a scan, a screenshot."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

from oversite.common.errors import OversiteError
from oversite.common.later import Later

if TYPE_CHECKING:
    import PIL
    import zxingcpp
    from PIL import Image, ImageOps
else:
    zxingcpp, PIL, Image, ImageOps = Later("zxingcpp"), Later("PIL"), Later("PIL.Image"), Later("PIL.ImageOps")

FILE_BYTES: Final = 40_000_000
PIXELS: Final = 60_000_000
"""A picture that says it is larger is not opened: a few kilobytes can claim gigabytes."""
FORMATS: Final = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")


class PictureError(OversiteError):
    """The file is no picture that can be read safely, or shows no code; the text says which."""


def open_picture(path: Path) -> Image.Image:
    """The picture as shades of grey, upright; raises `PictureError` for anything else, before it takes memory."""
    if path.stat().st_size > FILE_BYTES:
        raise PictureError("the picture's file is too large")
    try:
        with warnings.catch_warnings(), Image.open(path, formats=FORMATS) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height > PIXELS:
                raise PictureError(f"the picture is too large: {picture.width} × {picture.height}")
            return ImageOps.exif_transpose(picture).convert("L")
    except Image.DecompressionBombError as error:
        raise PictureError("the picture is too large") from error
    except (PIL.UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise PictureError("this is no picture that can be read") from error


def texts_in(picture: Image.Image) -> list[str]:
    """The texts of all QR codes in a picture."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    return [code.text for code in found if code.valid]
