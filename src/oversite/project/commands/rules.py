"""`oversite rules …`: rulebooks without a server: what they hold, what they say of a site, which cameras it needs."""

import argparse
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oversite.common import clock
from oversite.common.errors import OversiteError

if TYPE_CHECKING:
    from oversite.oversight.rules.engine.facts import SiteFacts
    from oversite.oversight.rules.engine.findings import Finding
    from oversite.oversight.rules.engine.rule import Rule, Rulebook

MAX_FACTS_BYTES = 20_000_000


def add(commands: Any) -> None:
    """Add the command."""
    rules = commands.add_parser("rules", help="placement rules: list, evaluate a site, plan its cameras")
    kinds = rules.add_subparsers(dest="kind", required=True, metavar="WHAT")
    listing = kinds.add_parser("list", help="every rule with its clause")
    listing.add_argument("--clause", help="only what rests on this clause, headings included")
    listing.set_defaults(run=run_list)
    vocabulary = kinds.add_parser("vocabulary", help="every word with its Chinese name")
    vocabulary.set_defaults(run=run_vocabulary)
    evaluate = kinds.add_parser("evaluate", help="judge a site by its facts")
    evaluate.set_defaults(run=run_evaluate)
    plan = kinds.add_parser("plan", help="the fewest cameras that meet all rules, from declared areas")
    plan.add_argument("--with-as-required", action="store_true", help="also what customs may require")
    plan.set_defaults(run=run_plan)
    check = kinds.add_parser("check", help="load a folder of rules and prove its examples")
    check.add_argument("folder", type=Path, metavar="FOLDER")
    check.set_defaults(run=run_check)
    for parser in (evaluate, plan):
        parser.add_argument("facts", type=Path, metavar="SITE.json", help="facts of a site; - reads standard input")
    for parser in (listing, vocabulary, evaluate, plan):
        parser.add_argument("--book", default="", help="the book to use, where several know the class")
        parser.add_argument("--on", type=_day, default=None, metavar="DAY", help="the book in force on this day")
        parser.add_argument("--json", action="store_true")


def run_list(options: argparse.Namespace) -> int:
    """Print the rules."""
    from oversite.oversight.rules.engine.output import rule_json

    rules = [
        rule for book in _books(options) for rule in book.rules if not options.clause or rule.cited_by(options.clause)
    ]
    if options.json:
        print(json.dumps([rule_json(each) for each in rules], ensure_ascii=False, indent=1))
    else:
        for rule in rules:
            print(f"{rule.book}:{rule.id}\t{'、'.join(rule.areas)}\t{rule.title.zh}\t{_demand_line(rule)}")
        print(f"{len(rules)} rules", file=sys.stderr)
    return 0


def run_vocabulary(options: argparse.Namespace) -> int:
    """Print every word."""
    from oversite.oversight.rules.engine.output import vocabulary_json

    found = [vocabulary_json(book) for book in _books(options)]
    if options.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return 0
    for book in found:
        for name, entries in book.items():
            if isinstance(entries, list):
                print(f"# {book['book']} {name}")
                for entry in entries:
                    print(f"{entry['word']}\t{entry['label_zh']}\t{entry['label_en']}")
    return 0


def run_evaluate(options: argparse.Namespace) -> int:
    """Judge a site; 0 whatever is found: the findings say it."""
    from oversite.oversight.rules.engine.evaluation import evaluate
    from oversite.oversight.rules.engine.output import evaluation_json

    _given, book, facts = _site(options)
    findings = evaluate(book, facts)
    if options.json:
        print(json.dumps(evaluation_json(book, facts, findings), ensure_ascii=False, indent=1))
    else:
        _print_findings(facts, findings)
    return 0


def run_plan(options: argparse.Namespace) -> int:
    """Plan the cameras of a site; 1 where no plan can meet every rule."""
    from oversite.oversight.rules.engine.output import plan_json
    from oversite.oversight.rules.engine.planning import honesty, make_plan
    from oversite.oversight.rules.labels import labelled

    given, book, facts = _site(options)
    plan = make_plan(book, facts, with_as_required=options.with_as_required)
    made = plan_json(book, facts, plan)
    made["cameras"] = labelled(book, facts, given["site"], made["cameras"])
    if options.json:
        print(json.dumps(made, ensure_ascii=False, indent=1))
    else:
        for camera in made["cameras"]:
            sees = " ".join(camera["sees"] or [])
            print(f"{camera['id']}\t{camera['kind']}\t{camera['control'] or '-'}\t{sees}\t{camera.get('code') or ''}")
        print(honesty(plan).zh)
    return 1 if any(each.impossible for each in plan.proofs) else 0


def run_check(options: argparse.Namespace) -> int:
    """Load a folder of rules; raises `RulebookError` where it is not right."""
    from oversite.oversight.rules.engine.loading import load_book

    book = load_book(options.folder)
    examples = sum(len(each.examples) for each in book.rules)
    print(f"{book.key} {book.version}: {len(book.rules)} rules, {examples} examples hold")
    return 0


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _start() -> None:
    """Load the apps, so that the domains plug their rulebooks in; no database is opened."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversite.project.settings")
    import django

    django.setup()


def _today(options: argparse.Namespace) -> date:
    return options.on or clock.now().astimezone(clock.BEIJING).date()


def _books(options: argparse.Namespace) -> "list[Rulebook]":
    from oversite.oversight.rules.library import books_in_force

    _start()
    found = books_in_force(_today(options))
    return [book for key, book in found.items() if options.book in {"", key}]


def _facts_file(path: Path) -> dict[str, Any]:
    text = sys.stdin.read(MAX_FACTS_BYTES + 1) if str(path) == "-" else _text(path)
    if len(text) > MAX_FACTS_BYTES:
        raise OversiteError(f"{path}: more than {MAX_FACTS_BYTES} bytes")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise OversiteError(f"{path}: no JSON: {error}") from error
    if not isinstance(given, dict):
        raise OversiteError(f"{path}: a JSON object is expected")
    return given


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OversiteError(f"{path}: cannot be read: {error}") from error


def _site(options: argparse.Namespace) -> "tuple[dict[str, Any], Rulebook, SiteFacts]":
    from oversite.oversight.rules.engine.fact_reading import FactsError, read_facts
    from oversite.oversight.rules.library import choose_book

    _start()
    given = _facts_file(options.facts)
    site = given.get("site")
    site_class = site.get("class") if isinstance(site, dict) else None
    on = options.on or _given_day(given.get("on")) or _today(options)
    book = choose_book(site_class if isinstance(site_class, str) else "", on, options.book)
    try:
        return given, book, read_facts({**given, "on": on.isoformat()}, book)
    except FactsError as error:
        raise OversiteError(f"{options.facts}: the facts cannot be judged:\n{error}") from error


def _given_day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError as error:
        raise OversiteError(f"on: {text!r} is no day: 2026-11-22 is one") from error


def _demand_line(rule: "Rule") -> str:
    demand = rule.demand
    if demand is None:
        return ",".join(rule.as_for) or rule.governs or ",".join(name for name, _values in rule.require)
    words = [demand.kind, *demand.abilities, demand.control or "", rule.strength if rule.strength != "always" else ""]
    return " ".join(each for each in words if each)


def _print_findings(facts: "SiteFacts", findings: "list[Finding]") -> None:
    from oversite.oversight.rules.engine.words import OUTCOME_LABELS

    names = {each.id: each.label for each in facts.areas}
    for found in findings:
        said = found.missing.zh or found.reason.zh or "、".join(found.cameras)
        where = names.get(found.area, facts.name or facts.code)
        print(f"{OUTCOME_LABELS[found.outcome.value].zh}\t{found.rule}\t{where}\t{found.title.zh}\t{said}")
