"""What is wrong with the facts of a site: where, in words, with the words that are allowed; in both languages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined]

from oversite.common.errors import OversiteError
from oversite.oversight.rules.engine.words import Label

STEP = re.compile(r"(?P<key>[^.\[\]]+)|\[(?P<index>\d+)\]")
SPACE = re.compile(r"[ \t\r\n]*")
SCALAR = re.compile(r"[^\s,\]}]+")
THINGS = {
    "site": Label("场所", "site"),
    "areas": Label("第{n}个区域", "area {n}"),
    "cameras": Label("第{n}个摄像头", "camera {n}"),
    "displaced": Label("第{n}项“从其他规定”", "displacement {n}"),
    "decisions": Label("第{n}项海关决定", "decision {n}"),
}
FIELDS = {
    "id": Label("标识", "id"),
    "code": Label("编号", "code"),
    "name": Label("名称", "name"),
    "class": Label("分类", "class"),
    "kind": Label("类别", "kind"),
    "zone": Label("分区", "zone"),
    "parts": Label("组成部分的数量", "counts of parts"),
    "features": Label("特征", "features"),
    "facts": Label("登记事项", "facts"),
    "is_key": Label("重点区域", "key area"),
    "area": Label("所在区域", "area"),
    "abilities": Label("功能", "abilities"),
    "mount": Label("安装方式", "mounting"),
    "stands": Label("安装位置", "where it stands"),
    "control": Label("控制权", "control right"),
    "sees": Label("监控内容", "what it sees"),
    "rule": Label("条款", "rule"),
    "by": Label("依据", "citation"),
    "title": Label("文件名称", "title"),
    "is_required": Label("是否需要", "whether it is needed"),
    "on": Label("评估日期", "day"),
    "areas": Label("区域", "areas"),
    "cameras": Label("摄像头", "cameras"),
    "displaced": Label("从其他规定", "displaced rules"),
    "decisions": Label("海关决定", "decisions"),
    "site": Label("场所", "site"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `at` is its path in the JSON, `allowed` the words that could stand there.

    `nearest` is the one of them that was most likely meant, "" where none is near.
    """

    at: str
    said: Label
    allowed: tuple[str, ...] = ()
    names: Mapping[str, Label] = field(default_factory=dict)
    nearest: str = ""

    def __str__(self) -> str:
        listed = ", ".join(self.allowed)
        meant = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return f"{self.at or 'the file'}: {self.said.en}{meant}" + (
            f"{' A' if meant else '; a'}llowed: {listed}" if listed else ""
        )

    def told(self, language: str, line: int | None = None) -> str:
        """In one language, with the field in words, and with its line where it was read from a file."""
        place = place_label(self.at)
        if not language.startswith("zh"):
            start = f"line {line}: " if line else ""
            named = f" ({place.en})" if place.en != self.at else ""
            return f"{start}{str(self).replace(': ', f'{named}: ', 1)}"
        listed = "、".join(map(self._named, self.allowed))
        meant = f"；是否指{self._named(self.nearest)}？" if self.nearest else ""
        start = f"第{line}行，" if line else ""
        known = ("" if meant else "；") + f"可用的词：{listed}" if listed else ""
        return f"{start}{place.zh}：{self.said.zh}{meant}{known}。"

    def _named(self, word: str) -> str:
        return f"{word}（{self.names[word].zh}）" if word in self.names else word


class FactsError(OversiteError):
    """The facts cannot be judged; the text has one line per problem, each with its place and the allowed words."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)

    def told(self, language: str, text: str = "") -> str:
        """Every problem in one language; with the text that was read each has its line, and they come in that order."""
        lines = lines_of(text) if text else {}
        placed = sorted(((_line(each.at, lines), each) for each in self.problems), key=lambda found: found[0] or 0)
        return "\n".join(each.told(language, line) for line, each in placed)


def place_label(at: str) -> Label:
    """A path as people say it: `areas[0].kind` is 第1个区域的类别."""
    zh: list[str] = []
    en: list[str] = []
    holder = ""
    for match in STEP.finditer(at):
        if match["index"]:
            thing = THINGS.get(holder)
            if thing:
                number = int(match["index"]) + 1
                zh[-1], en[-1] = thing.zh.format(n=number), thing.en.format(n=number)
            continue
        holder = match["key"]
        label = FIELDS.get(holder, Label(f"“{holder}”", holder))
        zh.append(label.zh)
        en.append(label.en)
    return Label("的".join(zh), ": ".join(en)) if zh else Label("文件", "the file")


def _line(at: str, lines: Mapping[str, int]) -> int | None:
    """The line of a path, or of the nearest thing above it that stands in the file."""
    above = at
    while above not in lines and above:
        above = above[: max(above.rfind("."), above.rfind("["), 0)]
    return lines.get(above) if above or not at else None


def lines_of(text: str) -> dict[str, int]:
    """The line on which each value of a JSON text begins, by its path; the text was read as JSON before."""
    found: dict[str, int] = {}
    breaks = [match.start() for match in re.finditer("\n", text)]
    _scan(text, 0, "", found)
    ordered = sorted(found.items(), key=lambda each: each[1])
    lines: dict[str, int] = {}
    line = 0
    for path, position in ordered:
        while line < len(breaks) and breaks[line] < position:
            line += 1
        lines[path] = line + 1
    return lines


def _scan(text: str, at: int, path: str, found: dict[str, int]) -> int:
    """Note where the value at `at` and everything in it begins; gives where it ends."""
    at = _skip(text, at)
    found.setdefault(path, at)
    if text[at] == '"':
        return int(scanstring(text, at + 1, False)[1])
    if text[at] not in "[{":
        match = SCALAR.match(text, at)
        return match.end() if match else at + 1
    is_list, number = text[at] == "[", 0
    at = _skip(text, at + 1)
    while text[at] not in "]}":
        step = f"{path}[{number}]"
        if not is_list:
            key, at = scanstring(text, at + 1, False)
            step = f"{path}.{key}" if path else key
            at = _skip(text, at) + 1
        at = _skip(text, _scan(text, at, step, found))
        number += 1
        if text[at] == ",":
            at = _skip(text, at + 1)
    return at + 1


def _skip(text: str, at: int) -> int:
    match = SPACE.match(text, at)
    return match.end() if match else at
