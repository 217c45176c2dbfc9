"""The frame: navigation, assets, security policy, language, and no inline code anywhere."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import get_template
from django.test import RequestFactory, override_settings

import oversite.screens
from oversite.screens import island_texts
from oversite.screens.assets import NONE_BUILT, assets
from oversite.screens.checks import front_end_is_built, menu_icons_exist
from oversite.screens.security import content_security_policy
from oversite.screens.slots import MEDIA_ORIGINS, MENU, TOP_BAR, MenuEntry, TopBarPart
from oversite.screens.templatetags.screens import ISLANDS, icon, island

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]
SCREENS = Path(oversite.screens.__file__).parent
FRONT_END = SCREENS.parents[2] / "frontend" / "src"
PAGES = ("/pumps/", "/pumps/new/", "/pumps/import/", "/nowhere/", "/island/wall/", "/island/playback/")


@pytest.fixture
def menu(sample_site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {
        "pumps": MenuEntry("pumps", "Pumps", "pumps", "video", "pumps.read", 20),
        "secret": MenuEntry("secret", "Secret", "pumps", "lock", "secret.read", 10),
        "gone": MenuEntry("gone", "Gone", "no-such-page", "x", "", 30),
        "first": MenuEntry("first", "First", "home", "home", "", 1),
    }
    monkeypatch.setattr(MENU, "_values", entries)


def test_the_navigation_shows_what_the_user_may_open_in_order(page: Ask, menu: None) -> None:
    body = page("/pumps/").content.decode()
    words = re.findall(r'<span class="ov-nav-word">([^<]+)</span></a></li>', body)
    assert words == ["First", "Pumps"]
    assert re.search(r'class="is-active" aria-current="page" title="Pumps"', body)


@pytest.mark.parametrize("url", PAGES)
def test_no_page_holds_inline_code_or_asks_outside(page: Ask, menu: None, url: str) -> None:
    response = page(url)
    body = response.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", body)
    assert not re.search(r"<style\b", body)
    assert not re.search(r"\sstyle=", body)
    assert not re.search(r"\s(on[a-z]+|hx-on[^=]*)=", body)
    assert not re.search(r'(?:href|src)="(?:https?:)?//', body)
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy


def test_the_policy_lets_in_the_media_origins_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MEDIA_ORIGINS, "_values", {"a": lambda _request: ["ws://m:8001", "http://m:8001"]})
    policy = content_security_policy(RequestFactory().get("/", headers={"host": "web:8000"}))
    assert "connect-src 'self' ws://web:8000 http://m:8001 ws://m:8001;" in policy
    assert "media-src 'self' blob: http://m:8001 ws://m:8001;" in policy


def test_htmx_gets_the_token_by_inheritance_and_swaps_no_server_error(page: Ask) -> None:
    body = page("/pumps/").content.decode()
    assert re.search(r"<body hx-headers:inherited='\{\"X-CSRFToken\": \"\w+\"\}'>", body)
    assert '"noSwap": [204, 304, "5xx"]' in body


def test_parts_of_the_top_bar_are_plugged_in(page: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    part = TopBarPart("agency", "screens/parts/history.html", lambda _request: {"history": []})
    monkeypatch.setattr(TOP_BAR, "_values", {"agencies": part})
    body = page("/pumps/").content.decode()
    assert "Nothing has happened yet." in body
    assert "ov-agency-name" not in body


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("pink", "light"), ("", "light")])
def test_the_theme_is_the_readers_choice(sample_site: None, cookie: str, theme: str) -> None:
    from django.test import Client

    client = Client()
    client.cookies["oversite_theme"] = cookie
    assert f'data-bs-theme="{theme}"' in client.get("/pumps/").content.decode()


def test_the_wall_is_dark_unless_chosen_otherwise(page: Ask) -> None:
    assert 'data-bs-theme="dark"' in page("/island/wall/").content.decode()


def test_props_of_an_island_are_escaped_and_carry_its_texts() -> None:
    html = island("ptz", {"title": "</div><script>\"'"})
    assert "<script>" not in html
    assert "&quot;texts&quot;" in html
    with pytest.raises(LookupError):
        island("unknown")


def test_icons_are_those_of_the_sprite() -> None:
    assert "#video" in icon("video")
    with pytest.raises(LookupError):
        icon("no-such-icon")


def test_every_icon_that_a_template_or_a_script_names_is_in_the_sprite() -> None:
    named = {
        name for path in SCREENS.rglob("*.html") for name in re.findall(r'\{% icon "([^"]+)"', path.read_text("utf-8"))
    }
    scripts = "".join(path.read_text("utf-8") for path in FRONT_END.rglob("*.ts"))
    named |= set(re.findall(r'(?:icon|iconButton|setIcon|#button|addAct)\((?:button, )?"([a-z0-9-]+)"', scripts))
    assert len(named) > 30
    assert named <= assets().icon_names


def test_without_a_build_pages_say_so(page: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oversite.screens.templatetags.screens.assets", lambda: NONE_BUILT)
    body = page("/pumps/").content.decode()
    assert "The front end is not built" in body
    monkeypatch.setattr("oversite.screens.checks.assets", lambda: NONE_BUILT)
    assert front_end_is_built()


def test_a_menu_entry_with_an_unknown_icon_is_found_by_the_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MENU, "_values", {"a": MenuEntry("a", "A", "home", "no-such-icon", "", 1)})
    assert [error.id for error in menu_icons_exist()] == ["screens.E002"]


def test_every_template_parses() -> None:
    root = SCREENS / "templates"
    names = [str(path.relative_to(root)) for path in root.rglob("*.html")]
    assert len(names) > 15
    for name in names:
        get_template(name)


def test_islands_have_loaders_and_texts() -> None:
    script = (FRONT_END / "shell/islands.ts").read_text("utf-8")
    loaders = set(re.findall(r"^  \"?([\w-]+)\"?: \(\) => import", script, re.MULTILINE))
    assert loaders == ISLANDS
    for name in ISLANDS - {"jobs"}:
        assert island_texts.texts(name), "only the rows of long work bring their words in the page"


def test_every_text_that_a_script_says_is_given_by_the_page() -> None:
    scripts = "".join(path.read_text("utf-8") for path in FRONT_END.rglob("*.ts"))
    said = set(re.findall(r'say\([\w.#]*[tT]exts, "(\w+)"', scripts))
    given = {key for name in ISLANDS for key in island_texts.texts(name)}
    assert len(said) > 60
    assert said <= given


def test_scripts_hold_no_words_of_their_own() -> None:
    for path in FRONT_END.rglob("*.ts"):
        code = re.sub(r"//.*|/\*[\s\S]*?\*/", "", path.read_text("utf-8"))
        assert not re.search("[\u4e00-\u9fff]", code), path


@override_settings(LANGUAGE_CODE="zh-hans")
def test_chinese_is_the_first_language(sample_site: None) -> None:
    from django.test import Client

    from oversite.project.commands.messages import compile_catalogue

    assert compile_catalogue(SCREENS / "locale/zh_Hans/LC_MESSAGES/django.po").is_file()
    body = Client().get("/pumps/").content.decode()
    assert '<html lang="zh-hans"' in body
