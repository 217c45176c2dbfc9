"""`oversite web|signalling|media|worker`: one process each, for larger installations and for the supervisor."""

import argparse
import logging
import threading
from typing import Any

from oversite.project import logs
from oversite.project.commands.options import add_installation, start_django

Subparsers = Any


def add(commands: Subparsers) -> None:
    """Add the four commands."""
    for name, run, help_text in (
        ("web", run_web, "the screens and the API"),
        ("signalling", run_signalling, "SIP with the devices"),
        ("media", run_media, "receive, show and record pictures"),
        ("worker", run_worker, "long work, deadlines, deliveries"),
    ):
        parser = commands.add_parser(name, help=f"start only {help_text}")
        add_installation(parser)
        if name == "media":
            parser.add_argument("--node", type=int, default=0, help="number of this media node, from 0")
        parser.set_defaults(run=run)


def run_web(options: argparse.Namespace) -> int:
    """Serve the ASGI application."""
    logs.start("web")
    config = start_django(options)
    import uvicorn

    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
    uvicorn.run(
        "oversite.project.asgi:application",
        host=config.host,
        port=config.web_port,
        log_config=None,
        log_level="warning",
        ws="websockets-sansio",
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    return 0


def _warm_up() -> None:
    """So that the first document of the day is as quick as the others; without fonts nothing else suffers."""
    from oversite.base.documents.warming import warm_up
    from oversite.common.errors import OversiteError

    try:
        warm_up()
    except (OversiteError, OSError) as error:
        logging.getLogger(__name__).warning("documents cannot be printed: %s", error)


def run_signalling(options: argparse.Namespace) -> int:
    """Run the SIP server."""
    logs.start("signalling")
    config = start_django(options, synchronous="NORMAL")
    from oversite.services.signalling import process

    process.main(config)
    return 0


def run_media(options: argparse.Namespace) -> int:
    """Run one media node."""
    logs.start(f"media {options.node}")
    config = start_django(options, synchronous="NORMAL")
    from oversite.services.media import process

    process.main(config, options.node)
    return 0


def run_worker(options: argparse.Namespace) -> int:
    """Run the worker."""
    logs.start("worker")
    config = start_django(options)
    from oversite.services.worker import process

    process.main(config)
    return 0
