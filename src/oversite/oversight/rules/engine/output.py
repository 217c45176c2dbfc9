"""Rules, vocabulary, findings and plans as plain JSON values; docs/ref has the schemas."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from oversite.oversight.rules.engine import words
from oversite.oversight.rules.engine.facts import AreaFacts, CameraFacts, SiteFacts
from oversite.oversight.rules.engine.findings import Finding, Outcome
from oversite.oversight.rules.engine.planning import Plan, PlannedCamera, honesty
from oversite.oversight.rules.engine.rule import Demand, Rule, Rulebook
from oversite.oversight.rules.engine.words import Label


def one_or_list(values: Sequence[str]) -> str | list[str]:
    """A word alone, else a list."""
    return values[0] if len(values) == 1 else list(values)


def label_json(label: Label | None) -> dict[str, str] | None:
    """`{zh, en}`, or null."""
    return {"zh": label.zh, "en": label.en} if label and (label.zh or label.en) else None


def _demand_json(demand: Demand | None) -> dict[str, Any]:
    if demand is None:
        return {"kind": None, "abilities": [], "mount": [], "sees": [], "count": None}
    of = [*demand.each, *demand.points, *demand.stands]
    return {
        "kind": demand.kind,
        "abilities": list(demand.abilities),
        "mount": list(demand.mount),
        "sees": list(demand.sees),
        "count": {"least": demand.count, "basis": demand.basis, "of": of},
    }


def rule_json(rule: Rule, book: Rulebook) -> dict[str, Any]:
    """One rule; `either` has the alternatives where there are several, `resolves_to` the rules of a reference."""
    found: dict[str, Any] = {
        "id": rule.id,
        "book": rule.book,
        "clause": one_or_list(rule.clause),
        "citation": label_json(book.cite(rule.clause)),
        "class": one_or_list(rule.classes),
        "area": one_or_list(rule.areas) if rule.areas else None,
        "zone": rule.zone or None,
        "title": label_json(rule.title),
        **_demand_json(rule.demand),
        "control": rule.control or (rule.demand.control if rule.demand else None),
        "strength": rule.strength,
        "conditions": [*rule.when, *(f"not {each}" for each in rule.unless)],
        "require": {name: one_or_list(values) for name, values in rule.require},
        "judgement": label_json(rule.judgement),
        "document": rule.document or None,
        "as": list(rule.as_for),
        "resolves_to": list(rule.resolves_to),
        "derived_from": rule.derived_from or None,
        "governs": rule.governs or None,
        "note": label_json(rule.note),
    }
    if len(rule.alternatives) > 1:
        found["either"] = [_demand_json(each) for each in rule.alternatives]
    return found


def vocabulary_json(book: Rulebook) -> dict[str, Any]:
    """Every word of a book and of the engine, by what it names."""
    vocabulary = book.vocabulary
    return {
        "book": book.key,
        "version": book.version,
        "classes": [
            {"word": word, **_labels(each.label), "sort": each.sort, "code": each.code or None, "clause": each.clause}
            | {"areas": list(book.area_kinds(word))}
            for word, each in vocabulary.classes.items()
        ],
        "areas": [
            {"word": word, **_labels(each.label), "position": each.position or None}
            for word, each in vocabulary.areas.items()
        ],
        "parts": [
            {"word": word, **_labels(each.label), "default": each.default, "follows": each.follows or None}
            for word, each in vocabulary.parts.items()
        ],
        "facts": [
            {"word": word, **_labels(each.label), "of": each.of, "type": each.type}
            | ({"values": _word_list(each.values)} if each.values else {})
            for word, each in vocabulary.facts.items()
        ],
        **{
            name: _word_list(labels)
            for name, labels in {
                "subjects": vocabulary.subjects,
                "features": vocabulary.features,
                "zones": vocabulary.zones,
                "abilities": vocabulary.abilities,
                "mounts": vocabulary.mounts,
                "documents": vocabulary.documents,
                "kinds": words.KIND_LABELS,
                "bases": words.BASIS_LABELS,
                "controls": words.CONTROL_LABELS,
                "strengths": words.STRENGTH_LABELS,
                "outcomes": words.OUTCOME_LABELS,
            }.items()
        },
    }


def _word_list(labels: Mapping[str, Label]) -> list[dict[str, str]]:
    return [{"word": word, **_labels(label)} for word, label in labels.items()]


def _labels(label: Label) -> dict[str, str]:
    return {"label_zh": label.zh, "label_en": label.en}


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding."""
    return {
        "rule": finding.rule,
        "book": finding.book,
        "clause": one_or_list(finding.clause),
        "area": finding.area or None,
        "outcome": finding.outcome.value,
        "title": label_json(finding.title),
        "cameras": list(finding.cameras),
        "look_at": list(finding.look_at),
        "missing": label_json(finding.missing),
        "reason": label_json(finding.reason),
        "losses": [
            {"camera": each.camera, "uncovers": label_json(each.uncovers), "breaks": list(each.breaks)}
            for each in finding.losses
        ],
    }


def evaluation_json(book: Rulebook, facts: SiteFacts, findings: Sequence[Finding]) -> dict[str, Any]:
    """A whole evaluation with its counts."""
    counts = Counter(each.outcome for each in findings)
    return {
        "site": facts.code,
        "book": book.key,
        "version": book.version,
        "on": facts.on.isoformat() if facts.on else None,
        "counts": {each.value: counts[each] for each in Outcome},
        "findings": [{**finding_json(each), "citation": label_json(book.cite(each.clause))} for each in findings],
    }


def camera_json(camera: CameraFacts) -> dict[str, Any]:
    """A camera as facts have it."""
    return {
        "id": camera.id,
        "name": camera.name,
        "area": camera.area or None,
        "kind": camera.kind,
        "abilities": sorted(camera.abilities),
        "mount": None if camera.mount is None else sorted(camera.mount),
        "stands": None if camera.stands is None else [str(each) for each in camera.stands],
        "control": camera.control,
        "sees": None if camera.sees is None else [str(each) for each in camera.sees],
        "facts": dict(camera.facts),
        "code": camera.code,
        "is_locked": camera.is_locked,
    }


def planned_json(planned: PlannedCamera) -> dict[str, Any]:
    """A camera of a plan, with the rules it serves."""
    return {
        **camera_json(planned.facts),
        "because": list(planned.because),
        "is_locked": planned.is_locked,
        "control_asked": planned.control_asked,
    }


def area_json(area: AreaFacts) -> dict[str, Any]:
    """An area as facts have it."""
    return {
        "id": area.id,
        "kind": area.kind,
        "name": area.name,
        "class": area.area_class or None,
        "zone": area.zone or None,
        "parts": {part: list(area.part_names.get(part, ())) or count for part, count in area.parts.items()},
        "features": sorted(area.features),
        "facts": dict(area.facts),
        "is_key": area.is_key,
    }


def facts_json(facts: SiteFacts) -> dict[str, Any]:
    """Facts as they would be read again."""
    return {
        "site": {
            "code": facts.code,
            "name": facts.name,
            "class": facts.site_class,
            "features": sorted(facts.features),
            "facts": dict(facts.facts),
        },
        "on": facts.on.isoformat() if facts.on else None,
        "areas": [area_json(each) for each in facts.areas],
        "cameras": [camera_json(each) for each in facts.cameras],
        "displaced": [
            {"rule": each.rule, "by": each.by, "title": each.title, "area": each.area or None}
            for each in facts.displaced
        ],
        "decisions": [
            {"rule": each.rule, "is_required": each.is_required, "area": each.area or None} for each in facts.decisions
        ],
    }


def plan_json(book: Rulebook, facts: SiteFacts, plan: Plan) -> dict[str, Any]:
    """A plan: its cameras, how good it is, area by area."""
    return {
        "site": facts.code,
        "book": book.key,
        "version": book.version,
        "is_exact": plan.is_exact,
        "statement": label_json(honesty(plan)),
        "areas": [
            {
                "area": each.area,
                "cameras": each.cameras,
                "bound": each.bound,
                "is_exact": each.is_exact,
                "impossible": list(each.impossible),
            }
            for each in plan.proofs
        ],
        "cameras": [planned_json(each) for each in plan.cameras],
    }
