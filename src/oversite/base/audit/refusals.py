"""Refusals become rows of their own transaction, at most so many per actor and minute."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from oversite.base.audit.actions import Subject, record
from oversite.base.audit.models import Entry
from oversite.common.errors import Refused

if TYPE_CHECKING:
    from oversite.base.audit.actions import Actor

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


def record_refusal(refused: Refused, *, actor: "Actor", subject: Subject = None, origin: str = "") -> Entry | None:
    """Write the row of a refusal in a new transaction; none when the actor has had too many within a minute.

    The act of the row is the code of the refusal; its message goes into the data.
    """
    key = f"{getattr(actor, 'pk', None) or origin}"
    left_out = LIMIT.admit(key, time.monotonic())
    if left_out is None:
        return None
    data: dict[str, object] = {**refused.data, "message": str(refused.message)}
    if left_out:
        data["refusals_left_out_before"] = left_out
    with transaction.atomic():
        return record(
            refused.code,
            actor=actor,
            subject=subject,
            data=data,
            clause=refused.clause,
            outcome=Entry.Outcome.REFUSED,
        )
