"""What the apps above plug into recording: which stretches of a camera are kept for a reason."""

from collections.abc import Callable, Iterable

from oversite.common.slots import Slot

Kept = Callable[[int, int, int], Iterable[tuple[int, int]]]
"""(camera key, start, end in microseconds UTC) → the stretches within that are kept, as pairs of microseconds."""

KEPT: Slot[Kept] = Slot("kept stretches")
