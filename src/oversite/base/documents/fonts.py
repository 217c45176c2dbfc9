"""The fonts of documents: where they lie, and which characters they can print."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst

import oversite
from oversite.common import config
from oversite.common.errors import ConfigError

FOLDERS = (Path(oversite.__file__).parent / "screens" / "fonts", Path("/usr/share/fonts/opentype/noto"))
FAMILIES = ("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC")
RARE_FAMILIES = ("Noto Serif CJK SC",)
"""Tried after the first for characters that it lacks; a family in DATA/fonts comes before them."""
UNSEEN = frozenset("\t\n\r\u2028\u2029")


@dataclass(frozen=True, slots=True)
class FontSet:
    """The fonts in use: the loaded files, and the families in the order in which they are tried."""

    loaded: typst.Fonts
    families: tuple[str, ...]

    def missing_glyphs(self, text: str) -> set[str]:
        """The characters of `text` that no family can print; format and variation characters need no glyph."""
        missing = {character for character in set(text) if not is_unseen(character)}
        for family in self.families:
            if not missing:
                break
            missing -= {character for character in missing if ord(character) in self._code_points(family)}
        return missing

    def _code_points(self, family: str) -> frozenset[int]:
        places = [info for info in self.loaded.fonts() if info.family == family and info.path]
        place = min(places, key=lambda info: abs(info.weight - 400))
        return code_points(Path(str(place.path)), place.index)


def is_unseen(character: str) -> bool:
    """Whether a character prints nothing by itself."""
    return (
        character in UNSEEN
        or unicodedata.category(character) == "Cf"
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


def font_set() -> FontSet:
    """The fonts of this installation; raises `ConfigError` where there is no Chinese one."""
    return _font_set(config.current().data_dir / "fonts")


@cache
def _font_set(own_folder: Path) -> FontSet:
    folders = [str(folder) for folder in (own_folder, *FOLDERS) if folder.is_dir()]
    loaded = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    known = {info.family: Path(str(info.path)) for info in loaded.fonts()}
    first = next((family for family in FAMILIES if family in known), None)
    if first is None:
        raise ConfigError("there is no Chinese font for documents: run `make setup`, or install fonts-noto-cjk")
    own = sorted(family for family, path in known.items() if path.is_relative_to(own_folder) and family != first)
    others = [family for family in (*FAMILIES, *RARE_FAMILIES) if family in known and family != first]
    return FontSet(loaded, tuple(dict.fromkeys([first, *own, *others])))


@cache
def code_points(path: Path, index: int) -> frozenset[int]:
    """The code points for which a font file has a glyph; `index` counts the fonts of a collection."""
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.ttCollection import TTCollection

    if path.suffix.lower() in {".ttc", ".otc"}:
        with TTCollection(path, lazy=True) as collection:
            return frozenset(collection.fonts[index].getBestCmap())
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())
