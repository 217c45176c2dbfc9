"""The outer door, for browsers: live pictures over WebSocket, recordings by range, each by its ticket."""

import json
from urllib.parse import urlsplit

import structlog

from oversite.common.config import Config
from oversite.services.media.door import file_of
from oversite.services.media.http import Exchange
from oversite.services.media.index import RecordingIndex, UnplayableRecording
from oversite.services.media.live import Viewer
from oversite.services.media.loop import Loop
from oversite.services.media.playback import BadRange, RecordingServer
from oversite.services.media.receiver import Receiver
from oversite.services.media.slices import RecordedSlice
from oversite.services.media.streams import Streams, Volumes
from oversite.services.media.tickets import Ticket, TicketOffice, TicketRefused, Viewing
from oversite.services.media.viewings import ViewingLog
from oversite.services.media.websocket import WebSocket

CLOSE_REFUSED = 4403
CLOSE_NO_STREAM = 4404
EXPOSED = "Content-Range, Accept-Ranges, Content-Length"

log = structlog.get_logger("media.browser")


class Origins:
    """Which pages may use what is here: those of the web process and no others."""

    def __init__(self, config: Config) -> None:
        self._web_port = config.web_port
        self._allowed = {_origin_of(config.web_url), f"http://{config.host}:{config.web_port}"}

    def has(self, origin: str, host: str) -> bool:
        """Whether a page of this origin may; `host` is the request's: the web on the same host is ours."""
        if origin in self._allowed:
            return True
        parts = urlsplit(origin)
        return (
            bool(parts.hostname) and parts.hostname == urlsplit(f"//{host}").hostname and parts.port == self._web_port
        )


class Browser:
    """Routes `/live/…` and `/recordings/…`."""

    def __init__(
        self,
        loop: Loop,
        origins: Origins,
        streams: Streams,
        tickets: TicketOffice,
        volumes: Volumes,
        recordings: RecordingServer,
        viewings: ViewingLog,
    ) -> None:
        self.refusals = 0
        self._loop = loop
        self._origins = origins
        self._streams = streams
        self._tickets = tickets
        self._volumes = volumes
        self._recordings = recordings
        self._viewings = viewings

    def serve(self, exchange: Exchange) -> None:
        """Answer one request."""
        headers = exchange.request.headers
        origin = headers.get("origin", "")
        if origin and not self._origins.has(origin, headers.get("host", "")):
            self.refusals += 1
            exchange.refuse(403, "this page may not use the media node")
            return
        method, parts = exchange.request.method, exchange.request.path.strip("/").split("/")
        if method == "OPTIONS":
            self._preflight(exchange)
        elif method == "GET" and len(parts) == 2 and parts[0] == "live":
            self._live(exchange, parts[1])
        elif method == "GET" and len(parts) == 3 and parts[0] == "recordings":
            self._recording(exchange, parts[1], parts[2])
        else:
            exchange.refuse(404, "nothing is here", self._cors(exchange))

    def _preflight(self, exchange: Exchange) -> None:
        allowed = [("Access-Control-Allow-Methods", "GET"), ("Access-Control-Allow-Headers", "Range")]
        exchange.answer(204, headers=[*self._cors(exchange), *allowed, ("Access-Control-Max-Age", "600")])

    def _cors(self, exchange: Exchange) -> list[tuple[str, str]]:
        found = [("Vary", "Origin"), ("X-Content-Type-Options", "nosniff")]
        if origin := exchange.request.headers.get("origin"):
            found += [("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", EXPOSED)]
        return found

    # Live

    def _live(self, exchange: Exchange, token: str) -> None:
        if exchange.request.headers.get("upgrade", "").lower() != "websocket":
            exchange.refuse(426, "live pictures come over a WebSocket", [("Upgrade", "websocket")])
            return
        sock, raw = exchange.hand_over()
        socket = WebSocket(self._loop, sock)
        if not socket.accept(raw):
            return
        try:
            ticket, viewing = self._tickets.burn(token, self._loop.now)
        except TicketRefused as refusal:
            self.refusals += 1
            log.info("a ticket is refused", reason=str(refusal), ip=exchange.request.peer_ip)
            socket.close(CLOSE_REFUSED, str(refusal))
            return
        receiver = self._streams.receivers.get(ticket.stream_key)
        if receiver is None:
            self._viewings.expire(ticket.viewing_id)
            socket.close(CLOSE_NO_STREAM, "the stream has ended")
            return
        self._show(socket, receiver, viewing)

    def _show(self, socket: WebSocket, receiver: Receiver, viewing: Viewing) -> None:
        viewing_id = viewing.viewing_id

        def over(viewer: Viewer) -> None:
            viewing.ends.remove(end)
            self._viewings.end(viewing_id, viewer.end_cause)

        def end() -> None:
            viewer.end_cause = "right-ended"
            viewer.close(CLOSE_REFUSED, "the right to see this has ended")

        viewer = Viewer(socket, self._loop.now, over)
        viewing.ends.append(end)
        self._viewings.begin(viewing_id, self._loop.now, lambda: viewer.sent_bytes, receiver.played)
        receiver.live.join(viewer)

    # Recordings

    def _recording(self, exchange: Exchange, token: str, name: str) -> None:
        request = exchange.request
        try:
            ticket, viewing = self._tickets.open_recording(token, request.peer_ip, self._loop.now)
        except TicketRefused as refusal:
            self.refusals += 1
            log.info("a ticket is refused", reason=str(refusal), ip=request.peer_ip)
            exchange.refuse(403, str(refusal), self._cors(exchange))
            return
        self._viewings.begin(ticket.viewing_id, self._loop.now)
        if name == "index.json":
            self._index(exchange, ticket)
            return
        number = name.removesuffix(".mp4")
        segment = next((item for item in ticket.segments if str(item.segment_id) == number), None)
        path = file_of(self._volumes, segment.volume, segment.path) if segment else None
        if path is None or not name.endswith(".mp4"):
            exchange.refuse(404, "the ticket does not open this", self._cors(exchange))
            return
        self._recordings.open_slice(
            path,
            request.headers.get("range", ""),
            lambda found, size: self._send(exchange, viewing, found, size),
        )

    def _index(self, exchange: Exchange, ticket: Ticket) -> None:
        known = [
            (segment.segment_id, path)
            for segment in ticket.segments
            if (path := file_of(self._volumes, segment.volume, segment.path)) is not None
        ]

        def done(found: list[RecordingIndex | UnplayableRecording]) -> None:
            playable, missing = [], []
            for (segment_id, _), index in zip(known, found, strict=True):
                if isinstance(index, RecordingIndex):
                    playable.append(index.as_json(segment_id))
                else:
                    missing.append({"id": segment_id, "reason": str(index)})
            playable.sort(key=lambda item: item["start_ms"])
            body = json.dumps({"segments": playable, "missing": missing}, separators=(",", ":")).encode()
            exchange.answer(200, body, headers=self._cors(exchange))
            self._viewings.add(ticket.viewing_id, len(body), self._loop.now)

        self._recordings.read_indexes([path for _, path in known], done)

    def _send(self, exchange: Exchange, viewing: Viewing, found: RecordedSlice | Exception, size: int) -> None:
        cors = self._cors(exchange)
        if isinstance(found, BadRange):
            exchange.refuse(416, "the range lies outside the file", [*cors, ("Content-Range", f"bytes */{size}")])
            return
        if isinstance(found, Exception):
            reason = str(found) if isinstance(found, UnplayableRecording) else "the file is gone"
            exchange.refuse(404, reason, cors)
            return
        headers = [("Content-Type", "video/mp4"), ("Accept-Ranges", "bytes"), ("Cache-Control", "no-store"), *cors]
        is_part = "range" in exchange.request.headers
        if is_part:
            headers.append(("Content-Range", f"bytes {found.offset}-{found.offset + found.count - 1}/{size}"))
        viewing.ends.append(exchange.abort)

        def sent(count: int) -> None:
            viewing.ends.remove(exchange.abort)
            self._viewings.add(viewing.viewing_id, count, self._loop.now, found.instants_us if count else None)

        exchange.answer_file(206 if is_part else 200, headers, found, sent)


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
