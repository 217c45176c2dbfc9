"""`oversite bench …`: the figures of part 7 of the design, on this machine."""

import argparse
import json
from typing import Any


def add(commands: Any) -> None:
    """Add the benches."""
    bench = commands.add_parser("bench", help="what this machine can do")
    kinds = bench.add_subparsers(dest="kind", required=True, metavar="KIND")
    signalling = kinds.add_parser("signalling", help="registrations at once, keepalives, devices per core")
    signalling.add_argument("--devices", type=int, default=5000)
    signalling.add_argument("--seconds", type=float, default=20)
    signalling.set_defaults(run=run_signalling)
    media = kinds.add_parser("media", help="receive and record streams; viewers; CPU, loss, memory")
    media.add_argument("--streams", type=int, default=60)
    media.add_argument("--seconds", type=int, default=20)
    media.add_argument("--viewers", type=int, default=0, help="of the live pictures")
    media.add_argument("--speed", type=float, default=1.0, help="how many times as fast as real time")
    media.set_defaults(run=run_media)
    live = kinds.add_parser("live", help="click to first picture, glass to glass, a wall without stalls")
    live.add_argument("--wall", type=int, default=16, help="panes")
    live.add_argument("--seconds", type=float, default=60)
    live.set_defaults(run=run_live)
    timeline = kinds.add_parser("timeline", help="one camera's day among millions of segments")
    timeline.add_argument("--segments", type=int, default=10_000_000)
    timeline.set_defaults(run=run_timeline)
    lists = kinds.add_parser("lists", help="list pages with a million rows behind them")
    lists.add_argument("--rows", type=int, default=1_000_000)
    lists.set_defaults(run=run_lists)
    certificates = kinds.add_parser("certificates", help="issue with signed PDF, check offline, the public page")
    certificates.add_argument("--certificates", type=int, default=60)
    certificates.add_argument("--seconds", type=float, default=5)
    certificates.set_defaults(run=run_certificates)
    rules = kinds.add_parser("rules", help="sites judged per minute")
    rules.add_argument("--sites", type=int, default=1000)
    rules.add_argument("--cameras", type=int, default=100, help="of each site")
    rules.add_argument("--site-class", default="waterway")
    rules.set_defaults(run=run_rules)
    for parser in (signalling, media, live, timeline, lists, certificates, rules):
        parser.add_argument("--json", action="store_true")


def run_signalling(options: argparse.Namespace) -> int:
    """Measure signalling."""
    from oversite.project.bench import signalling

    figures = signalling.run(options.devices, options.seconds)
    print(json.dumps(figures, indent=None if options.json else 2))
    return 0


def run_media(options: argparse.Namespace) -> int:
    """Measure a media node."""
    from oversite.services.media import bench

    bench.run(options.streams, options.seconds, options.json, viewers=options.viewers, speed=options.speed)
    return 0


def run_live(options: argparse.Namespace) -> int:
    """Measure live pictures."""
    from oversite.project.bench import live

    live.show(live.run(options.wall, options.seconds), as_line=options.json)
    return 0


def run_timeline(options: argparse.Namespace) -> int:
    """Measure the index of recordings."""
    from oversite.video.recording import bench

    bench.run(options.segments, options.json)
    return 0


def run_lists(options: argparse.Namespace) -> int:
    """Measure list pages."""
    from oversite.project.bench import lists

    lists.show(lists.run(options.rows), as_line=options.json)
    return 0


def run_certificates(options: argparse.Namespace) -> int:
    """Measure certificates."""
    from oversite.project.bench import certificates

    certificates.show(certificates.run(options.certificates, options.seconds), as_line=options.json)
    return 0


def run_rules(options: argparse.Namespace) -> int:
    """Measure the judging of sites."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversite.project.settings")
    import django

    django.setup()
    from oversite.common import clock
    from oversite.oversight.rules import bench
    from oversite.oversight.rules.library import choose_book
    from oversite.project.bench.calibration import calibration

    book = choose_book(options.site_class, clock.now().astimezone(clock.BEIJING).date())
    figures = bench.run(book, options.site_class, options.sites, options.cameras)
    figures["calibration"] = calibration()
    print(json.dumps(figures, indent=None if options.json else 2))
    return 0
