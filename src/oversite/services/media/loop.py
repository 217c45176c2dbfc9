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
SLOW_SECONDS = 0.1
EVENTS_MAX = 1024
PASSES_MAX = 16

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


class Group:
    """Descriptors that are looked at together, and what to call when one of them is ready."""

    def __init__(self) -> None:
        self.handlers: dict[int, Handler] = {}
        self._epoll = select.epoll()
        self.ready = self._epoll.poll
        self.modify = self._epoll.modify
        self.close = self._epoll.close

    def register(self, descriptor: int, handler: Handler, events: int = READ) -> None:
        """Call `handler(events)` whenever the descriptor is found ready."""
        self._epoll.register(descriptor, events)
        self.handlers[descriptor] = handler

    def unregister(self, descriptor: int) -> None:
        """Forget a descriptor, if it is here; to be called before it is closed."""
        if self.handlers.pop(descriptor, None) is not None:
            self._epoll.unregister(descriptor)


class Loop:
    """Dispatches ready descriptors to handlers. `now` is the monotonic time at which the round began.

    Three groups, by how soon they are heard. `prompt`: at once, for requests. `paced`: every `tick_seconds`, for the
    packets of streams, so that one wake-up serves all that came since; it costs that much delay and saves most of the
    CPU time (`docs/ref/benchmarks.md`). `slow`: ten times a second, for what anybody may send, so that a flood costs
    little.
    """

    def __init__(self, tick_seconds: float) -> None:
        self.now = time.monotonic()
        self.tick_seconds = tick_seconds
        self.prompt = Group()
        self.paced = Group()
        self.slow = Group()
        self.faults = 0
        self.at_close: set[Callable[[], None]] = set()
        self._tick_at = 0.0
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = count()
        self._calls: deque[Callable[[], None]] = deque()
        self._is_running = False
        self._waker = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._is_awake = threading.Event()
        self.prompt.register(self._waker, self._on_wake)
        self.call_every(SLOW_SECONDS, self._poll_slow)

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
        prompt, paced = self.prompt, self.paced
        while self._is_running:
            ready = prompt.ready(self._wait_seconds(), EVENTS_MAX)
            self.now = time.monotonic()
            self._dispatch(ready, prompt.handlers)
            if paced.handlers and self._tick_at <= self.now:
                self._tick(paced)
            if self._timers and self._timers[0][0] <= self.now:
                self._run_timers()

    def stop(self) -> None:
        """Leave `run` after this round; may be used from any thread and from a signal handler."""
        self._is_running = False
        os.eventfd_write(self._waker, 1)

    def close(self) -> None:
        """Give the descriptors back, after what waits for the end."""
        for call in list(self.at_close):
            call()
        for group in (self.prompt, self.paced, self.slow):
            group.close()
        os.close(self._waker)

    def _wait_seconds(self) -> float:
        due = self._timers[0][0]  # there is always one: the next look at the slow group
        if self.paced.handlers:
            due = min(due, self._tick_at)
        return max(due - time.monotonic(), 0.0)

    def _tick(self, paced: Group) -> None:
        """Call everybody who has something, one picture each, until nobody has."""
        self._tick_at = self.now + self.tick_seconds
        for _ in range(PASSES_MAX):
            ready = paced.ready(0, EVENTS_MAX)
            if not ready:
                return
            self._dispatch(ready, paced.handlers)
        self._tick_at = self.now  # more is waiting, but requests and timers come first

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
        self._dispatch(self.slow.ready(0, EVENTS_MAX), self.slow.handlers)

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
