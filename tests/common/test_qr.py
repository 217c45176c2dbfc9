"""Codes drawn as SVG are read back as they were written."""

import re

import numpy as np
import pytest
import zxingcpp

from oversite.common.qr import qr_svg


def drawn(svg: str) -> np.ndarray:
    """The modules of the drawing with a quiet zone, six pixels each; dark is 0."""
    side = int(re.search(r'width="(\d+)"', svg).group(1))
    modules = np.zeros((side, side), dtype=bool)
    for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", svg):
        modules[int(y), int(x) : int(x) + int(length)] = True
    framed = np.pad(modules, 4)
    return np.where(np.kron(framed, np.ones((6, 6), dtype=bool)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("text", ["https://example.cn/c/" + "aB3_-" * 120, "检疫", "1"])
def test_a_code_says_what_was_put_in(text: str) -> None:
    [found] = zxingcpp.read_barcodes(drawn(qr_svg(text)))
    assert found.text == text
    assert found.ec_level == "M"


def test_a_text_that_fits_into_no_code_is_refused() -> None:
    with pytest.raises(ValueError, match=r".+"):
        qr_svg("x" * 3000)
