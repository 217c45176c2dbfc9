"""The door of the media nodes as signalling uses it: receivers are opened, watched and closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from oversite.services.signalling.http import HttpFailed, HttpResponse, call
from oversite.services.signalling.records import NodeRecord

OPEN_S: Final = 4.0


class MediaFailed(Exception):
    """No node could do it; the text says why."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where a device shall send to, and which node receives."""

    stream_key: str
    node: int
    ip: str
    port: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stream has come: waiting_packet, waiting_key, playing or failed."""

    stage: str
    reason: str = ""
    codec: str = ""
    mime: str = ""
    packets: int = 0


class MediaDoor:
    """All nodes; a new receiver goes to the least loaded one that takes it."""

    def __init__(self, *, secret: str, nodes: Iterable[NodeRecord]) -> None:
        self._secret = secret
        self._nodes: dict[int, NodeRecord] = {}
        self._opened: dict[int, int] = {}
        self.use(nodes)

    def use(self, nodes: Iterable[NodeRecord]) -> None:
        """The nodes that are alive, with their load; an empty list changes nothing."""
        found = {node.number: node for node in nodes}
        if found:
            self._nodes, self._opened = found, dict.fromkeys(found, 0)

    @property
    def nodes(self) -> list[NodeRecord]:
        """The nodes in use."""
        return list(self._nodes.values())

    async def open(self, order: dict[str, Any], *, node: int | None = None) -> Receiver:
        """Open a receiver, at one node or wherever there is room. Raises MediaFailed."""
        reasons = []
        for number in [node] if node is not None else self._by_load():
            try:
                response = await self._call(number, "POST", "/door/receivers", order, within_s=OPEN_S)
            except HttpFailed as error:
                reasons.append(f"media {number}: {error}")
                continue
            told = _object(response)
            if response.status in {200, 201}:
                self._opened[number] = self._opened.get(number, 0) + 1
                return Receiver(order["stream_key"], number, str(told.get("ip", "")), int(told.get("port", 0)))
            reasons.append(f"media {number}: {told.get('reason') or response.status}")
        raise MediaFailed("; ".join(reasons) or "no media node is known")

    async def connect(self, node: int, stream_key: str, host: str, port: int) -> None:
        """TCP active: have the node connect to the device. Raises MediaFailed."""
        await self._must(node, "POST", f"{_path(stream_key)}/connect", {"host": host, "port": port})

    async def change(self, node: int, stream_key: str, **what: Any) -> None:
        """Change `ssrc`, `record`, `clock_offset_ms`, `scale` or `position_s`. Raises MediaFailed."""
        await self._must(node, "PATCH", _path(stream_key), what)

    async def close(self, node: int, stream_key: str) -> None:
        """Close a receiver; a node that is down has none."""
        try:
            await self._call(node, "DELETE", _path(stream_key), None)
        except HttpFailed:
            return

    async def wait_playing(self, node: int, stream_key: str, *, within_s: float) -> Progress:
        """Long-poll until it plays, fails, or time is up. Raises MediaFailed."""
        path = f"{_path(stream_key)}?stage=playing&timeout_ms={int(within_s * 1000)}"
        return await self._progress(node, path, within_s)

    async def progress(self, node: int, stream_key: str) -> Progress:
        """How far it has come now. Raises MediaFailed."""
        return await self._progress(node, _path(stream_key), 3.0)

    async def _progress(self, node: int, path: str, within_s: float) -> Progress:
        try:
            response = await self._call(node, "GET", path, None, within_s=within_s + 2)
        except HttpFailed as error:
            raise MediaFailed(str(error)) from error
        if response.status != 200:
            raise MediaFailed(str(_object(response).get("reason") or response.status))
        return _progress(_object(response))

    async def receivers(self) -> dict[int, dict[str, Progress]]:
        """Of every node that answers: its receivers by stream key."""
        found: dict[int, dict[str, Progress]] = {}
        for number in self._nodes:
            try:
                response = await self._call(number, "GET", "/door/receivers", None)
            except HttpFailed:
                continue
            if response.status == 200:
                found[number] = _listed(response.json())
        return found

    def _by_load(self) -> list[int]:
        def load(number: int) -> int:
            return self._nodes[number].streams + self._opened.get(number, 0)

        return sorted(self._nodes, key=load)

    async def _must(self, node: int, method: str, path: str, body: Any) -> None:
        try:
            response = await self._call(node, method, path, body)
        except HttpFailed as error:
            raise MediaFailed(str(error)) from error
        if response.status >= 400:
            raise MediaFailed(str(_object(response).get("reason") or response.status))

    async def _call(self, node: int, method: str, path: str, body: Any, within_s: float = 5.0) -> HttpResponse:
        known = self._nodes.get(node)
        if known is None:
            raise HttpFailed(f"media node {node} is not known")
        parts = urlsplit(known.door_url)
        host, port = parts.hostname or "127.0.0.1", parts.port or 80
        return await call(method, host, port, path, secret=self._secret, body=body, within_s=within_s)


def _path(stream_key: str) -> str:
    return f"/door/receivers/{quote(stream_key, safe='')}"


def _object(response: HttpResponse) -> dict[str, Any]:
    value = response.json()
    return value if isinstance(value, dict) else {}


def _progress(told: dict[str, Any]) -> Progress:
    return Progress(
        stage=str(told.get("stage") or ""),
        reason=str(told.get("reason") or ""),
        codec=str(told.get("codec") or ""),
        mime=str(told.get("mime") or ""),
        packets=int(told.get("packets") or 0),
    )


def _listed(value: Any) -> dict[str, Progress]:
    rows = value.get("receivers", []) if isinstance(value, dict) else value
    if not isinstance(rows, list):
        return {}
    named = [(str(row.get("stream_key") or row.get("receiver_id") or ""), row) for row in rows if isinstance(row, dict)]
    return {key: _progress(row) for key, row in named if key}
