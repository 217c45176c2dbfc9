"""Header fields: ordered, case-insensitive, several of one name, compact forms (RFC 3261 7.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from oversite.protocol.errors import PeerError, UsageError

COMPACT_FORMS: Final = {
    "a": "Accept-Contact",
    "b": "Referred-By",
    "c": "Content-Type",
    "d": "Request-Disposition",
    "e": "Content-Encoding",
    "f": "From",
    "i": "Call-ID",
    "j": "Reject-Contact",
    "k": "Supported",
    "l": "Content-Length",
    "m": "Contact",
    "n": "Identity-Info",
    "o": "Event",
    "r": "Refer-To",
    "s": "Subject",
    "t": "To",
    "u": "Allow-Events",
    "v": "Via",
    "x": "Session-Expires",
    "y": "Identity",
}

_BREAKS_NAME: Final = frozenset(":\r\n ")


class Headers:
    """Header fields in the order of the message; names compare without case."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields: list[tuple[str, str, str]] = []
        for name, value in fields:
            self.add(name, value)

    @classmethod
    def parse(cls, lines: Iterable[str]) -> Headers:
        """From unfolded header lines; raises PeerError on a line without a name."""
        headers = cls()
        append = headers._fields.append
        for line in lines:
            name, colon, value = line.partition(":")
            name = name.strip()
            if not colon or not name or " " in name:
                raise PeerError("header line without a name")
            if len(name) == 1:
                name = COMPACT_FORMS.get(name.lower(), name)
            append((name.lower(), name, value.strip()))
        return headers

    def get(self, name: str, default: str = "") -> str:
        """The first value of that name."""
        key = name.lower()
        for field in self._fields:
            if field[0] == key:
                return field[2]
        return default

    def get_all(self, name: str) -> list[str]:
        """One value per header line, in order; commas are not split (see `split_values`)."""
        key = name.lower()
        return [field[2] for field in self._fields if field[0] == key]

    def add(self, name: str, value: str) -> None:
        """Append one header line; raises UsageError when it would break the message."""
        self._fields.append(_checked(name, value))

    def prepend(self, name: str, value: str) -> None:
        """Put one header line before all others."""
        self._fields.insert(0, _checked(name, value))

    def set(self, name: str, value: str) -> None:
        """Replace every line of that name by one, in the place of the first."""
        field = _checked(name, value)
        for index, (key, _, _) in enumerate(self._fields):
            if key == field[0]:
                later = [other for other in self._fields[index + 1 :] if other[0] != key]
                self._fields[index:] = [field, *later]
                return
        self._fields.append(field)

    def set_first(self, name: str, value: str) -> None:
        """Replace the first line of that name only, or append it."""
        field = _checked(name, value)
        for index, (key, _, _) in enumerate(self._fields):
            if key == field[0]:
                self._fields[index] = field
                return
        self._fields.append(field)

    def set_default(self, name: str, value: str) -> None:
        """Append one header line unless the name is there."""
        if name not in self:
            self.add(name, value)

    def remove(self, name: str) -> None:
        key = name.lower()
        self._fields = [field for field in self._fields if field[0] != key]

    def only(self, *names: str) -> Headers:
        """A copy of the fields of these names, in the order of the names."""
        other = Headers()
        for name in names:
            key = name.lower()
            other._fields += [field for field in self._fields if field[0] == key]
        return other

    def copy(self) -> Headers:
        other = Headers()
        other._fields = self._fields.copy()
        return other

    def __contains__(self, name: object) -> bool:
        key = str(name).lower()
        return any(field[0] == key for field in self._fields)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for _, name, value in self._fields:
            yield name, value

    def __len__(self) -> int:
        return len(self._fields)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Headers):
            return NotImplemented
        mine = [(key, value) for key, _, value in self._fields]
        return mine == [(key, value) for key, _, value in other._fields]

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Headers({list(self)!r})"


def _checked(name: str, value: str) -> tuple[str, str, str]:
    if not name or not _BREAKS_NAME.isdisjoint(name) or "\r" in value or "\n" in value:
        raise UsageError(f"not a header line: {name!r}: {value!r}")
    return name.lower(), name, value


def split_values(value: str) -> list[str]:
    """Split a header value at commas outside quotes and angle brackets."""
    if "," not in value:
        return [value]
    parts: list[str] = []
    start, quoted, bracketed = 0, False, False
    index, length = 0, len(value)
    while index < length:
        char = value[index]
        if quoted:
            if char == "\\":
                index += 1
            elif char == '"':
                quoted = False
        elif char == '"':
            quoted = True
        elif char == "<":
            bracketed = True
        elif char == ">":
            bracketed = False
        elif char == "," and not bracketed:
            parts.append(value[start:index].strip())
            start = index + 1
        index += 1
    parts.append(value[start:].strip())
    return [part for part in parts if part]


def parameters(text: str) -> tuple[tuple[str, str], ...]:
    """`;a=b;c` as pairs with lower-case names; a flag has the value ""; quotes are removed."""
    if not text:
        return ()
    found: list[tuple[str, str]] = []
    for part in _split_quoted(text, ";"):
        name, _, value = part.partition("=")
        name = name.strip().lower()
        if name:
            found.append((name, unquote(value.strip())))
    return tuple(found)


def _split_quoted(text: str, separator: str) -> list[str]:
    if '"' not in text:
        return text.split(separator)
    parts: list[str] = []
    start, quoted, escaped = 0, False, False
    for index, char in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == separator and not quoted:
            parts.append(text[start:index])
            start = index + 1
    parts.append(text[start:])
    return parts


def unquote(value: str) -> str:
    """Remove one pair of double quotes and the escapes inside."""
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    inner = value[1:-1]
    if "\\" not in inner:
        return inner
    out: list[str] = []
    escaped = False
    for char in inner:
        if char == "\\" and not escaped:
            escaped = True
            continue
        out.append(char)
        escaped = False
    return "".join(out)


def quote(value: str) -> str:
    """A quoted-string (RFC 3261 25.1)."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def decimal(text: str, *, digits: int, what: str) -> int:
    """A plain ASCII number of at most `digits` digits; raises PeerError."""
    text = text.strip()
    if not text or len(text) > digits or not text.isascii() or not text.isdigit():
        raise PeerError(f"{what} is not a number")
    return int(text)
