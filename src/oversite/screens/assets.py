"""The files that the front-end build made, by the names in its manifest."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

BUILT = Path(__file__).parent / "static" / "built"
FONTS = Path(__file__).parent / "fonts"
ENTRY = "src/main.ts"


HOW_TO_BUILD = "The front end is not built: run `frontend/npm ci` and `frontend/npm run build`."


class NotBuiltError(RuntimeError):
    """The front end has not been built; the message says how to."""

    def __init__(self) -> None:
        super().__init__(HOW_TO_BUILD)


@dataclass(frozen=True, slots=True)
class Assets:
    """URLs of the one entry and the icon sprite, and the names of the icons that it holds."""

    script: str
    styles: tuple[str, ...]
    icons: str
    icon_names: frozenset[str]

    @property
    def is_built(self) -> bool:
        """Whether there is a build; without one, pages say so on top and stay bare."""
        return bool(self.script)


NONE_BUILT = Assets("", (), "", frozenset())


def assets() -> Assets:
    """The assets of the present build; read once, and anew after another build."""
    try:
        built_at_ns = (BUILT / "manifest.json").stat().st_mtime_ns
    except FileNotFoundError:
        return NONE_BUILT
    return _assets(built_at_ns, settings.STATIC_URL or "/static/")


@lru_cache(maxsize=4)
def _assets(_built_at_ns: int, static_url: str) -> Assets:
    manifest = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    icons = json.loads((BUILT / "icons.json").read_text("utf-8"))
    base = f"{static_url}built/"
    entry = manifest[ENTRY]
    return Assets(
        script=base + entry["file"],
        styles=tuple(base + style for style in entry.get("css", ())),
        icons=base + icons["file"],
        icon_names=frozenset(icons["names"]),
    )


@dataclass(frozen=True, slots=True)
class EntryFiles:
    """Another entry of the build: the URL of its script, and of every file that it may ever load, that one included."""

    script: str
    every: tuple[str, ...]


def entry_files(entry: str, *, has_later: bool = True) -> EntryFiles:
    """The files of an entry such as `src/offline.ts`, those it loads only later too; raises `NotBuiltError`."""
    manifest = BUILT / "manifest.json"
    if not manifest.is_file():
        raise NotBuiltError
    return _entry_files(entry, has_later, manifest.stat().st_mtime_ns, settings.STATIC_URL or "/static/")


def page_files(*islands: str) -> tuple[str, ...]:
    """What a page with these islands needs to work: script and styles of every page, the icons, the islands' files."""
    entries = [ENTRY, *(f"src/islands/{name}.ts" for name in islands)]
    files = [url for entry in entries for url in entry_files(entry, has_later=False).every]
    return tuple(dict.fromkeys([*files, assets().icons]))


@lru_cache(maxsize=16)
def _entry_files(entry: str, has_later: bool, _built_at_ns: int, static_url: str) -> EntryFiles:
    manifest = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    waiting, seen, names = [entry], set(), dict[str, None]()
    while waiting:
        key = waiting.pop(0)
        if key in seen:
            continue
        seen.add(key)
        chunk = manifest[key]
        names |= dict.fromkeys([chunk["file"], *chunk.get("css", ()), *chunk.get("assets", ())])
        waiting += [*chunk.get("imports", ()), *(chunk.get("dynamicImports", ()) if has_later else ())]
    urls = [f"{static_url}built/{name}" for name in names]
    return EntryFiles(urls[0], tuple(urls))


def font_folder() -> Path:
    """The folder with `NotoSansSC-Regular.ttf` and `NotoSansSC-Bold.ttf` for documents (SIL Open Font License 1.1)."""
    if not (FONTS / "NotoSansSC-Regular.ttf").is_file():
        raise NotBuiltError
    return FONTS
