"""Noticing at once that a media node died and came back: an idle connection to its door breaks with the process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import urlsplit

import structlog

from oversite.services.signalling.records import NodeRecord

log = structlog.get_logger("oversite.signalling")

TRY_AGAIN_S: Final = 0.25
CONNECT_S: Final = 2.0


class MediaWatch:
    """One idle connection per node; `on_back` is told when a node that was down answers again.

    A node that merely closes an idle connection takes the next one at once and is not taken for one that died.
    """

    def __init__(self, *, on_back: Callable[[], None]) -> None:
        self._on_back = on_back
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def update(self, nodes: Iterable[NodeRecord]) -> None:
        """Watch these nodes and no others."""
        urls = {node.door_url for node in nodes}
        for url in set(self._tasks) - urls:
            self._tasks.pop(url).cancel()
        for url in urls - set(self._tasks):
            self._tasks[url] = asyncio.get_running_loop().create_task(self._watch(url))

    async def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _watch(self, url: str) -> None:
        was_down = False
        parts = urlsplit(url)
        while True:
            try:
                async with asyncio.timeout(CONNECT_S):
                    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            except (OSError, TimeoutError):
                if not was_down:
                    log.warning("media_down", node=url)
                was_down = True
                await asyncio.sleep(TRY_AGAIN_S)
                continue
            if was_down:
                log.info("media_back", node=url)
                was_down = False
                self._on_back()
            try:
                await reader.read()
            except OSError:
                pass
            finally:
                writer.close()
            await asyncio.sleep(TRY_AGAIN_S)
