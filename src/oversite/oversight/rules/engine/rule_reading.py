"""One rule from YAML: every key and word checked against what the engine and the vocabulary know."""

import re
from collections.abc import Mapping

from oversite.oversight.rules.engine import nouns, words
from oversite.oversight.rules.engine.reading import Item, missing_key, unknown
from oversite.oversight.rules.engine.rule import Demand, Example, Rule
from oversite.oversight.rules.engine.vocabulary import FactWord, Vocabulary, read_label
from oversite.oversight.rules.engine.words import Label

DEMAND_KEYS = ("camera", "abilities", "mount", "control", "points", "each", "stands", "sees", "basis", "count")
RULE_KEYS = (
    *("id", "clause", "class", "area", "zone", "zh", "en", "either", "require", "when", "unless", "strength"),
    *("judgement", "document", "as", "like", "note", "governs", "examples"),
    *DEMAND_KEYS,
)
EXAMPLE_KEYS = ("met", "not_met", "judgement", "not_applicable")
CLAUSE = re.compile(r"[A-Z]?\d*[a-z]?(?:\.\d+[a-z]?)*(?:-\d+)?")
SUFFIX = re.compile(r"[a-z0-9-]+")


class RuleReader:
    """Reads the rules of one book."""

    def __init__(self, book: str, vocabulary: Vocabulary) -> None:
        self.book = book
        self.vocabulary = vocabulary

    def read(self, item: Item) -> Rule:
        """The rule; raises `RulebookError` with the line and the allowed words."""
        keys = item.only_keys(RULE_KEYS)
        label = read_label(item, *RULE_KEYS)
        alternatives = self._alternatives(keys)
        rule = Rule(
            id=keys["id"].text,
            book=self.book,
            clause=self._clause(keys),
            classes=self._words(keys, "class", {words.ANY, *self.vocabulary.classes}, nouns.CLASS),
            areas=self._words(keys, "area", self.vocabulary.areas, nouns.AREA_KIND),
            title=label,
            zone=keys["zone"].word_of(self.vocabulary.zones, nouns.ZONE) if "zone" in keys else "",
            alternatives=alternatives,
            require=self._require(keys),
            when=self._conditions(keys, "when"),
            unless=self._conditions(keys, "unless"),
            strength=keys["strength"].word_of(words.STRENGTH_LABELS, nouns.STRENGTH)
            if "strength" in keys
            else "always",
            judgement=self._judgement(keys),
            document=keys["document"].word_of(self.vocabulary.documents, nouns.DOCUMENT) if "document" in keys else "",
            as_for=keys["as"].texts() if "as" in keys else (),
            governs=keys["governs"].word_of(("definition",), nouns.WORD) if "governs" in keys else "",
            note=read_label(keys["note"]) if "note" in keys else None,
            control=self._control(keys),
            examples=self._examples(keys) if "as" not in keys and "governs" not in keys else (),
            place=f"{item.file}:{item.line}",
        )
        self._check(item, rule)
        return rule

    def _check(self, item: Item, rule: Rule) -> None:
        """Refuse a rule that says nothing, or nothing that could be judged."""
        says = bool(rule.alternatives or rule.require or rule.judgement or rule.document or rule.as_for or rule.governs)
        if not says:
            raise item.fail(Label(f"规则“{rule.id}”没有任何要求", f"the rule {rule.id!r} demands nothing"), DEMAND_KEYS)
        if not rule.classes:
            raise item.fail(missing_key("class"), {words.ANY, *self.vocabulary.classes})
        if not rule.areas and not (rule.zone and rule.as_for):
            raise item.fail(missing_key("area"), self.vocabulary.areas)
        if rule.governs and rule.note is None:
            raise item.fail(
                Label("定义须附note，说明它确定了什么", "a definition needs a note that says what it settles")
            )
        if rule.is_judged:
            self._check_examples(item, rule)

    def _check_examples(self, item: Item, rule: Rule) -> None:
        """Every outcome that the rule can have needs an example; see docs/ref/rulebook-format.md."""
        given = {each.outcome for each in rule.examples}
        needed = {"judgement"}
        if not rule.is_officers:
            needed |= {"met", "not_met"}
        if rule.when or rule.unless:
            needed.add("not_applicable")
        if rule.basis == "every-camera" and not rule.require and rule.strength == "always":
            needed.discard("judgement")
        if missing := needed - given:
            listed = sorted(missing)
            said = Label(
                f"规则“{rule.id}”缺少示例：{'、'.join(listed)}",
                f"the rule {rule.id!r} has no example of: {', '.join(listed)}",
            )
            raise item.fail(said)

    def _clause(self, keys: Mapping[str, Item]) -> tuple[str, ...]:
        item = keys["id"]
        path, _, suffix = item.text.partition(":")
        if not CLAUSE.fullmatch(path) or not path or (suffix and not SUFFIX.fullmatch(suffix)):
            said = Label(
                f"“{item.text}”不是标识：应为2.1.5.1或A1.7.3b这样的编号，必要时后加:词",
                f"{item.text!r} is no id: a path such as 2.1.5.1 or A1.7.3b, and :word behind it if needed",
            )
            raise item.fail(said)
        given = keys["clause"].texts() if "clause" in keys else (path,)
        for each in given:
            if not CLAUSE.fullmatch(each) or not each:
                said = Label(
                    f"“{each}”不是条款编号：应如2.1.5.1或A1.7.3b",
                    f"{each!r} is no clause: a path such as 2.1.5.1 or A1.7.3b",
                )
                raise keys["clause"].fail(said)
        return given

    def _words(self, keys: Mapping[str, Item], key: str, allowed: object, what: Label) -> tuple[str, ...]:
        return keys[key].words_of(allowed, what) if key in keys else ()  # type: ignore[arg-type]

    def _conditions(self, keys: Mapping[str, Item], key: str) -> tuple[str, ...]:
        return self._words(keys, key, {*self.vocabulary.features, *self.vocabulary.parts}, nouns.FEATURE_OR_PART)

    def _control(self, keys: Mapping[str, Item]) -> str | None:
        word = (
            keys["control"].word_of((*words.CONTROL_LABELS, "none"), nouns.CONTROL_RIGHT) if "control" in keys else ""
        )
        return word if word in words.CONTROL_LABELS else None

    def _judgement(self, keys: Mapping[str, Item]) -> words.Label | None:
        return read_label(keys["judgement"]) if "judgement" in keys else None

    def _alternatives(self, keys: Mapping[str, Item]) -> tuple[Demand, ...]:
        """The demands of which one must be met; none where the rule asks no camera."""
        if "either" in keys:
            return tuple(
                each for item in keys["either"].items for each in self._demands({**keys, **item.only_keys(DEMAND_KEYS)})
            )
        asked = set(keys) & (set(DEMAND_KEYS) - {"control"})
        return self._demands(keys) if asked or ("control" in keys and "as" not in keys) else ()

    def _demands(self, keys: Mapping[str, Item]) -> tuple[Demand, ...]:
        parts = self.vocabulary.parts
        each, seen_at = self._each(keys)
        points = self._words(keys, "points", parts, nouns.PART)
        stands = self._words(keys, "stands", parts, nouns.PART)
        if sum(map(bool, (each, points, stands))) > 1:
            said = Label(
                "points、each、stands只能用其中一个计数",
                "a demand counts by one of 'points', 'each' and 'stands'",
            )
            raise keys["id"].fail(said)
        implied = "each" if each else "point" if points else "area"
        basis = keys["basis"].word_of(words.BASIS_LABELS, nouns.COUNT_BASIS) if "basis" in keys else implied
        if basis == "continuity" and not each:
            each = ("section",)
        sees = self._words(keys, "sees", self.vocabulary.subjects, nouns.SUBJECT)
        if seen_at and sees:
            said = Label(
                "each已写明各部位应看清的内容，不能再写sees",
                "'each' says what is seen at which part: 'sees' has no place beside it",
            )
            raise keys["sees"].fail(said)
        sees = sees or tuple(dict.fromkeys(subject for _part, subjects in seen_at for subject in subjects))
        made = [
            Demand(
                kind=keys["camera"].word_of(words.DEMANDED_KINDS, nouns.CAMERA_KIND) if "camera" in keys else words.ANY,
                abilities=self._words(keys, "abilities", self.vocabulary.abilities, nouns.ABILITY),
                mount=self._words(keys, "mount", self.vocabulary.mounts, nouns.MOUNT),
                control=self._control(keys),
                points=points,
                each=each,
                stands=at,
                sees=sees,
                seen_at=seen_at,
                basis=basis,
                count=self._count(keys, 2 if basis == "diagonal" else 1),
            )
            for at in words.IMPLIED_STANDS.get(basis, (stands,))
        ]
        return tuple(made)

    def _each(self, keys: Mapping[str, Item]) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
        """The parts of `each`, and what must be seen at which of them where it is a mapping."""
        item = keys.get("each")
        if item is None or not isinstance(item.value, dict):
            return self._words(keys, "each", self.vocabulary.parts, nouns.PART), ()
        for part, subjects in item.mapping.items():
            if part not in self.vocabulary.parts:
                raise subjects.fail(unknown(nouns.PART, part), self.vocabulary.parts, part)
        seen = tuple(
            (part, each.words_of(self.vocabulary.subjects, nouns.SUBJECT)) for part, each in item.mapping.items()
        )
        return tuple(part for part, _subjects in seen), seen

    def _count(self, keys: Mapping[str, Item], default: int) -> int:
        if "count" not in keys:
            return default
        count = keys["count"].whole_number
        if count < 1:
            raise keys["count"].fail(Label("数量至少为1", "a count is at least 1"))
        return count

    def _require(self, keys: Mapping[str, Item]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        if "require" not in keys:
            return ()
        needed = []
        for name, item in keys["require"].mapping.items():
            if name not in self.vocabulary.facts:
                raise item.fail(unknown(nouns.FACT, name), self.vocabulary.facts, name)
            values = item.texts()
            fact = self.vocabulary.facts[name]
            if fact.type == "number" and not (len(values) == 1 and values[0].isdecimal()):
                raise item.fail(
                    Label(f"“{name}”是数值：应填最小值", f"{name!r} is a number: its least value is expected")
                )
            if fact.type == "word":
                item.words_of(fact.values, Label(f"“{name}”的取值", f"value of {name!r}"))
            needed.append((name, tuple(_as_word(each, fact) for each in values)))
        return tuple(needed)

    def _examples(self, keys: Mapping[str, Item]) -> tuple[Example, ...]:
        if "examples" not in keys:
            return ()
        found = []
        for outcome, item in keys["examples"].only_keys(EXAMPLE_KEYS).items():
            found.append(self._example(outcome, item))
        return tuple(found)

    def _example(self, outcome: str, item: Item) -> Example:
        place = f"{item.file}:{item.line}"
        if not isinstance(item.value, dict):
            return Example(outcome, item.texts(), {}, (), {}, place)
        keys = item.only_keys(("parts", "features", "facts", "cameras"))
        parts = keys["parts"].mapping if "parts" in keys else {}
        for part, count in parts.items():
            if part not in self.vocabulary.parts:
                raise count.fail(unknown(nouns.PART, part), self.vocabulary.parts, part)
        given = keys["facts"].mapping if "facts" in keys else {}
        facts: dict[str, object] = {}
        for name, value in given.items():
            if name not in self.vocabulary.facts:
                raise value.fail(unknown(nouns.FACT, name), self.vocabulary.facts, name)
            facts[name] = fact_value(value.text, self.vocabulary.facts[name])
        return Example(
            outcome,
            keys["cameras"].texts() if "cameras" in keys else (),
            {part: count.whole_number for part, count in parts.items()},
            keys["features"].words_of(self.vocabulary.features, nouns.FEATURE) if "features" in keys else (),
            facts,
            place,
        )


def _as_word(text: str, fact: FactWord) -> str:
    if fact.type == "yes":
        return "no" if text.lower() in {"no", "false"} else "yes"
    return text


def fact_value(text: str, fact: FactWord) -> object:
    """The text as a value of the fact's type."""
    if fact.type == "yes":
        return text.lower() in {"yes", "true"}
    return int(text) if fact.type == "number" and text.isdecimal() else text
