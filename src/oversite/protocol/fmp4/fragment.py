"""One fragment: `moof` and `mdat` (ISO/IEC 14496-12 §8.8); all who send or write it share its payload."""

import struct
from dataclasses import dataclass, field

from oversite.protocol.fmp4.tracks import AUDIO_TRACK, VIDEO_TRACK
from oversite.protocol.media import CLOCK_90K

KEY_FLAGS = 0x02000000
"""The sample depends on no other and is a sync sample."""
DELTA_FLAGS = 0x01010000
"""The sample depends on others and is no sync sample."""

_HEADER = struct.Struct(">I4s")
_MFHD = struct.Struct(">I4sI4sII")
_TRAF = struct.Struct(">I4s")
_TFHD = struct.Struct(">I4sIIII")
_TFDT = struct.Struct(">I4sIQ")
_TRUN = struct.Struct(">I4sIII")
_SEQUENCE_AT = 20
_DECODE_TIME = struct.Struct(">Q")
_SEQUENCE = struct.Struct(">I")


@dataclass(slots=True)
class AudioRun:
    """The audio of a fragment: samples timed in `timescale` ticks, from `start` ticks of the stream on."""

    timescale: int
    start: int
    is_for_browsers: bool
    durations: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    data: bytes = b""


class Fragment:
    """Some pictures, the first perhaps a key frame, and the audio that came with them.

    `start_90k` is the decoding time on the stream's own timeline, which begins at 0 when the stream does.
    It is a value: made by the `Fragmenter`, never changed.
    """

    __slots__ = (
        "_audio",
        "_durations_90k",
        "_offsets_90k",
        "_sizes",
        "_templates",
        "_video",
        "duration_90k",
        "is_key",
        "start_90k",
    )

    def __init__(
        self,
        *,
        start_90k: int,
        is_key: bool,
        durations_90k: list[int],
        sizes: list[int],
        offsets_90k: list[int],
        video: bytes,
        audio: AudioRun | None,
    ) -> None:
        self.start_90k = start_90k
        self.duration_90k = sum(durations_90k)
        self.is_key = is_key
        self._durations_90k = durations_90k
        self._sizes = sizes
        self._offsets_90k = offsets_90k
        self._video = video
        self._audio = audio
        self._templates: dict[bool, tuple[bytes, int, int]] = {}

    @property
    def pictures(self) -> int:
        """How many pictures it holds."""
        return len(self._sizes)

    @property
    def video_bytes(self) -> int:
        """Size of the pictures alone."""
        return len(self._video)

    def moof(self, base_90k: int, sequence: int, *, is_for_browser: bool = False) -> bytes:
        """The header for a file or viewer whose time 0 is `base_90k` of the stream; `sequence` is from 1."""
        audio = self._run(is_for_browser)
        template, video_at, audio_at = self._template(audio)
        header = bytearray(template)
        _SEQUENCE.pack_into(header, _SEQUENCE_AT, sequence)
        _DECODE_TIME.pack_into(header, video_at, self.start_90k - base_90k)
        if audio is not None:
            base = base_90k * audio.timescale // CLOCK_90K
            _DECODE_TIME.pack_into(header, audio_at, max(audio.start - base, 0))
        return bytes(header)

    def parts(self, base_90k: int, sequence: int, *, is_for_browser: bool = False) -> list[bytes]:
        """All of it as buffers to write or send: `moof` with the head of `mdat`, then the shared payload."""
        audio = self._run(is_for_browser)
        size = 8 + len(self._video) + (len(audio.data) if audio else 0)
        header = self.moof(base_90k, sequence, is_for_browser=is_for_browser) + _HEADER.pack(size, b"mdat")
        return [header, self._video, audio.data] if audio else [header, self._video]

    def mdat(self, *, is_for_browser: bool = False) -> bytes:
        """The payload box."""
        return b"".join(self.parts(self.start_90k, 1, is_for_browser=is_for_browser))[
            len(self.moof(self.start_90k, 1, is_for_browser=is_for_browser)) :
        ]

    def size_bytes(self, *, is_for_browser: bool = False) -> int:
        """Size of `moof` and `mdat`."""
        audio = self._run(is_for_browser)
        template = self._template(audio)[0]
        return len(template) + 8 + len(self._video) + (len(audio.data) if audio else 0)

    def _run(self, is_for_browser: bool) -> AudioRun | None:
        audio = self._audio
        return audio if audio is not None and (audio.is_for_browsers or not is_for_browser) else None

    def _template(self, audio: AudioRun | None) -> tuple[bytes, int, int]:
        """The `moof` with times and sequence number 0, and where the two decoding times stand in it."""
        key = audio is not None
        made = self._templates.get(key)
        if made is None:
            made = self._templates[key] = self._build(audio)
        return made

    def _build(self, audio: AudioRun | None) -> tuple[bytes, int, int]:
        video_run = self._video_run()
        video_bytes = 8 + len(video_run) + 44
        audio_run = b""
        size = 24 + video_bytes
        if audio is not None:
            audio_run = _audio_run(audio)
            size += 8 + len(audio_run) + 44
        data_at = size + 8
        parts = [
            _MFHD.pack(size, b"moof", 16, b"mfhd", 0, 0),
            _TRAF.pack(video_bytes, b"traf"),
            _TFHD.pack(24, b"tfhd", 0x020028, VIDEO_TRACK, self._durations_90k[0], DELTA_FLAGS),
            _TFDT.pack(20, b"tfdt", 0x01000000, 0),
            _with_data_offset(video_run, data_at),
        ]
        if audio is not None:
            parts += [
                _TRAF.pack(8 + len(audio_run) + 44, b"traf"),
                _TFHD.pack(24, b"tfhd", 0x020028, AUDIO_TRACK, audio.durations[0], KEY_FLAGS),
                _TFDT.pack(20, b"tfdt", 0x01000000, 0),
                _with_data_offset(audio_run, data_at + len(self._video)),
            ]
        return b"".join(parts), 24 + 8 + 24 + 12, 24 + video_bytes + 8 + 24 + 12

    def _video_run(self) -> bytes:
        flags = 0x201
        columns = [self._sizes]
        if any(duration != self._durations_90k[0] for duration in self._durations_90k):
            flags |= 0x100
            columns.insert(0, self._durations_90k)
        if any(self._offsets_90k):
            flags |= 0x800
            columns.append(self._offsets_90k)
        first = KEY_FLAGS.to_bytes(4, "big") if self.is_key else b""
        return _trun(flags | (0x4 if self.is_key else 0), first, columns)


def _audio_run(audio: AudioRun) -> bytes:
    return _trun(0x301, b"", [audio.durations, audio.sizes])


def _trun(flags: int, first_flags: bytes, columns: list[list[int]]) -> bytes:
    count = len(columns[0])
    values = columns[0] if len(columns) == 1 else [value for row in zip(*columns, strict=True) for value in row]
    table = first_flags + struct.pack(f">{len(values)}I", *values)
    return _TRUN.pack(_TRUN.size + len(table), b"trun", flags, count, 0) + table


def _with_data_offset(run: bytes, data_at: int) -> bytes:
    return run[:16] + data_at.to_bytes(4, "big") + run[20:]
