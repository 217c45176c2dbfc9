"""QR codes (ISO/IEC 18004) as SVG, drawn by the same library that reads them in pictures."""

from itertools import groupby
from typing import TYPE_CHECKING, Final

from oversite.common.later import Later

if TYPE_CHECKING:
    import numpy as np
    import zxingcpp
else:
    np, zxingcpp = Later("numpy"), Later("zxingcpp")

LEVEL: Final = "M"
"""Error correction: 15 % of a code may be lost to dirt and folds."""


def qr_svg(text: str) -> str:
    """The code of a text as SVG text, one unit a module, without its quiet zone; `ValueError` where it is too long."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=LEVEL)
    modules = np.asarray(code.to_image(scale=1, add_quiet_zones=False)) == 0
    side = modules.shape[0]
    path = "".join(_runs(row.tolist(), y) for y, row in enumerate(modules))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="0 0 {side} {side}">'
        f'<path stroke="#000" d="{path}"/></svg>'
    )


def _runs(row: list[bool], y: int) -> str:
    """The dark runs of one row as strokes through the middle of its modules."""
    drawn, x = "", 0
    for is_dark, group in groupby(row):
        length = len(list(group))
        if is_dark:
            drawn += f"M{x} {y}.5h{length}"
        x += length
    return drawn
