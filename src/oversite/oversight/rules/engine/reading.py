"""Reading YAML so that every value knows its file and line: an error must show where to look."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from oversite.common.errors import OversiteError
from oversite.oversight.rules.engine import nouns
from oversite.oversight.rules.engine.nearest import nearest_first, nearest_word
from oversite.oversight.rules.engine.words import Label

LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_FILE_BYTES = 2_000_000
YES = frozenset({"yes", "true"})
NO = frozenset({"no", "false"})


class RulebookError(OversiteError):
    """A rulebook cannot be used; the text names file and line, what is wrong and which words are allowed."""

    def __init__(self, place: str, said: Label, allowed: Iterable[str] = (), given: str = "") -> None:
        """`given` is what stood there instead of a word of `allowed`: the nearest of them is named first."""
        self.place = place
        self.said = said
        words = frozenset(allowed)
        self.nearest = nearest_word(given, words) if given else ""
        self.allowed = nearest_first(self.nearest, words)
        super().__init__(self.told("en"))

    def told(self, language: str) -> str:
        """In one language."""
        if not language.startswith("zh"):
            meant = f"; did you mean {self.nearest!r}?" if self.nearest else ""
            known = f"{' A' if meant else '; a'}llowed: {', '.join(self.allowed)}" if self.allowed else ""
            return f"{self.place}: {self.said.en}{meant}{known}"
        meant = f"；是否指“{self.nearest}”？" if self.nearest else ""
        known = ("" if meant else "；") + f"可用的词：{'、'.join(self.allowed)}" if self.allowed else ""
        return f"{self.place}：{self.said.zh}{meant}{known}。"


def unknown(what: Label, word: str) -> Label:
    """A word that is none of its sort."""
    return Label(f"{what.zh}“{word}”不认识", f"unknown {what.en} {word!r}")


def missing_key(key: str) -> Label:
    """A key that must be there."""
    return Label(f"缺少“{key}”", f"{key!r} is missing")


@dataclass(frozen=True, slots=True)
class Item:
    """One YAML value: text, list or mapping, with where it stands. Scalars stay the text that was written."""

    value: "str | list[Item] | dict[str, Item]"
    file: str
    line: int
    is_null: bool = False

    def fail(self, said: Label, allowed: Iterable[str] = (), given: str = "") -> RulebookError:
        """The error to raise about this value."""
        return RulebookError(f"{self.file}:{self.line}", said, allowed, given)

    @property
    def text(self) -> str:
        """The value as text; raises `RulebookError` for a list or mapping."""
        if not isinstance(self.value, str):
            raise self.fail(Label("此处应为一个词", "a word is expected here"))
        return self.value

    @property
    def whole_number(self) -> int:
        """The value as a number of things, never below zero."""
        if not self.text.isdecimal():
            said = Label(
                f"“{self.text}”不是数量：应为0以上的整数",
                f"{self.text!r} is no count: a whole number from 0 on is expected",
            )
            raise self.fail(said)
        return int(self.text)

    @property
    def items(self) -> "list[Item]":
        """The value as a list; a single word is a list of one."""
        if isinstance(self.value, dict):
            raise self.fail(Label("此处应为列表", "a list is expected here"))
        if isinstance(self.value, list):
            return self.value
        return [] if self.is_null else [self]

    @property
    def mapping(self) -> "dict[str, Item]":
        """The value as a mapping."""
        if isinstance(self.value, dict):
            return self.value
        if self.is_null:
            return {}
        raise self.fail(Label("此处应为键值对", "a mapping is expected here"))

    def texts(self) -> tuple[str, ...]:
        """The words of a list."""
        return tuple(each.text for each in self.items)

    def word_of(self, allowed: Iterable[str], what: Label) -> str:
        """The value, which must be one of `allowed`."""
        if self.text not in (words := set(allowed)):
            raise self.fail(unknown(what, self.text), words, self.text)
        return self.text

    def words_of(self, allowed: Iterable[str], what: Label) -> tuple[str, ...]:
        """The words of a list, which must all be among `allowed`."""
        words = set(allowed)
        return tuple(each.word_of(words, what) for each in self.items)

    def only_keys(self, allowed: Iterable[str]) -> "dict[str, Item]":
        """The mapping, refused where it has another key."""
        keys = set(allowed)
        for key, each in self.mapping.items():
            if key not in keys:
                raise each.fail(unknown(nouns.KEY, key), keys, key)
        return self.mapping


def read_file(path: Path, name: str) -> Item:
    """The one document of a YAML file; `name` is how errors call it. Raises `RulebookError`."""
    raw = path.read_bytes()
    if len(raw) > MAX_FILE_BYTES:
        raise RulebookError(name, Label(f"文件超过{MAX_FILE_BYTES}字节", f"more than {MAX_FILE_BYTES} bytes"))
    try:
        node = yaml.compose(raw, LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or str(error)
        raise RulebookError(f"{name}:{line}", Label(f"不是YAML：{problem}", f"not YAML: {problem}")) from error
    if node is None:
        raise RulebookError(f"{name}:1", Label("文件为空", "the file is empty"))
    return _item(node, name, {})


def _item(node: yaml.Node, file: str, made: dict[int, Item]) -> Item:
    """The node as an item; a node that an alias repeats is made once."""
    if id(node) in made:
        return made[id(node)]
    line = node.start_mark.line + 1
    value: str | list[Item] | dict[str, Item]
    if isinstance(node, yaml.MappingNode):
        value = dict(_pairs(node, file, made))
    elif isinstance(node, yaml.SequenceNode):
        value = [_item(each, file, made) for each in node.value]
    else:
        value = str(node.value)
    item = Item(value, file, line, node.tag == "tag:yaml.org,2002:null")
    made[id(node)] = item
    return item


def _pairs(node: yaml.MappingNode, file: str, made: dict[int, Item]) -> Iterator[tuple[str, Item]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in seen:
            said = Label(f"“{key}”在同一组中出现两次", f"{key!r} stands twice in one mapping")
            raise RulebookError(f"{file}:{key_node.start_mark.line + 1}", said)
        seen.add(key)
        yield key, _item(value_node, file, made)
