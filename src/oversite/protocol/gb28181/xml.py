"""XML as devices really write it, and as we write it.

A body is first read as it stands; only when that fails are its known faults repaired: stray `&`, `<` inside a text
such as `Address`, a closing tag that is missing. What was repaired is noted, and the element concerned carries the
attribute `DAMAGED`, so that whoever reads it can mark its item. The caller keeps the raw bytes.
There are no document types and no entities beyond XML's own five; size, depth and number of elements are bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from oversite.protocol.errors import PeerError

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_REPAIRED_BYTES: Final = 512 * 1024
"""Repairing takes ten times as long as reading: who sends more than this must send it sound."""
MAX_ELEMENTS: Final = 400_000
MAX_DEPTH: Final = 32
DAMAGED: Final = "damaged"

_DECLARATION = re.compile(r"\s*<\?xml\b([^>]{0,200})\?>", re.IGNORECASE)
_DECLARED_CHARSET = re.compile(rb"<\?xml\b[^>]{0,150}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']", re.IGNORECASE)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STRAY_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|apos|quot|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}));")
_OPENING = re.compile(r"\s*<([A-Za-z_][\w.-]{0,60})\s*>")
_CHINESE_CHARSETS = frozenset({"gb2312", "gbk", "gb18030", "gb-2312", "cp936", "gb_2312-80", "hz-gb-2312"})
_TEXT_ELEMENTS = frozenset(
    {"Address", "Name", "Manufacturer", "Model", "Owner", "Block", "DeviceName", "PresetName", "FilePath"}
    | {"AlarmDescription", "CertNum", "ManagementUnit", "ContactInfo", "Reason"}
)
# A tag that opens a text is passed over: what follows it is text, even when it looks like a tag.
_BEFORE_TAG = re.compile(rf"(<(?:{'|'.join(sorted(_TEXT_ELEMENTS))})>)|>\s*(?=<[A-Za-z])")
_LOOK_AHEAD_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document: its root element, the charset it was read in, and what had to be put up with or repaired."""

    element: ET.Element
    charset: str
    notes: tuple[str, ...] = ()


def decode_xml(raw: bytes, *, charset: str | None = None) -> Decoded:
    """Read a document leniently; `charset` is what is known about the device and wins over its declaration.

    Raises `PeerError` when the body is too large, too deep, holds a document type or cannot be repaired.
    """
    if len(raw) > MAX_BYTES:
        raise PeerError(f"XML of {len(raw)} bytes is too long", 413)
    notes: list[str] = []
    text, used = _decode_text(raw.strip(b"\x00 \t\r\n"), charset, notes)
    text, stripped = _FORBIDDEN.subn("", text)
    if stripped:
        notes.append(f"{stripped} control characters stripped")
    text = _DECLARATION.sub("", text, count=1)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise PeerError("XML with a document type is refused")
    if text.count("<") > 2 * MAX_ELEMENTS:
        raise PeerError("XML has too many elements", 413)
    element = _parse_or_repair(text, notes)
    _check_depth(element)
    if "xmlns" in text:
        _drop_namespaces(element)
    return Decoded(element, used, tuple(notes))


def is_damaged(element: ET.Element) -> bool:
    """Whether the element or anything in it had to be rescued."""
    return any(DAMAGED in part.attrib for part in element.iter())


def encode_xml(root: ET.Element, charset: str = "GB18030") -> bytes:
    """Write a document with its declaration, one element per line; a text beyond GB2312 is written as GB18030."""
    lines: list[str] = []
    _write(root, lines)
    text = "\r\n".join(lines) + "\r\n"
    if charset.lower() == "gb2312":
        try:
            return f'<?xml version="1.0" encoding="GB2312"?>\r\n{text}'.encode("gb2312")
        except UnicodeEncodeError:
            charset = "GB18030"
    return f'<?xml version="1.0" encoding="{charset}"?>\r\n{text}'.encode(charset, errors="replace")


def _decode_text(raw: bytes, known: str | None, notes: list[str]) -> tuple[str, str]:
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
    if raw.isascii() and known is None:
        return raw.decode("ascii"), "ascii"
    found = _DECLARED_CHARSET.match(raw)
    declared = _canonical(found.group(1).decode("ascii")) if found else None
    for charset in _candidates(raw, _canonical(known) if known else None, declared):
        try:
            text = raw.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
        if declared is None and known is None:
            notes.append(f"no charset declared, read as {charset}")
        elif declared not in (None, charset):
            notes.append(f"charset declared {declared}, read as {charset}")
        return text, charset
    notes.append("bytes that fit no charset were replaced")
    return raw.decode("gb18030", errors="replace"), "gb18030"


def _candidates(raw: bytes, known: str | None, declared: str | None) -> list[str]:
    """What is known, else UTF-8 if the bytes prove it, else what is declared, GB18030 and UTF-8 in this order.

    Chinese text in UTF-8 often passes as GB18030 by chance (and is then gibberish), while Chinese text in
    GB18030 all but never forms UTF-8 sequences of three bytes: where these are found, the declaration is wrong.
    """
    order = [known, "utf-8" if _is_proven_utf8(raw) else None, declared, "gb18030", "utf-8"]
    return list(dict.fromkeys(name for name in order if name is not None))


def _is_proven_utf8(raw: bytes) -> bool:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    foreign = [character for character in text if character > "\x7f"]
    return all(character >= "\u0800" for character in foreign)


def _canonical(charset: str) -> str | None:
    name = charset.strip().lower()
    if name in _CHINESE_CHARSETS:
        return "gb18030"
    return "utf-8" if name in ("utf-8", "utf8") else None


def _parse_or_repair(text: str, notes: list[str]) -> ET.Element:
    try:
        return _parse(text)
    except ET.ParseError as error:
        if len(text) > MAX_REPAIRED_BYTES:
            raise PeerError(f"XML cannot be read and is too long to repair: {error}", 413) from error
    text, escaped = _STRAY_AMPERSAND.subn("&amp;", text)
    text = _REFERENCE.sub(_sound_reference, text)
    if escaped:
        notes.append(f"{escaped} stray & escaped")
    try:
        return _parse(text)
    except ET.ParseError:
        pass
    text, rescued = _rescue_lines(text)
    try:
        element = _parse(text)
    except ET.ParseError as error:
        raise PeerError(f"XML cannot be read: {error}") from error
    notes.append(f"{rescued} damaged lines rescued")
    return element


def _sound_reference(found: re.Match[str]) -> str:
    number = int(found.group(1), 16) if found.group(1) else int(found.group(2))
    return "" if number > 0x10FFFF or _FORBIDDEN.match(chr(number)) else found.group()


def _parse(text: str) -> ET.Element:
    parser = ET.XMLParser(encoding="utf-8")  # noqa: S314 -- no document type, no entity can reach it
    parser.feed(text.encode("utf-8"))
    element = parser.close()
    assert isinstance(element, ET.Element)
    return element


def _rescue_lines(text: str) -> tuple[str, int]:
    """Escape what stands between `<X>` and `</X>` of one line when it is no markup, or close what was cut off."""
    lines = _BEFORE_TAG.sub(lambda found: found.group(1) or ">\n", text).splitlines()
    rescued = 0
    for number, line in enumerate(lines):
        found = _OPENING.match(line)
        if found is None:
            continue
        name, begin = found.group(1), found.end()
        closing = line.find(f"</{name}", begin)
        content = line[begin:closing] if closing >= 0 else line[begin:]
        if closing >= 0:
            tail = line[closing:].partition(">")[2]
            is_whole = "<" not in content and ">" in line[closing:]
        else:
            tail = ""
            is_whole = name not in _TEXT_ELEMENTS or _closes_later(lines, number, name)
        if not is_whole:
            lines[number] = f'<{name} {DAMAGED}="1">{_escape_again(content)}</{name}>{tail}'
            rescued += 1
    return "\n".join(lines), rescued


def _closes_later(lines: list[str], number: int, name: str) -> bool:
    for line in lines[number + 1 : number + 1 + _LOOK_AHEAD_LINES]:
        if f"</{name}>" in line:
            return True
        if line.lstrip().startswith("<"):
            return False
    return False


def _escape_again(content: str) -> str:
    return content.replace("<", "&lt;").replace(">", "&gt;")


def _check_depth(root: ET.Element) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise PeerError(f"XML is deeper than {MAX_DEPTH} elements")
        level = [child for element in level for child in element]


def _drop_namespaces(root: ET.Element) -> None:
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]


def _write(element: ET.Element, lines: list[str]) -> None:
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in element.items())
    if len(element):
        lines.append(f"<{element.tag}{attributes}>")
        for child in element:
            _write(child, lines)
        lines.append(f"</{element.tag}>")
    else:
        text = escape(_FORBIDDEN.sub("", element.text or ""))
        lines.append(f"<{element.tag}{attributes}>{text}</{element.tag}>")
