"""`oversite code build|explain|check`: the 20 digits of customs cameras, without a server and a database."""

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oversite.domains.customs.codes import Explanation, Fault


def add(commands: Any) -> None:
    """Add the three."""
    code = commands.add_parser("code", help="camera codes of customs: build, explain and check 20 digits")
    acts = code.add_subparsers(dest="act", required=True, metavar="ACT")
    build = acts.add_parser("build", help="put a code together; tabled parts by their digits or their key")
    build.add_argument("--district", required=True, metavar="NNNN", help="customs district, digits 1 to 4")
    build.add_argument("--site", required=True, metavar="NNN", help="serial of the site, digits 5 to 7")
    build.add_argument("--control", required=True, metavar="N", help="1, 2, 3, 5, 6 or customs, enterprise …")
    build.add_argument("--device", required=True, metavar="NNN", help="131 or 132 (camera, ip-camera)")
    build.add_argument(
        "--class",
        dest="site_class",
        default="",
        metavar="NN",
        help="class of the site, digits 14, 15; needed unless --case settles it",
    )
    build.add_argument("--position", required=True, metavar="NN", help="position watched, 01 to 22")
    build.add_argument("--serial", required=True, type=int, metavar="N", help="serial at the position, 1 to 999")
    build.add_argument(
        "--case",
        action="append",
        default=[],
        choices=("land-border", "berth-outside-site", "border-trade"),
        help="a special case, which settles the class",
    )
    build.add_argument("--reason", default="", help="why the class is 18 or 41 (other)")
    build.set_defaults(run=run_build)
    for act, text, run in (
        ("explain", "what the digits say, as a customs code and as an identity of GB/T 28181", run_explain),
        ("check", "is the code right, and if not, which digits are wrong and why", run_check),
    ):
        parser = acts.add_parser(act, help=text)
        parser.add_argument("code", help="20 digits; spaces and hyphens do not matter")
        parser.set_defaults(run=run)
    for parser in acts.choices.values():
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="of what is printed (zh)")


def run_build(options: argparse.Namespace) -> int:
    """0: the code is printed; 1: it cannot be built, and why."""
    from oversite.domains.customs.codes import Circumstance, CodeRefused, Place, build_code, explain_code

    place = Place(frozenset(Circumstance(case) for case in options.case), options.reason)
    try:
        code = build_code(
            district=options.district,
            site=options.site,
            control=options.control,
            device=options.device,
            site_class=options.site_class,
            position=options.position,
            serial=options.serial,
            place=place,
        )
    except CodeRefused as error:
        _print_faults(error.faults, options)
        return 1
    if options.json:
        print(json.dumps(explain_code(code).as_json(), ensure_ascii=False, indent=2))
    else:
        print(code)
    return 0


def run_explain(options: argparse.Namespace) -> int:
    """0: a right code, explained; 1: a wrong one, explained as far as its digits go."""
    from oversite.domains.customs.codes import explain_code

    explained = explain_code(options.code)
    if options.json:
        print(json.dumps(explained.as_json(), ensure_ascii=False, indent=2))
    else:
        _print_explanation(explained, options.lang)
    return 1 if explained.faults else 0


def run_check(options: argparse.Namespace) -> int:
    """0: right, perhaps with a caution; 1: wrong."""
    from oversite.domains.customs.codes import cautions, check_code
    from oversite.domains.customs.codes.explain import faults_json

    faults, careful = check_code(options.code), cautions(options.code)
    if options.json:
        told = {"valid": not faults, "faults": faults_json(faults), "cautions": faults_json(careful)}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 1 if faults else 0
    if not faults:
        print("编码正确。" if options.lang == "zh" else "The code is right.")
    _print_said((*faults, *careful), options.lang)
    return 1 if faults else 0


def _print_explanation(explained: "Explanation", language: str) -> None:
    print(explained.code)
    if explained.faults:
        _print_said(explained.faults, language, "! ")
        return
    for part in explained.parts:
        first, last = part.digits
        print(f"  {first:>2}-{last:<2} {part.value:8} {part.name.said(language)}: {part.meaning.said(language)}")
    print(explained.note.said(language))
    for part in explained.identity:
        first, last = part.digits
        print(f"  {first:>2}-{last:<2} {part.value:8} {part.name.said(language)}: {part.meaning.said(language)}")
    _print_said(explained.cautions, language, "! ")


def _print_faults(faults: "tuple[Fault, ...]", options: argparse.Namespace) -> None:
    from oversite.domains.customs.codes.explain import faults_json

    if options.json:
        print(json.dumps({"valid": not faults, "faults": faults_json(faults)}, ensure_ascii=False, indent=2))
        return
    _print_said(faults, options.lang)


def _print_said(faults: "Iterable[Fault]", language: str, mark: str = "") -> None:
    """Each in one line, with its provision as the document cites itself."""
    from oversite.domains.customs.reading import RULEBOOK
    from oversite.oversight.rules.slots import cited

    for fault in faults:
        print(f"{mark}{fault.message.said(language)}（{cited(RULEBOOK, fault.clause)[language == 'en']}）")
