"""The media process: `oversite media --node N`."""

import gc
import resource
import signal

import structlog

from oversite.common.config import Config
from oversite.common.keys import read_key
from oversite.services.media.node import MediaNode

log = structlog.get_logger("media.process")


def main(config: Config, node: int = 0) -> None:
    """Run one media node until SIGTERM or SIGINT; Django must be set up."""
    raise_descriptor_limit()
    media = MediaNode(config, node, read_key(config.keys_dir, "door").hex())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: media.stop())
    media.start()
    freeze()
    media.run()
    media.close()


def freeze() -> None:
    """Nothing made so far is ever looked at again by the collector."""
    gc.collect()
    gc.freeze()


def raise_descriptor_limit() -> None:
    """A stream takes three descriptors and a viewer one: ask for as many as the system lets us have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    log.info("descriptors", limit=hard)
