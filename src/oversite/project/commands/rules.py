"""`oversite rules …`: rulebooks without a server: what they hold, what they say of a site, which cameras it needs."""

import argparse
import json
import locale
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oversite.common import clock
from oversite.common.errors import OversiteError

if TYPE_CHECKING:
    from oversite.oversight.rules.engine.facts import SiteFacts
    from oversite.oversight.rules.engine.findings import Finding
    from oversite.oversight.rules.engine.rule import Rule, Rulebook
    from oversite.oversight.rules.engine.words import Label

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
    for parser in (listing, vocabulary, evaluate, plan, check):
        parser.add_argument("--lang", choices=("zh", "en"), help="of what is printed for people; else by the locale")


def run_list(options: argparse.Namespace) -> int:
    """Print the rules; an unknown clause is an error that names those near it."""
    from oversite.oversight.rules.engine.output import rule_json
    from oversite.oversight.rules.engine.rule import near_clauses

    books = _books(options)
    rules = [
        (book, rule) for book in books for rule in book.rules if not options.clause or rule.cited_by(options.clause)
    ]
    rests_on_redundancy = any(book.redundancy and options.clause in book.redundancy.clause for book in books)
    if options.clause and not rules and not rests_on_redundancy:
        near = near_clauses(options.clause, (rule for book in books for rule in book.rules))
        raise OversiteError(
            f"没有规则依据条款“{options.clause}”；相近的条款：{'、'.join(near) or '无'}"
            if _language(options, "en") == "zh"
            else f"no rule rests on the clause {options.clause!r}; near it: {', '.join(near) or 'none'}"
        )
    if options.json:
        print(json.dumps([rule_json(rule, book) for book, rule in rules], ensure_ascii=False, indent=1))
        return 0
    for book, rule in rules:
        areas = "、".join(_said(book.vocabulary.areas[each].label, options) for each in rule.areas)
        told = (f"{rule.book}:{rule.id}", _said(book.cite(rule.clause), options), areas, _said(rule.title, options))
        print("\t".join((*told, _demand_line(rule))))
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
        _print_findings(book, facts, findings, options)
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
            clauses = _said(book.cite_rules(camera["because"]), options)
            told = (camera["id"], camera["kind"], camera["control"] or "-", sees, camera.get("code") or "", clauses)
            print("\t".join(told))
        print(_said(honesty(plan), options))
    return 1 if any(each.impossible for each in plan.proofs) else 0


def run_check(options: argparse.Namespace) -> int:
    """Load a folder of rules, and hold it against the index of its provisions where it has one.

    Raises `RulebookError` where it is not right; 1 where a provision has no rule, or lost one.
    """
    from oversite.oversight.rules.engine.completeness import gaps, index_of
    from oversite.oversight.rules.engine.loading import load_book
    from oversite.oversight.rules.engine.words import Label

    with _in_language(options):
        book = load_book(options.folder)
        index = index_of(options.folder)
        missing = gaps(book, index) if index else []
    rules, examples = len(book.rules), sum(len(each.examples) for each in book.rules)
    zh = f"{book.key}（第{book.version}版）：{rules}条规则，{examples}个示例均成立"
    print(_told(Label(zh, f"{book.key} {book.version}: {rules} rules, {examples} examples hold"), options))
    for each in missing:
        print(_told(each, options), file=sys.stderr)
    if index:
        zh = f"条款索引共{len(index)}条，其中{len(missing)}条与规则不符"
        en = f"{len(index)} provisions of the index, {len(missing)} of them not as it says"
        print(_told(Label(zh, en), options))
    return 1 if missing else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: 2026-11-22 is one") from error


def _language(options: argparse.Namespace, otherwise: str) -> str:
    """The language asked for, else that of the terminal; `otherwise` where its locale is neither Chinese nor English.

    Findings are Chinese then, as everything that the product says; errors are English, as those of every command.
    """
    if options.lang:
        return str(options.lang)
    try:
        name = locale.setlocale(locale.LC_MESSAGES, "").lower()
    except locale.Error:
        name = ""
    return next((each for each in ("zh", "en") if name.startswith(each)), otherwise)


def _said(label: "Label", options: argparse.Namespace) -> str:
    return label.zh if _language(options, "zh") == "zh" else label.en


def _told(label: "Label", options: argparse.Namespace) -> str:
    """As errors are told: what this says is for who writes rulebooks."""
    return label.zh if _language(options, "en") == "zh" else label.en


def _start() -> None:
    """Load the apps, so that the domains plug their rulebooks in; no database is opened."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversite.project.settings")
    import django

    django.setup()


def _today(options: argparse.Namespace) -> date:
    return options.on or clock.now().astimezone(clock.BEIJING).date()


@contextmanager
def _in_language(options: argparse.Namespace) -> Iterator[None]:
    """What is wrong with a rulebook is told in the language of the terminal."""
    from oversite.oversight.rules.engine.reading import RulebookError

    try:
        yield
    except RulebookError as error:
        raise OversiteError(error.told(_language(options, "en"))) from error


def _books(options: argparse.Namespace) -> "list[Rulebook]":
    from oversite.oversight.rules.engine.problems import FactsError
    from oversite.oversight.rules.library import require_books

    _start()
    try:
        with _in_language(options):
            return require_books(_today(options), options.book)
    except FactsError as error:
        raise OversiteError(error.told(_language(options, "en"))) from error


def _facts_file(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    path = options.facts
    text = sys.stdin.read(MAX_FACTS_BYTES + 1) if str(path) == "-" else _text(options)
    if len(text) > MAX_FACTS_BYTES:
        raise _unreadable(options, f"超过{MAX_FACTS_BYTES}字节", f"more than {MAX_FACTS_BYTES} bytes")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable(options, f"不是JSON：{error}", f"no JSON: {error}") from error
    if not isinstance(given, dict):
        raise _unreadable(options, "应为一个JSON对象", "a JSON object is expected")
    return text, given


def _text(options: argparse.Namespace) -> str:
    try:
        return str(options.facts.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _unreadable(options, "没有这个文件", "there is no such file") from error
    except UnicodeDecodeError as error:
        raise _unreadable(options, "不是UTF-8文本", f"cannot be read: {error}") from error
    except OSError as error:
        raise _unreadable(options, f"无法读取：{error.strerror}", f"cannot be read: {error}") from error


def _unreadable(options: argparse.Namespace, zh: str, en: str) -> OversiteError:
    return OversiteError(f"{options.facts}: {zh if _language(options, 'en') == 'zh' else en}")


def _site(options: argparse.Namespace) -> "tuple[dict[str, Any], Rulebook, SiteFacts]":
    from oversite.oversight.rules.engine.fact_reading import read_facts
    from oversite.oversight.rules.engine.problems import FactsError
    from oversite.oversight.rules.library import choose_book

    _start()
    text, given = _facts_file(options)
    site = given.get("site")
    site_class = site.get("class") if isinstance(site, dict) else None
    try:
        on = options.on or _given_day(given.get("on")) or _today(options)
        with _in_language(options):
            book = choose_book(site_class if isinstance(site_class, str) else "", on, options.book)
        return given, book, read_facts({**given, "on": on.isoformat()}, book)
    except FactsError as error:
        language = _language(options, "en")
        start = "这些登记内容不能评估" if language == "zh" else "the facts cannot be judged"
        raise OversiteError(f"{options.facts}: {start}:\n{error.told(language, text)}") from error


def _given_day(text: object) -> date | None:
    from oversite.oversight.rules.engine.problems import FactsError, Problem
    from oversite.oversight.rules.engine.words import Label

    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError as error:
        said = Label(f"“{text}”不是日期，应如2026-11-22", f"{text!r} is no day: 2026-11-22 is one")
        raise FactsError([Problem("on", said)]) from error


def _demand_line(rule: "Rule") -> str:
    demand = rule.demand
    if demand is None:
        return ",".join(rule.as_for) or rule.governs or ",".join(name for name, _values in rule.require)
    words = [demand.kind, *demand.abilities, demand.control or "", rule.strength if rule.strength != "always" else ""]
    return " ".join(each for each in words if each)


def _print_findings(
    book: "Rulebook", facts: "SiteFacts", findings: "list[Finding]", options: argparse.Namespace
) -> None:
    """One line each: outcome, clause in words, area, title, what it says, and the id of the rule."""
    from oversite.oversight.rules.engine.words import OUTCOME_LABELS

    names = {each.id: each.label for each in facts.areas}
    for found in findings:
        said = _said(found.missing, options) or _said(found.reason, options) or "、".join(found.cameras)
        where = names.get(found.area, facts.name or facts.code)
        outcome = _said(OUTCOME_LABELS[found.outcome.value], options)
        print(
            "\t".join(
                (outcome, _said(book.cite(found.clause), options), where, _said(found.title, options), said, found.rule)
            )
        )
