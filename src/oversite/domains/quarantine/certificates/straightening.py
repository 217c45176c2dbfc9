"""A photographed sheet of paper made flat: its four corners found or given, the perspective taken out (req: Q9)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from oversite.common.errors import OversiteError
from oversite.common.later import Later

if TYPE_CHECKING:
    import numpy as np
    import PIL
    from numpy.typing import NDArray
    from PIL import Image, ImageFilter, ImageOps
else:
    np, PIL, Image = Later("numpy"), Later("PIL"), Later("PIL.Image")
    ImageFilter, ImageOps = Later("PIL.ImageFilter"), Later("PIL.ImageOps")

Corners = Sequence[tuple[float, float]]
"""Top left, top right, bottom right, bottom left, as parts of width and height (0 to 1)."""

FILE_BYTES: Final = 25_000_000
PIXELS: Final = 60_000_000
SMALL: Final = 400
LONG_SIDE: Final = 2200
SHEET_AT_LEAST: Final = 0.12
"""A sheet covers at least this part of its photograph."""
FORMATS: Final = ("JPEG", "PNG", "WEBP")


PREVIEW_SIDE: Final = 1000
WHOLE: Final = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Look:
    """The corners of the sheet, whether they stand out or are those of the photograph, and the flat sheet as JPEG."""

    corners: Corners
    is_found: bool
    preview: bytes


class PaperError(OversiteError):
    """The photograph cannot be used; the text says why."""


def straightened(data: bytes, corners: Corners | None = None) -> bytes:
    """The sheet alone and flat, as JPEG; the whole photograph where none stands out. Raises `PaperError`."""
    picture = opened(data)
    found = _checked(corners) if corners is not None else sheet_corners(picture)
    if found is not None:
        picture = flattened(picture, found)
    picture.thumbnail((LONG_SIDE, LONG_SIDE))
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def looked_at(data: bytes, corners: Corners | None = None) -> Look:
    """What becomes of a photograph with these corners, or with those that are found. Raises `PaperError`."""
    picture = opened(data)
    found = _checked(corners) if corners is not None else sheet_corners(picture)
    picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    flat = flattened(picture, found) if found is not None else picture
    stream = BytesIO()
    flat.save(stream, "JPEG", quality=75)
    return Look(found or WHOLE, found is not None, stream.getvalue())


def sheet_corners(picture: Image.Image) -> list[tuple[float, float]] | None:
    """The corners of the brightest large area, or none where no sheet stands out from its ground."""
    small = picture.convert("L")
    small.thumbnail((SMALL, SMALL))
    grey = np.asarray(small.filter(ImageFilter.MedianFilter(5)), dtype=np.uint8)
    is_paper = grey > _threshold(grey)
    share = float(is_paper.mean())
    if not SHEET_AT_LEAST <= share <= 0.97:
        return None
    rows, columns = np.nonzero(_without_specks(is_paper))
    if rows.size == 0:
        return None
    height, width = grey.shape
    sums, differences = columns + rows, columns - rows
    places = (sums.argmin(), differences.argmax(), sums.argmax(), differences.argmin())
    corners = [(float((columns[at] + 0.5) / width), float((rows[at] + 0.5) / height)) for at in places]
    return corners if _area(corners) >= SHEET_AT_LEAST else None


def flattened(picture: Image.Image, corners: Corners) -> Image.Image:
    """The quadrilateral between the corners as a rectangle of about the same size."""
    points = [(x * picture.width, y * picture.height) for x, y in corners]
    top, right, bottom, left = (float(np.hypot(*np.subtract(points[i], points[(i + 1) % 4]))) for i in range(4))
    width, height = max(1, round(max(top, bottom))), max(1, round(max(left, right)))
    target = [(0, 0), (width, 0), (width, height), (0, height)]
    coefficients = _perspective(target, points)
    return picture.transform(
        (width, height), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC, fillcolor="white"
    )


def opened(data: bytes) -> Image.Image:
    """The photograph upright in colours; raises `PaperError`."""
    if len(data) > FILE_BYTES:
        raise PaperError("the file is larger than 25 MB")
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(data), formats=FORMATS) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height > PIXELS:
                raise PaperError("the picture is too large")
            return ImageOps.exif_transpose(picture).convert("RGB")
    except Image.DecompressionBombError as error:
        raise PaperError("the picture is too large") from error
    except (PIL.UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise PaperError("this is no picture") from error


def _checked(corners: Corners) -> Corners:
    inside = len(corners) == 4 and all(0 <= x <= 1 and 0 <= y <= 1 for x, y in corners)
    if not inside or _area(corners) < 0.01:
        raise PaperError("the corners do not enclose a sheet")
    return corners


def _area(corners: Corners) -> float:
    around = [*corners[1:], corners[0]]
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(corners, around, strict=True))) / 2


def _threshold(grey: NDArray[np.uint8]) -> int:
    """Otsu's: the brightness that parts paper from ground best."""
    counts = np.bincount(grey.ravel(), minlength=256).astype(float)
    below, weighted = np.cumsum(counts), np.cumsum(counts * np.arange(256))
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = below * above * (weighted / below - (weighted[-1] - weighted) / above) ** 2
    return int(np.nanargmax(np.where(np.isfinite(spread), spread, -1)))


def _without_specks(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Only points whose neighbourhood is mostly paper: letters in it and reflections beside it do not count."""
    picture = Image.fromarray((mask * 255).astype(np.uint8)).filter(ImageFilter.MedianFilter(9))
    return np.asarray(picture) > 127


def _perspective(target: Sequence[tuple[float, float]], source: Sequence[tuple[float, float]]) -> Any:
    """The eight coefficients with which Pillow finds for each target point its source."""
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.linalg.solve(np.array(rows, dtype=float), np.array(values, dtype=float)).tolist()
