"""What a channel has recorded.

A simulated camera sees a world that can be drawn again for any instant, so its recordings are kept as what cannot
be drawn again: when it was recording, and (in the head's log) where it looked. Pictures are made when asked for.
With a folder the times survive a restart, and the time in which nothing ran is an honest gap.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE_S: Final = 600
BYTES_PER_S: Final = 80_000


@dataclass(frozen=True, slots=True)
class RecordedFile:
    """A piece of at most ten minutes; times are seconds since 1970, the size is what such a piece takes."""

    begin: float
    end: float
    kind: str

    @property
    def size_bytes(self) -> int:
        return int((self.end - self.begin) * BYTES_PER_S)


@dataclass(slots=True)
class _Span:
    begin: float
    end: float | None
    kind: str = "time"


class Archive:
    """The times in which one channel was recording."""

    def __init__(self, path: Path | None = None) -> None:
        """`path`: where the times are kept; without it they end with the process."""
        self._path = path
        self._spans: list[_Span] = []
        if path is not None and path.is_file():
            self._spans = [_Span(*span) for span in json.loads(path.read_text(encoding="utf-8"))]

    @property
    def is_recording(self) -> bool:
        return bool(self._spans) and self._spans[-1].end is None

    def start(self, at: float, *, kind: str = "time") -> None:
        """Begin to record at an instant; going on if it does already."""
        if not self.is_recording:
            self._spans.append(_Span(max(at, self._last_end()), None, kind))

    def stop(self, at: float) -> None:
        """Stop recording."""
        if self.is_recording:
            self._spans[-1].end = max(at, self._spans[-1].begin)
        self.save(at)

    def add(self, begin: float, end: float, kind: str = "time") -> None:
        """Have recorded between two instants of the past."""
        self._spans.append(_Span(begin, end, kind))
        self._spans.sort(key=lambda span: span.begin)

    def files(self, begin: float, end: float, now: float) -> list[RecordedFile]:
        """The pieces that touch a time, in order; the newest ends now."""
        found = []
        for span in self._spans:
            at, until = span.begin, min(span.end if span.end is not None else now, now)
            while at < until:
                cut = min((at // FILE_S + 1) * FILE_S, until)
                if cut > begin and at < end:
                    found.append(RecordedFile(at, cut, span.kind))
                at = cut
        return found

    def next_recorded(self, at: float, now: float) -> float | None:
        """The instant itself if it is recorded, else the next one that is, else None."""
        for span in self._spans:
            until = span.end if span.end is not None else now
            if at < until and span.begin < until:
                return max(at, span.begin)
        return None

    def save(self, now: float) -> None:
        """Write the times down, an open one as ending now."""
        if self._path is None:
            return
        spans = [[span.begin, span.end if span.end is not None else now, span.kind] for span in self._spans]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(spans), encoding="utf-8")
        fresh.replace(self._path)

    def _last_end(self) -> float:
        return max((span.end or 0.0 for span in self._spans), default=0.0)
