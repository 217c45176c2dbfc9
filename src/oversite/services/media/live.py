"""Live pictures: one mux per camera stream, a cache of the running GOP, and however many viewers."""

import json
from collections.abc import Callable
from typing import Any

import structlog

from oversite.protocol.fmp4.fragment import Fragment
from oversite.protocol.fmp4.init_segment import InitSegment
from oversite.services.media.websocket import WebSocket, binary_frame, text_frame

GOP_BYTES_MAX = 8 << 20
GOP_90K_MAX = 20 * 90_000
BACKLOG_BYTES_MAX = 1 << 20
BACKLOG_FRAMES_MAX = 15
"""Three seconds of fragments: a viewer further behind goes on at the next key frame."""
STUCK_SECONDS = 30.0

log = structlog.get_logger("media.live")


class Viewer:
    """One open picture of one viewing; drops to the next key frame when it falls behind, without touching others."""

    def __init__(self, socket: WebSocket, now: float, on_over: Callable[["Viewer"], None]) -> None:
        self.end_cause = "closed"
        self.skipped_fragments = 0
        self.skips = 0
        self.is_visible = True
        self.seen_at = now
        self.channel: LiveChannel | None = None
        self._socket = socket
        self._on_over = on_over
        self._is_waiting_key = False
        self._progress_at = now
        self._progress_bytes = 0
        socket.on_text = self._on_text
        socket.on_closed = self._on_closed

    @property
    def sent_bytes(self) -> int:
        """Bytes that the kernel has taken."""
        return self._socket.sent_bytes

    def begin(self, header: bytes, init: bytes, frames: list[bytes]) -> None:
        """Send the first message, the init segment and the cached GOP."""
        self._socket.send(header)
        self._socket.send(init)
        for frame in frames:
            self._socket.send(frame)
        self._is_waiting_key = not frames

    def offer(self, frame: bytes, is_key: bool, now: float) -> None:
        """Send a fragment, unless the viewer is hidden or too far behind."""
        if not self.is_visible:
            self._is_waiting_key = True
            return
        socket = self._socket
        if self._is_waiting_key:
            if not is_key or socket.pending_bytes:
                self.skipped_fragments += 1
                self._check_progress(now)
                return
            self._is_waiting_key = False
        elif socket.pending_bytes > BACKLOG_BYTES_MAX or socket.pending_frames > BACKLOG_FRAMES_MAX:
            self.skipped_fragments += socket.drop_pending() + 1
            self.skips += 1
            self._is_waiting_key = True
            return
        self.seen_at = now
        socket.send(frame)

    def change(self, header: bytes, init: bytes) -> None:
        """The parameters have changed: a new header and init segment, then from the next key frame on."""
        self._socket.drop_pending()
        self._socket.send(header)
        self._socket.send(init)
        self._is_waiting_key = True

    def close(self, code: int, reason: str) -> None:
        """End the picture; the browser sees code and reason."""
        self._socket.close(code, reason)

    def _check_progress(self, now: float) -> None:
        if self._socket.sent_bytes != self._progress_bytes:
            self._progress_bytes, self._progress_at = self._socket.sent_bytes, now
        elif now - self._progress_at > STUCK_SECONDS and self._socket.pending_bytes:
            self._socket.close_now()

    def _on_text(self, text: str) -> None:
        try:
            message: Any = json.loads(text)
        except ValueError:
            return
        if isinstance(message, dict) and isinstance(message.get("visible"), bool):
            self.is_visible = message["visible"]

    def _on_closed(self) -> None:
        if self.channel is not None:
            self.channel.leave(self)
        self._on_over(self)


class LiveChannel:
    """The viewers of one stream and what a new one gets first; `on_watched` hears of the first and after the last.

    The cached fragments are the very objects that the recorder writes: their bytes exist once.
    """

    def __init__(self, started_at_text: Callable[[], str]) -> None:
        self.init: InitSegment | None = None
        self.gop: list[Fragment] = []
        self.viewers: set[Viewer] = set()
        self.on_watched: Callable[[bool], None] = _ignore
        self._started_at_text = started_at_text
        self._gop_bytes = 0
        self._sequence = 0

    def on_init(self, init: InitSegment) -> None:
        """Parameters are known, or have changed."""
        self.init = init
        self._forget_gop()
        if self.viewers:
            header, frame = self._header(init), binary_frame(bytes(init))
            for viewer in list(self.viewers):
                viewer.change(header, frame)

    def on_fragment(self, fragment: Fragment, now: float) -> None:
        """Cache a fragment and send it on."""
        if fragment.is_key:
            self._forget_gop()
        if fragment.is_key or self.gop:
            self.gop.append(fragment)
            self._gop_bytes += fragment.video_bytes
            span_90k = fragment.start_90k - self.gop[0].start_90k
            if self._gop_bytes > GOP_BYTES_MAX or span_90k > GOP_90K_MAX:
                self._forget_gop()
        if self.viewers:
            frame = self._frame(fragment)
            for viewer in list(self.viewers):
                viewer.offer(frame, fragment.is_key, now)

    def join(self, viewer: Viewer) -> None:
        """Give a new viewer what there is, and what comes."""
        viewer.channel = self
        self.viewers.add(viewer)
        self.on_watched(True)
        if self.init is not None:
            frames = [self._frame(fragment) for fragment in self.gop]
            viewer.begin(self._header(self.init), binary_frame(bytes(self.init)), frames)

    def leave(self, viewer: Viewer) -> None:
        """A viewer has gone."""
        self.viewers.discard(viewer)
        if not self.viewers:
            self.on_watched(False)

    def close(self, reason: str) -> None:
        """The stream has ended."""
        for viewer in list(self.viewers):
            viewer.end_cause = "service"
            viewer.close(1001, reason)
        self._forget_gop()

    def newest_picture(self) -> bytes | None:
        """The running GOP as one small MP4, whose last picture is the newest; none before the first key frame."""
        if self.init is None or not self.gop:
            return None
        base_90k = self.gop[0].start_90k
        parts = [bytes(self.init)]
        for sequence, fragment in enumerate(self.gop):
            parts += fragment.parts(base_90k, sequence + 1, is_for_browser=True)
        return b"".join(parts)

    def _forget_gop(self) -> None:
        self.gop = []
        self._gop_bytes = 0

    def _frame(self, fragment: Fragment) -> bytes:
        self._sequence += 1
        return binary_frame(b"".join(fragment.parts(0, self._sequence, is_for_browser=True)))

    def _header(self, init: InitSegment) -> bytes:
        return text_frame(
            json.dumps(
                {
                    "mime": init.mime,
                    "codec": str(init.codec),
                    "width": init.width,
                    "height": init.height,
                    "started_at": self._started_at_text(),
                }
            )
        )


def _ignore(_is_watched: bool) -> None:
    """Nobody wants to know."""
