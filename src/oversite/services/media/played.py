"""What of a recording in a device its viewers got, told by the time at which the pictures were taken (req: V14.log)."""

from oversite.services.media.live import LiveChannel

Span = tuple[int, int]
"""From when until when recorded pictures are, in µs UTC."""


class Played:
    """The pictures of one playback that went out; `from_us` (UTC) is the first instant of what was asked for.

    Positions count from there, in 90 kHz.
    """

    def __init__(self, from_us: int) -> None:
        self.span_us: Span | None = None
        self._from_us = from_us
        self._reached_90k = 0

    def go_to(self, position_90k: int) -> None:
        """What comes next begins here."""
        self._reached_90k = position_90k

    def note(self, position_90k: int, channel: LiveChannel, *, is_key: bool) -> None:
        """A fragment that ends at `position_90k` was given to the viewers, or kept for the first until a newer key
        frame takes its place.
        """
        first, last = sorted((self._reached_90k, position_90k))
        self._reached_90k = position_90k
        if not channel.viewers and is_key:
            self.span_us = None
        elif channel.viewers and not any(viewer.is_visible for viewer in channel.viewers):
            return
        self.span_us = joined(self.span_us, (self._instant(first), self._instant(last)))

    def _instant(self, position_90k: int) -> int:
        return self._from_us + position_90k * 100 // 9


def joined(one: Span | None, other: Span | None) -> Span | None:
    """From the beginning of the first to the end of the last of two spans, either of which may not be."""
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), max(one[1], other[1])
