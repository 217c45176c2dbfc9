"""One recorded stream: cuts it into files of ten minutes and hands whole fragments to the writer."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from oversite.common.clock import AnchoredClock
from oversite.protocol.fmp4.fragment import Fragment
from oversite.protocol.fmp4.init_segment import InitSegment
from oversite.services.media.volume import Volume
from oversite.services.media.walltime import WallTime
from oversite.services.media.writer import Chunk, Entry, OpenFile, Part, Writer
from oversite.video.recording.layout import RecordingIdentity

FILE_90K = 600 * 90_000
FILE_90K_MAX = 2 * FILE_90K
"""Where no key frame comes for so long, the file ends without one and recording goes on at the next."""

log = structlog.get_logger("media.recorder")


@dataclass(slots=True)
class Subject:
    """What is recorded; `clock_offset_ms` may change and then holds from the next file on."""

    camera_uid: str
    gb_id: str
    site_code: str
    stream: int
    clock_offset_ms: int | None


class Recorder:
    """Takes the fragments of one stream. Nothing here blocks: bytes are queued, and `flush` collects them.

    `trouble` names why nothing is being recorded, or is empty. `from_us` is when the first picture was taken where
    that is not now: a device hands over what it recorded, and the media time alone tells how it goes on.
    """

    def __init__(
        self,
        subject: Subject,
        writer: Writer,
        choose_volume: Callable[[], Volume | None],
        clock: AnchoredClock,
        from_us: int | None = None,
    ) -> None:
        self.subject = subject
        self.trouble = ""
        self.files = 0
        self.dropped_fragments = 0
        self._writer = writer
        self._choose_volume = choose_volume
        self._clock = clock
        self._from_us = from_us
        self._first_90k: int | None = None
        self._init: InitSegment | None = None
        self._wall: WallTime | None = None
        self._file: OpenFile | None = None
        self._base_90k = 0
        self._sequence = 0
        self._must_cut = False
        self._parts: list[Part] = []
        self._entries: list[Entry] = []
        self._size_bytes = 0
        self._end_90k = 0

    @property
    def is_recording(self) -> bool:
        """Whether a file is open and can be written."""
        return self._file is not None and not self._file.failed

    @property
    def recorded_ms(self) -> int:
        """How much media time it has taken, from the first picture to the last."""
        return 0 if self._first_90k is None else (self._end_90k - self._first_90k) // 90

    def cut(self) -> None:
        """Begin another file at the next key frame, because the clock was set."""
        if self._from_us is not None:
            return
        self._must_cut = True
        if self._wall is not None:
            self._wall.has_slipped = True

    def on_init(self, init: InitSegment, chunks: list[Chunk]) -> None:
        """Parameters are known, or have changed: a file has only one set of them."""
        self.finish(chunks)
        self._init = init

    def on_fragment(self, fragment: Fragment, began_at: float, now: float, chunks: list[Chunk]) -> None:
        """Take a fragment whose first picture came at `began_at` and that ended now; what is ready goes to `chunks`."""
        end_90k = fragment.start_90k + fragment.duration_90k
        if self._wall is not None and self._from_us is None:
            self._wall.observe(end_90k, self._clock.at(now))
        if not self._writer.has_room:
            self._leave_out(chunks, "the disk does not keep up")
            return
        if self._file is not None and (self._file.failed or self._is_due(fragment)):
            self.finish(chunks)
        if self._file is None and not self._open(fragment, began_at):
            self.dropped_fragments += 1
            return
        self._sequence += 1
        parts = fragment.parts(self._base_90k, self._sequence)
        size = sum(map(len, parts))
        self._parts += parts
        self._size_bytes += size
        self._entries.append((size, fragment.start_90k - self._base_90k, fragment.duration_90k, fragment.is_key))
        self._end_90k = end_90k

    def flush(self, chunks: list[Chunk], *, is_last: bool = False) -> None:
        """Move what has gathered to `chunks`."""
        file, wall = self._file, self._wall
        if file is None or wall is None or not (self._parts or is_last):
            return
        media_90k = self._end_90k - self._base_90k
        wall_ms = max(wall.at(self._end_90k) - file.identity.started_at_us, 0) // 1000
        chunks.append(Chunk(file, self._parts, self._size_bytes, self._entries, media_90k, wall_ms, is_last))
        self._parts = []
        self._entries = []
        self._size_bytes = 0

    def finish(self, chunks: list[Chunk]) -> None:
        """Close the running file; the next fragment that starts with a key frame begins another."""
        if self._file is not None:
            self.flush(chunks, is_last=True)
            self._file = None

    def _is_due(self, fragment: Fragment) -> bool:
        length_90k = fragment.start_90k - self._base_90k
        if length_90k > FILE_90K_MAX:
            return True
        slipped = self._wall is not None and self._wall.has_slipped
        return fragment.is_key and (length_90k >= FILE_90K or self._must_cut or slipped)

    def _open(self, fragment: Fragment, began_at: float) -> bool:
        if self._init is None or not fragment.is_key:
            return False
        volume = self._choose_volume()
        if volume is None:
            self.trouble = "no volume has room"
            return False
        if self._wall is None or self._wall.has_slipped:
            began_us = self._clock.at(began_at) if self._from_us is None else self._from_us
            self._wall = WallTime(fragment.start_90k, began_us)
            self._first_90k = fragment.start_90k
        subject = self.subject
        identity = RecordingIdentity(
            camera_uid=subject.camera_uid,
            gb_id=subject.gb_id,
            site_code=subject.site_code,
            stream=subject.stream,
            started_at_us=self._wall.at(fragment.start_90k),
            clock_offset_ms=subject.clock_offset_ms,
            codec=str(self._init.codec),
            mime=self._init.mime,
            width=self._init.width,
            height=self._init.height,
        )
        self._file = OpenFile(identity, volume)
        head = self._init.build(identity.to_payload())
        self._parts, self._size_bytes, self._entries = [head], len(head), []
        self._base_90k = fragment.start_90k
        self._sequence = 0
        self._must_cut = False
        self.trouble = ""
        self.files += 1
        return True

    def _leave_out(self, chunks: list[Chunk], reason: str) -> None:
        if not self.trouble:
            log.error("recording is interrupted", camera=self.subject.gb_id, reason=reason)
        self.trouble = reason
        self.dropped_fragments += 1
        self.finish(chunks)
