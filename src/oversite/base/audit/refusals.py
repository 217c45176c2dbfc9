"""How many rows the refusals of one actor may make: so many per minute, the rest is counted."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

ROWS_PER_WINDOW = 30
WINDOW_S = 60.0
ACTORS_KEPT = 10_000


@dataclass(slots=True)
class _Window:
    opened: float
    rows: int = 0
    left_out: int = 0


class RefusalLimit:
    """Counts the rows per actor; what is left out is told by the next row that is written."""

    def __init__(self) -> None:
        self._windows: OrderedDict[str, _Window] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, actor: str, now: float) -> int | None:
        """How many rows were left out before this one, or none when this one is to be left out as well."""
        with self._lock:
            window = self._windows.get(actor)
            if window is None or now - window.opened >= WINDOW_S:
                left_out = window.left_out if window else 0
                self._windows[actor] = window = _Window(now)
                self._windows.move_to_end(actor)
                while len(self._windows) > ACTORS_KEPT:
                    self._windows.popitem(last=False)
            elif window.rows >= ROWS_PER_WINDOW:
                window.left_out += 1
                return None
            else:
                left_out = 0
            window.rows += 1
            return left_out


LIMIT = RefusalLimit()
