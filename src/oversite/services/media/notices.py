"""Hints to signalling: something happened to a stream. Lost ones harm nobody, because signalling also asks."""

import http.client
import json
import queue
import threading
from contextlib import suppress
from typing import Any

import structlog

WAITING_MAX = 1_000
CALL_SECONDS = 2.0
SECRET_HEADER = "X-Oversite-Door"  # noqa: S105 - the name of the header

log = structlog.get_logger("media.notices")


class Notices:
    """Posts notices to signalling's door from a thread of its own."""

    def __init__(self, port: int, secret: str) -> None:
        self.sent = 0
        self.lost = 0
        self._port = port
        self._secret = secret
        self._waiting: queue.Queue[dict[str, Any] | None] = queue.Queue(WAITING_MAX)
        self._is_stopping = False
        self._thread = threading.Thread(target=self._work, name="media-notices", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; notices that still wait are not sent."""
        self._is_stopping = True
        with suppress(queue.Full):
            self._waiting.put_nowait(None)
        self._thread.join()

    def tell(self, event: str, stream_key: str, **facts: Any) -> None:
        """Queue a notice: started, playing, silent, heard, failed or ended."""
        try:
            self._waiting.put_nowait({"event": event, "stream_key": stream_key, **facts})
        except queue.Full:
            self.lost += 1

    def _work(self) -> None:
        while (notice := self._waiting.get()) is not None and not self._is_stopping:
            try:
                self._post(notice)
                self.sent += 1
            except (OSError, http.client.HTTPException) as error:
                self.lost += 1
                log.debug("signalling was not told", error=str(error), notice=notice)

    def _post(self, notice: dict[str, Any]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=CALL_SECONDS)
        try:
            headers = {SECRET_HEADER: self._secret, "Content-Type": "application/json", "Connection": "close"}
            connection.request("POST", "/door/notices", json.dumps(notice), headers)
            connection.getresponse().read(1024)
        finally:
            connection.close()
