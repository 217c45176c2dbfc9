"""The notices beside cameras (annex 4 no. 9, req: C-sign)."""

import json
import re
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTCollection

from oversite.domains.customs.signs import SIZES, Sign, SignKind, SignSize, sign_svg, signs_for
from oversite.domains.customs.signs.drawing import GOLD, PICTURE_SHARE, RED, SCOPE_TEXT

BOLD = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")
ALL = [Sign(kind, size) for kind in SignKind for size in SignSize]
SVG = "{http://www.w3.org/2000/svg}"
pytestmark = pytest.mark.req("C-sign")


def test_every_camera_needs_one_of_images_and_only_those_that_hear_one_of_sound() -> None:
    assert [sign.kind for sign in signs_for(["ptz", "zoom"])] == [SignKind.IMAGE]
    assert [sign.kind for sign in signs_for(["audio"], SignSize.SMALL)] == [SignKind.IMAGE, SignKind.SOUND]


@pytest.mark.parametrize(("size", "height", "width"), [("large", 400, 300), ("medium", 300, 200), ("small", 200, 150)])
def test_the_three_sizes_are_true_height_by_width(size: str, height: int, width: int) -> None:
    assert SIZES[SignSize(size)] == (height, width)
    root = ET.fromstring(sign_svg(Sign(SignKind.IMAGE, SignSize(size))))
    assert (root.get("height"), root.get("width")) == (f"{height}mm", f"{width}mm")
    assert root.get("viewBox") == f"0 0 {width} {height}"


@pytest.mark.parametrize("sign", ALL, ids=str)
def test_gold_ground_and_everything_else_red(sign: Sign) -> None:
    root = ET.fromstring(sign_svg(sign))
    assert root[1].get("fill") == GOLD
    colours = {value for each in root.iter() for name in ("fill", "stroke") if (value := each.get(name))}
    assert colours == {GOLD, RED, "none"}
    assert "font" not in sign_svg(sign)
    assert not list(root.iter(f"{SVG}text"))


@pytest.mark.parametrize("sign", ALL, ids=str)
def test_the_picture_has_two_thirds_and_the_letters_one(sign: Sign) -> None:
    root = ET.fromstring(sign_svg(sign))
    frame = root[2]
    top, height = float(frame.get("y", 0)), float(frame.get("height", 0))
    line = top + height * PICTURE_SHARE
    picture, *letters = [each for each in root if each.tag == f"{SVG}g"]
    found = re.search(r"translate\(\S+ (\S+)\) scale\((\S+)\)", picture.get("transform", ""))
    assert found is not None
    assert top < float(found[1])
    assert float(found[1]) + 100 * float(found[2]) < line + 1
    moves = [each.get("transform", "") for row in letters for each in row]
    bases = [float(re.findall(r"translate\(\S+ (\S+)\)", move)[0]) for move in moves]
    assert len(bases) == len(sign.kind.text) + len(SCOPE_TEXT)
    assert all(line < base < top + height for base in bases)


@pytest.mark.skipif(not BOLD.exists(), reason="the typeface is not installed")
def test_the_letters_are_those_of_a_hei_typeface() -> None:
    told = json.loads(files("oversite.domains.customs.signs").joinpath("glyphs.json").read_text(encoding="utf-8"))
    with TTCollection(BOLD, lazy=True) as collection:
        font = next(each for each in collection.fonts if each["name"].getDebugName(1).startswith("Noto Sans CJK SC"))
        glyphs, names = font.getGlyphSet(), font.getBestCmap()
        for letter, outline in told["glyphs"].items():
            pen = SVGPathPen(glyphs, ntos=lambda value: str(round(value)))
            glyphs[names[ord(letter)]].draw(pen)
            assert pen.getCommands() == outline, letter


def test_every_letter_that_a_notice_needs_has_an_outline() -> None:
    told = json.loads(files("oversite.domains.customs.signs").joinpath("glyphs.json").read_text(encoding="utf-8"))
    assert set(SCOPE_TEXT).union(*(kind.text for kind in SignKind)) == set(told["glyphs"])


def test_sizes_are_named_for_people() -> None:
    assert SignSize.LARGE.label.zh == "大号（高 40 cm × 宽 30 cm）"
    assert SignKind.SOUND.label.zh == "声音采集区域标识"
