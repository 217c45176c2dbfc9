"""Cross-references: "as for the gates of waterway sites" becomes the rules that it names (req: C3)."""

from collections.abc import Container, Sequence
from dataclasses import replace

from oversite.oversight.rules.engine import words
from oversite.oversight.rules.engine.reading import RulebookError
from oversite.oversight.rules.engine.rule import Demand, Example, Rule
from oversite.oversight.rules.engine.words import Label

MAX_DEPTH = 4


def resolve(rules: Sequence[Rule], parts: Container[str]) -> tuple[Rule, ...]:
    """The rules with, behind each reference, the rules that it stands for; `parts` are the book's words of parts.

    Raises `RulebookError`.
    """
    found: list[Rule] = []
    for rule in rules:
        if rule.as_for:
            derived = _derived(rule, rules, parts, 0)
            found.append(replace(rule, resolves_to=tuple(each.id for each in derived)))
            found.extend(derived)
        else:
            found.append(rule)
    ids = [each.id for each in found]
    if len(set(ids)) != len(ids):
        twice = next(each for each in ids if ids.count(each) > 1)
        place = next(each.place for each in found if each.id == twice)
        said = Label(f"两处引用得出同一条规则“{twice}”", f"two references give the same rule {twice!r}")
        raise RulebookError(place, said)
    return tuple(found)


def _derived(reference: Rule, rules: Sequence[Rule], parts: Container[str], depth: int) -> list[Rule]:
    """What a reference stands for; what it names may itself be a reference."""
    if depth > MAX_DEPTH:
        said = Label(f"引用“{reference.id}”循环指向自身", f"the reference {reference.id!r} leads round in a circle")
        raise RulebookError(reference.place, said)
    named: list[Rule] = []
    for clause in reference.as_for:
        at = [each for each in rules if each.id != reference.id and each.cited_by(clause)]
        if not at:
            said = Label(f"as指向“{clause}”，没有规则依据该条款", f"'as' names {clause!r}, and no rule cites that")
            raise RulebookError(reference.place, said)
        named.extend(each for each in at if each not in named and not each.governs)
    derived: list[Rule] = []
    for each in named:
        derived.extend(_under(reference, each, rules, parts, depth))
    return derived


def _under(reference: Rule, named: Rule, rules: Sequence[Rule], parts: Container[str], depth: int) -> list[Rule]:
    if named.as_for:
        return [_as(reference, inner, parts) for inner in _derived(named, rules, parts, depth + 1)]
    return [_as(reference, named, parts)]


def _as(reference: Rule, named: Rule, parts: Container[str]) -> Rule:
    """The named rule, holding where the reference says and citing both."""
    control = reference.control
    return replace(
        named,
        id=f"{reference.id}/{named.id}",
        clause=tuple(dict.fromkeys((*reference.clause, *named.clause))),
        classes=reference.classes,
        areas=reference.areas or named.areas,
        zone=reference.zone or named.zone if reference.areas else reference.zone,
        alternatives=tuple(_controlled(each, control) for each in named.alternatives),
        control=control or named.control,
        when=tuple(dict.fromkeys((*reference.when, *named.when))),
        unless=tuple(dict.fromkeys((*reference.unless, *named.unless))),
        strength="as-required" if "as-required" in (reference.strength, named.strength) else "always",
        derived_from=reference.id,
        note=reference.note or named.note,
        examples=_examples(reference, named, parts),
        place=reference.place,
    )


def _examples(reference: Rule, named: Rule, parts: Container[str]) -> tuple[Example, ...]:
    """The examples of the named rule, which must hold under the conditions of the reference as well."""
    own = {word: 1 for word in reference.when if word in parts}
    features = tuple(word for word in reference.when if word not in parts)
    found = [
        each
        if each.outcome == "not_applicable"
        else replace(each, parts={**own, **each.parts}, features=(*features, *each.features))
        for each in named.examples
        if not (reference.control and _names_control(each))
    ]
    if reference.when and not any(each.outcome == "not_applicable" for each in found):
        found.append(Example("not_applicable", (), {}, (), {}, reference.place))
    return tuple(found)


def _names_control(example: Example) -> bool:
    """Whether its cameras are under a control right of their own, which another right makes another example."""
    return any(set(words.CONTROL_LABELS) & set(line.split()) for line in example.cameras)


def _controlled(demand: Demand, control: str | None) -> Demand:
    return replace(demand, control=control) if control else demand
