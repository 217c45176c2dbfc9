"""What a judgement rests on: a digest of the facts that its rule reads, so that it lapses when they change.

A rule reads the parts and conditions that it names, the facts that it requires, and of the cameras that an officer
looks at all that places them: what they are and can do, where they look and stand, how they are mounted. Their control
is read only by rules that ask for it, papers only by rules that require them; codes, names and texts by none.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from oversite.oversight.rules.engine import words
from oversite.oversight.rules.engine.evaluation import has_condition
from oversite.oversight.rules.engine.facts import AreaFacts, CameraFacts, SiteFacts
from oversite.oversight.rules.engine.rule import Rule, Rulebook


def key_of(rule: str, area: str) -> str:
    """Under what name the grounds of a rule in an area are kept."""
    return f"{area}|{rule}"


def digest(value: object) -> str:
    """SHA-256 of a JSON value, the same however its keys are ordered."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def grounds_of(book: Rulebook, facts: SiteFacts, findings: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Per finding the digest of what its rule reads in its area, or of the site where it has none."""
    areas = {each.id: each for each in facts.areas}
    whole = AreaFacts("", words.SITE, features=facts.features, facts=facts.facts)
    rules = {rule.id: rule for rule in book.rules}
    found = {}
    for each in findings:
        area = areas[each["area"]] if each["area"] else whole
        there = [camera for camera in facts.cameras if area is whole or camera.area == area.id]
        there.sort(key=lambda camera: camera.id)
        rule = rules.get(each["rule"])
        read = _redundancy(area, there) if rule is None else _read(book, rule, facts, area, there)
        found[key_of(each["rule"], each["area"] or "")] = digest(read)
    return found


def _read(book: Rulebook, rule: Rule, site: SiteFacts, area: AreaFacts, cameras: Sequence[CameraFacts]) -> list[Any]:
    """What one rule reads."""
    conditions = (*rule.when, *rule.unless)
    parts = {part for each in rule.alternatives for part in each.parts}
    is_of_cameras = rule.basis == "every-camera"
    required = {name for name, _needed in rule.require}
    return [
        [area.kind, area.area_class, area.zone],
        {part: book.vocabulary.part_count(part, area.parts) for part in parts},
        {word: has_condition(book, word, area, site) for word in conditions},
        {} if is_of_cameras else {name: area.facts.get(name) for name in required},
        [_seen(rule, each, required) for each in cameras] if _reads_cameras(rule) else [],
    ]


def _reads_cameras(rule: Rule) -> bool:
    """Whether cameras have a part in it; a rule that only requires facts of a place asks for none."""
    return bool(rule.alternatives or rule.judgement or rule.document) or rule.basis == "every-camera"


def _seen(rule: Rule, camera: CameraFacts, required: set[str]) -> list[Any]:
    """What a rule reads of a camera."""
    own = _placed(camera)
    if any(each.control for each in rule.alternatives):
        own.append(camera.control)
    if rule.basis == "every-camera":
        own.append({name: camera.facts.get(name) for name in required})
    return own


def _placed(camera: CameraFacts) -> list[Any]:
    """All that places a camera."""
    views = [_words(each) for each in (camera.sees, camera.stands, camera.mount)]
    return [camera.id, camera.kind, camera.area, sorted(camera.abilities), *views]


def _redundancy(area: AreaFacts, cameras: Sequence[CameraFacts]) -> list[Any]:
    """What decides whether cameras back each other up."""
    return [
        [area.kind, area.area_class, area.zone, dict(area.parts), sorted(area.features)],
        [_placed(each) for each in cameras],
    ]


def _words(found: Any) -> list[str] | None:
    return None if found is None else sorted(map(str, found))
