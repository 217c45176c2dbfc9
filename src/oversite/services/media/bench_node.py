"""The node that the bench measures: a real one, except that nothing is written to a database."""

import argparse
import logging
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import django
import structlog

from oversite.common import config as configuration

if TYPE_CHECKING:
    from oversite.services.media.store import Store

SECRET = "bench" * 8
FIRST_PORT = 20_000


def no_store() -> "type[Store]":
    """A store that confirms at once and forgets; made late, because stores know Django."""
    from oversite.services.media.store import Store

    class NoStore(Store):
        def start(self) -> None:
            self.is_reachable = True

        def stop(self) -> None:
            pass

        def put_facts(self, facts: object) -> None:
            for fact in list(facts):  # type: ignore[call-overload]
                if fact.state != "open":
                    self._events.confirmed(fact.volume, [fact.path])

        def put_report(self, report: object) -> None:
            pass

        def request_space(self) -> None:
            pass

    return NoStore


def main() -> None:
    """Serve until terminated; prints `ready`, its process id and its port."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--streams", type=int, required=True)
    parser.add_argument("--tick-ms", type=float)
    options = parser.parse_args()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    settings = replace(
        configuration.current(),
        data_dir=Path(options.data),
        host="127.0.0.1",
        media_port=0,
        media_nodes=1,
        rtp_ports=(FIRST_PORT, FIRST_PORT + options.streams * 2 + 200),
        signalling_door_port=1,
        database_url="",
    )
    configuration.use(settings)
    django.setup()
    from oversite.services.media.node import MediaNode
    from oversite.services.media.process import freeze, raise_descriptor_limit

    raise_descriptor_limit()
    tick_seconds = options.tick_ms / 1000 if options.tick_ms else None
    node = MediaNode(settings, 0, SECRET, tick_seconds=tick_seconds, make_store=no_store())
    signal.signal(signal.SIGTERM, lambda *_: node.stop())
    node.start()
    freeze()
    print(f"ready {os.getpid()} {node.port} {node.loop.tick_seconds * 1000:g}", flush=True)  # noqa: T201 - the bench reads it
    node.run()
    node.close()


if __name__ == "__main__":
    main()
