"""The one loop of the process: epoll, timers and calls from other threads. Nothing in it may block."""

import heapq
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import count

import structlog

READ = select.EPOLLIN
WRITE = select.EPOLLOUT
GONE = select.EPOLLHUP | select.EPOLLERR | select.EPOLLRDHUP
IDLE_WAIT_SECONDS = 1.0
SLOW_SECONDS = 0.1
EVENTS_MAX = 1024

Handler = Callable[[int], None]

log = structlog.get_logger("media.loop")


class Timer:
    """A call in the future; `cancel` takes it back."""

    __slots__ = ("call", "is_cancelled")

    def __init__(self, call: Callable[[], None]) -> None:
        self.call = call
        self.is_cancelled = False

    def cancel(self) -> None:
        """The call will not be made."""
        self.is_cancelled = True


class Loop:
    """Dispatches ready descriptors to handlers.

    With `tick_seconds`, rounds begin no closer together than that while streams run, so that one wake-up serves many
    packets: it costs that much delay and saves the wake-ups (`docs/ref/benchmarks.md`). `now` is the monotonic time
    at which the round began.
    """

    def __init__(self, tick_seconds: float = 0.0) -> None:
        self.now = time.monotonic()
        self.tick_seconds = tick_seconds
        self.busy_descriptors = 0
        self.faults = 0
        self.at_close: set[Callable[[], None]] = set()
        self.rounds = 0
        self._epoll = select.epoll()
        self._handlers: dict[int, Handler] = {}
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = count()
        self._calls: deque[Callable[[], None]] = deque()
        self._is_running = False
        self._waker = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._is_awake = threading.Event()
        self._epoll.register(self._waker, READ)
        self._handlers[self._waker] = self._on_wake
        self._slow_epoll = select.epoll()
        self._slow_handlers: dict[int, Handler] = {}
        self.call_every(SLOW_SECONDS, self._poll_slow)

    def register(self, descriptor: int, handler: Handler, events: int = READ) -> None:
        """Call `handler(events)` whenever the descriptor is ready."""
        self._epoll.register(descriptor, events)
        self._handlers[descriptor] = handler

    def modify(self, descriptor: int, events: int) -> None:
        """Wait for other events than before."""
        self._epoll.modify(descriptor, events)

    def unregister(self, descriptor: int) -> None:
        """Forget a descriptor; to be called before it is closed."""
        if self._handlers.pop(descriptor, None) is not None:
            self._epoll.unregister(descriptor)

    def register_slow(self, descriptor: int, handler: Handler) -> None:
        """Call `handler` ten times a second at most: for what anybody may send, so that a flood costs little."""
        self._slow_epoll.register(descriptor, READ)
        self._slow_handlers[descriptor] = handler

    def unregister_slow(self, descriptor: int) -> None:
        """Forget a descriptor of `register_slow`."""
        if self._slow_handlers.pop(descriptor, None) is not None:
            self._slow_epoll.unregister(descriptor)

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        """Call once, `seconds` after now."""
        timer = Timer(call)
        heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._order), timer))
        return timer

    def call_every(self, seconds: float, call: Callable[[], None]) -> None:
        """Call again and again, as long as the loop runs."""

        def repeat() -> None:
            self.call_later(seconds, repeat)
            call()

        self.call_later(seconds, repeat)

    def call_soon(self, call: Callable[[], None]) -> None:
        """Call in the next round; may be used from any thread."""
        self._calls.append(call)
        if not self._is_awake.is_set():
            self._is_awake.set()
            os.eventfd_write(self._waker, 1)

    def run(self) -> None:
        """Run until `stop`."""
        self._is_running = True
        poll, handlers = self._epoll.poll, self._handlers
        while self._is_running:
            ready = poll(self._wait_seconds(), EVENTS_MAX)
            self.now = time.monotonic()
            self.rounds += 1
            self._dispatch(ready, handlers)
            if self._timers and self._timers[0][0] <= self.now:
                self._run_timers()
            if self.busy_descriptors:
                rest = self.now + self.tick_seconds - time.monotonic()
                if rest > 0:
                    time.sleep(rest)

    def stop(self) -> None:
        """Leave `run` after this round; may be used from any thread and from a signal handler."""
        self._is_running = False
        os.eventfd_write(self._waker, 1)

    def close(self) -> None:
        """Give the descriptors back, after what waits for the end."""
        for call in list(self.at_close):
            call()
        self._epoll.close()
        self._slow_epoll.close()
        os.close(self._waker)

    def _wait_seconds(self) -> float:
        if not self._timers:
            return IDLE_WAIT_SECONDS
        return min(max(self._timers[0][0] - time.monotonic(), 0.0), IDLE_WAIT_SECONDS)

    def _dispatch(self, ready: list[tuple[int, int]], handlers: dict[int, Handler]) -> None:
        for descriptor, events in ready:
            handler = handlers.get(descriptor)
            if handler is None:
                continue
            try:
                handler(events)
            except Exception:  # the loop outlives every fault; it is counted and loud
                self.faults += 1
                log.exception("a descriptor's handler failed")

    def _poll_slow(self) -> None:
        self._dispatch(self._slow_epoll.poll(0, EVENTS_MAX), self._slow_handlers)

    def _run_timers(self) -> None:
        while self._timers and self._timers[0][0] <= self.now:
            _, _, timer = heapq.heappop(self._timers)
            if timer.is_cancelled:
                continue
            try:
                timer.call()
            except Exception:  # the loop outlives every fault; it is counted and loud
                self.faults += 1
                log.exception("a timed call failed")

    def _on_wake(self, _events: int) -> None:
        try:
            os.eventfd_read(self._waker)
        except BlockingIOError:
            return
        self._is_awake.clear()
        for _ in range(len(self._calls)):
            try:
                self._calls.popleft()()
            except Exception:  # the loop outlives every fault; it is counted and loud
                self.faults += 1
                log.exception("a call from another thread failed")
        if self._calls:
            self.call_soon(_nothing)


def _nothing() -> None:
    """Only wakes the loop."""
