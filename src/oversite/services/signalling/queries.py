"""Questions to devices and their answers, which come as messages of their own, in several parts, late or never."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from heapq import heappop, heappush
from typing import Any, Final, TypeVar

import structlog

from oversite.protocol.gb28181.catalog import CatalogCollector, CatalogQuery, CatalogResponse
from oversite.protocol.gb28181.catalog_item import CatalogItem
from oversite.protocol.gb28181.collector import AnswerCollector, Collected
from oversite.protocol.gb28181.config_download import ConfigDownloadQuery, ConfigDownloadResponse
from oversite.protocol.gb28181.device import (
    DeviceInfoQuery,
    DeviceInfoResponse,
    DeviceStatusQuery,
    DeviceStatusResponse,
)
from oversite.protocol.gb28181.device_config import DeviceConfig
from oversite.protocol.gb28181.message import CONTENT_TYPE, ManscdpMessage, ResultResponse
from oversite.protocol.gb28181.osd import OsdSettings
from oversite.protocol.gb28181.preset import HomePositionQuery, HomePositionResponse, PresetQuery, PresetResponse
from oversite.protocol.gb28181.record_info import (
    RecordCollector,
    RecordInfoQuery,
    RecordInfoResponse,
    RecordItem,
)
from oversite.services.signalling.agent import Agent, NoAnswer
from oversite.services.signalling.catalog import Catalog
from oversite.services.signalling.directory import Device, Directory
from oversite.services.signalling.metrics import Metrics

log = structlog.get_logger("oversite.signalling")

Item = TypeVar("Item")

AT_ONCE: Final = 24
"""Devices that are asked at the same time after a storm (quirk 17)."""
JITTER_S: Final = 2.0
LOOK_AGAIN_S: Final = 0.5
GREET_WITHIN_S: Final = 60.0
"""A device is asked what it has once nothing urgent waits any more, but at the latest after this."""
CATALOG_AGAIN_S: Final = 600.0
CATALOG_IDLE_S: Final = 30.0
COLLECT_S: Final = 600.0
RECORDS_IDLE_S: Final = 4.0
ACCEPT_S: Final = 4.0
ANSWER_S: Final = 6.0
"""Together below the 12 s that the web waits for a question."""
RECORDS_S: Final = 10.0
SUBSCRIBE_S: Final = 3_600


class QueryFailed(Exception):
    """The device refused the question or did not answer; the text says which."""


class DeviceRefused(QueryFailed):
    """The device answered with a status that says no; `sip_status` is that status."""

    def __init__(self, sip_status: int, reason: str) -> None:
        super().__init__(f"refused: {sip_status} {reason}")
        self.sip_status = sip_status


class Queries:
    """Asks and collects. What arrives for nobody (quirk 12: minutes late) still counts for the catalogue."""

    def __init__(
        self,
        agent: Agent,
        directory: Directory,
        catalog: Catalog,
        metrics: Metrics,
        *,
        jitter_s: float = JITTER_S,
        is_behind: Callable[[], bool] = lambda: False,
    ) -> None:
        self._agent = agent
        self._directory = directory
        self._catalog = catalog
        self._metrics = metrics
        self._jitter_s = jitter_s
        self._is_behind = is_behind
        self._loop = asyncio.get_running_loop()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._collecting: dict[tuple[str, int], Callable[[ManscdpMessage], None]] = {}
        self._configuring: dict[str, set[asyncio.Future[ConfigDownloadResponse]]] = {}
        self._greeting: dict[str, asyncio.Task[None]] = {}
        self._renewals: list[tuple[float, str]] = []

    # After a registration

    def greet(self, device: Device) -> None:
        """Ask a device that has registered what it is and has: soon, not all at once."""
        if device.gb_id not in self._greeting:
            self._begin(device, self._greet(device))

    def _begin(self, device: Device, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._greeting[device.gb_id] = task
        task.add_done_callback(lambda _: self._greeting.pop(device.gb_id, None))

    def renew_subscriptions(self) -> None:
        """Subscribe again before a subscription runs out; who has gone meanwhile is asked when it comes back."""
        while self._renewals and self._renewals[0][0] <= self._loop.time():
            device = self._directory.devices.get(heappop(self._renewals)[1])
            if device is not None and device.is_online and device.gb_id not in self._greeting:
                self._begin(device, self._ask_in_turn(device, self._subscribe))

    async def stop(self) -> None:
        for task in list(self._greeting.values()):
            task.cancel()
        await asyncio.gather(*self._greeting.values(), return_exceptions=True)

    async def _greet(self, device: Device) -> None:
        waiting = len(self._greeting)
        await asyncio.sleep(random.uniform(0, self._jitter_s * max(1.0, waiting / AT_ONCE / 4)))  # noqa: S311
        deadline_s = self._loop.time() + GREET_WITHIN_S
        while self._is_behind() and self._loop.time() < deadline_s:  # noqa: ASYNC110 - has no event of its own
            await asyncio.sleep(LOOK_AGAIN_S)
        async with self._gate:
            await asyncio.gather(
                self._ask_in_turn(device, self._catalog_if_due, self._subscribe),
                self._ask_in_turn(device, self.info, self.status),
            )

    async def _ask_in_turn(self, device: Device, *questions: Callable[[Device], Awaitable[object]]) -> None:
        for ask in questions:
            try:
                await ask(device)
            except (QueryFailed, LookupError) as error:
                log.info("query_failed", device=device.gb_id, query=ask.__name__, why=str(error))
                self._metrics.count("query_failed")
                if not device.is_online:
                    return

    async def _catalog_if_due(self, device: Device) -> None:
        if self._loop.time() - device.catalog_asked_s >= CATALOG_AGAIN_S:
            await self.catalog(device)

    async def _subscribe(self, device: Device) -> None:
        """Ask for notices of catalogue changes (app. N); devices that cannot, say so and are not asked again soon."""
        query = CatalogQuery(device_id=device.gb_id, sn=self._agent.next_sn())
        body = query.to_xml(device.charset)
        request = self._agent.new_request("SUBSCRIBE", device.gb_id, device.address, body, CONTENT_TYPE)
        request.headers.add("Event", f"Catalog;id={query.sn}")
        request.headers.add("Expires", str(SUBSCRIBE_S))
        try:
            answer = await self._agent.ask(request, device.address, within_s=ACCEPT_S)
        except NoAnswer:
            self._metrics.count("subscribe_unanswered")
            return
        self._metrics.count("subscribed" if answer.response.is_success else "subscribe_refused")
        if answer.response.is_success:
            granted_s = min(answer.response.expires or SUBSCRIBE_S, SUBSCRIBE_S)
            heappush(self._renewals, (self._loop.time() + max(60.0, granted_s * 0.9), device.gb_id))

    # Questions

    async def catalog(self, device: Device) -> Collected[CatalogItem]:
        """Ask for the catalogue and wait until it is complete or nothing more comes."""
        device.catalog_asked_s = self._loop.time()
        query = CatalogQuery(device_id=device.gb_id, sn=self._agent.next_sn())
        collector = CatalogCollector(query.sn, self._loop.time(), idle_timeout_s=CATALOG_IDLE_S)
        found = await self._collect(device, query, collector, CatalogResponse)
        device.channels_seen, device.channels_total = found.received, found.total or found.received
        self._directory.touch(device)
        if not found.is_complete:
            device.catalog_asked_s = float("-inf")
            log.warning("catalog_partial", device=device.gb_id, received=found.received, total=found.total)
            self._metrics.count("catalog_partial")
        return found

    async def records(
        self, device: Device, channel_gb_id: str, start_at: datetime, end_at: datetime
    ) -> Collected[RecordItem]:
        """What the device has recorded of a channel."""
        query = RecordInfoQuery(device_id=channel_gb_id, sn=self._agent.next_sn(), start_at=start_at, end_at=end_at)
        collector = RecordCollector(query.sn, self._loop.time(), idle_timeout_s=RECORDS_IDLE_S)
        return await self._collect(device, query, collector, RecordInfoResponse, within_s=RECORDS_S)

    async def info(self, device: Device) -> DeviceInfoResponse:
        query = DeviceInfoQuery(device_id=device.gb_id, sn=self._agent.next_sn())
        found = await self._ask_one(device, query, DeviceInfoResponse)
        device.manufacturer, device.model = found.manufacturer[:80], found.model[:80]
        device.firmware = found.firmware[:80]
        self._directory.touch(device)
        return found

    async def status(self, device: Device) -> DeviceStatusResponse:
        query = DeviceStatusQuery(device_id=device.gb_id, sn=self._agent.next_sn())
        return await self._ask_one(device, query, DeviceStatusResponse)

    async def presets(self, device: Device, channel_gb_id: str) -> PresetResponse:
        query = PresetQuery(device_id=channel_gb_id, sn=self._agent.next_sn())
        return await self._ask_one(device, query, PresetResponse)

    async def home_position(self, device: Device, channel_gb_id: str) -> HomePositionResponse:
        query = HomePositionQuery(device_id=channel_gb_id, sn=self._agent.next_sn())
        return await self._ask_one(device, query, HomePositionResponse)

    async def configuration(self, device: Device) -> ConfigDownloadResponse:
        """Its basic parameters. The question names the device, never a channel: some makers answer nothing else; and
        a device that registers anew instead of answering has no answer to give (quirk 9).
        """
        query = ConfigDownloadQuery(device_id=device.gb_id, sn=self._agent.next_sn())
        return await self._configuration(device, query)

    async def screen(self, device: Device, channel_gb_id: str) -> ConfigDownloadResponse:
        """What the device writes into the picture of a channel (2022, A.2.1.12)."""
        sn = self._agent.next_sn()
        query = ConfigDownloadQuery(device_id=channel_gb_id, sn=sn, config_types=("OSDConfig",))
        return await self._configuration(device, query)

    async def set_screen(self, device: Device, channel_gb_id: str, osd: OsdSettings) -> ResultResponse:
        """Have the device write something else; what it made of it, only `screen` tells."""
        config = DeviceConfig(device_id=channel_gb_id, sn=self._agent.next_sn(), osd=osd)
        return await self._ask_one(device, config, ResultResponse)

    async def _configuration(self, device: Device, query: ConfigDownloadQuery) -> ConfigDownloadResponse:
        asking = asyncio.ensure_future(self._ask_one(device, query, ConfigDownloadResponse))
        self._configuring.setdefault(device.gb_id, set()).add(asking)
        try:
            return await asking
        except asyncio.CancelledError:
            if (current := asyncio.current_task()) is not None and current.cancelling():
                raise
            raise QueryFailed("accepted, but the device registered anew instead of answering") from None
        finally:
            asking.cancel()
            self._configuring.get(device.gb_id, set()).discard(asking)

    def came_anew(self, device: Device) -> None:
        """The device has registered again: a question for its configuration is answered no more (quirk 9)."""
        for asking in self._configuring.pop(device.gb_id, ()):
            asking.cancel()

    # Answers

    def receive(self, device: Device, message: ManscdpMessage) -> None:
        """A Response from a device, whoever waits for it."""
        if isinstance(message, CatalogResponse):
            self._catalog.announce(device, message.items)
        take = self._collecting.get((device.gb_id, message.sn))
        if take is not None:
            take(message)
        else:
            self._metrics.count("late_answers")

    async def _ask_one(self, device: Device, query: ManscdpMessage, kind: type[Answered]) -> Answered:
        future: asyncio.Future[Answered] = self._loop.create_future()

        def take(message: ManscdpMessage) -> None:
            if isinstance(message, kind) and not future.done():
                future.set_result(message)

        key = (device.gb_id, query.sn)
        self._collecting[key] = take
        try:
            await self._send(device, query)
            async with asyncio.timeout(ANSWER_S):
                return await future
        except TimeoutError:
            raise QueryFailed("accepted, but not answered") from None
        finally:
            del self._collecting[key]

    async def _collect(
        self,
        device: Device,
        query: ManscdpMessage,
        collector: AnswerCollector[Item],
        kind: Any,
        *,
        within_s: float = COLLECT_S,
    ) -> Collected[Item]:
        end_s = self._loop.time() + within_s
        changed = asyncio.Event()

        def take(message: ManscdpMessage) -> None:
            if isinstance(message, kind):
                collector.add_response(message, self._loop.time())  # type: ignore[attr-defined]
                changed.set()

        key = (device.gb_id, query.sn)
        self._collecting[key] = take
        try:
            await self._send(device, query)
            while not collector.is_over(self._loop.time()):
                try:
                    async with asyncio.timeout_at(min(collector.next_timeout, end_s)):
                        await changed.wait()
                except TimeoutError:
                    break
                changed.clear()
        finally:
            del self._collecting[key]
        return collector.collected

    async def _send(self, device: Device, query: ManscdpMessage) -> None:
        try:
            answer = await self._agent.tell(device, query, within_s=ACCEPT_S)
        except NoAnswer as error:
            raise QueryFailed(str(error)) from None
        if not answer.response.is_success:
            raise DeviceRefused(answer.response.status, answer.response.reason[:80])


Answered = TypeVar("Answered", bound=ManscdpMessage)


def records_as_json(found: Collected[RecordItem]) -> dict[str, Any]:
    """The answer of the door's `records` query."""
    items = [
        {
            "start_at": item.start_at.isoformat(),
            "end_at": item.end_at.isoformat(),
            "name": item.name,
            "type": item.record_type,
            "bytes": item.file_bytes,
        }
        for item in sorted(found.items, key=lambda item: item.start_at)
    ]
    return {
        "items": items,
        "complete": found.is_complete,
        "received": found.received,
        "total": found.total if found.total is not None else found.received,
    }
