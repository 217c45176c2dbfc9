"""Access units -> fragments, once per stream, for live viewers and files alike."""

import struct

from oversite.protocol.fmp4.fragment import AudioRun, Fragment
from oversite.protocol.fmp4.init_segment import InitSegment
from oversite.protocol.fmp4.parameters import ParameterSets
from oversite.protocol.fmp4.tracks import AudioTrack, VideoTrack, aac_track, g711_track
from oversite.protocol.media import CLOCK_90K, AccessUnit, Codec
from oversite.protocol.mpegps.adts import SAMPLES_PER_FRAME, adts_frames
from oversite.protocol.nal import next_start_code

_pack_length = struct.Struct(">I").pack
_NALS_MAX = 2_000
"""A picture of more NAL units than this is none."""
_FALLBACK_INTERVAL_90K = 3_600
_H264_OUTSIDE = frozenset({7, 8, 9, 13})
_H265_OUTSIDE = frozenset({32, 33, 34, 35})
"""NAL units that do not go into samples: parameter sets (they are in the init segment) and delimiters."""


class Fragmenter:
    """Collects pictures to fragments of about `fragment_90k`, cut also before each key frame.

    Nothing comes out before the first key frame whose parameter sets are known (quirk 21). A fragment is
    complete when the picture after it is known, because only that tells how long the last one lasts. An
    `InitSegment` comes before the first fragment it describes: at the beginning, and at the first key frame
    after parameter sets, codec or audio have changed. Audio that never comes delays nothing (quirk 22).
    """

    def __init__(self, *, fragment_90k: int = 18_000) -> None:
        self.dropped_units = 0
        """Units that went into no fragment: before the first key frame, or not understood."""
        self.init: InitSegment | None = None
        """The segment that describes the newest fragment."""
        self.fragment_90k = fragment_90k
        """May be changed while the stream runs."""
        self._sets = ParameterSets()
        self._codec: Codec | None = None
        self._is_waiting_for_key = True
        self._video_track: VideoTrack | None = None
        self._interval_90k = _FALLBACK_INTERVAL_90K
        self._start_90k = 0
        self._last_90k = -1
        self._end_90k = 0
        """Where the newest complete fragment ends; what a flush has guessed may reach into the next picture."""
        self._is_key = False
        self._parts: list[bytes | memoryview] = []
        self._durations_90k: list[int] = []
        self._sizes: list[int] = []
        self._offsets_90k: list[int] = []
        self._track: AudioTrack | None = None
        self._audio_next = -1
        self._run: AudioRun | None = None
        self._audio_parts: list[bytes] = []

    def add(self, unit: AccessUnit) -> list[InitSegment | Fragment]:
        """Take the next unit; return what became complete, in the order in which it must be written."""
        if unit.kind == "audio":
            self._add_audio(unit)
            return []
        done: list[InitSegment | Fragment] = []
        dts_90k = max(unit.dts_90k, self._end_90k)
        if unit.dts_90k <= self._last_90k:
            self.dropped_units += 1
            return done
        sizes = self._sizes
        if sizes:
            duration = dts_90k - self._last_90k
            self._durations_90k.append(duration)
            self._interval_90k = duration
            if unit.is_key or dts_90k - self._start_90k >= self.fragment_90k or unit.codec is not self._codec:
                self._complete(done)
                sizes = self._sizes
        parts: list[bytes | memoryview] = []
        size = self._convert(unit, parts)
        if not self._is_wanted(unit, size):
            self.dropped_units += 1
            if sizes:
                self._durations_90k.pop()
            return done
        if not sizes:
            self._start_90k = dts_90k
            self._is_key = unit.is_key
        self._parts += parts
        sizes.append(size)
        self._offsets_90k.append(max(unit.pts_90k - dts_90k, 0))
        self._last_90k = dts_90k
        return done

    def flush(self) -> list[InitSegment | Fragment]:
        """Complete the fragment under way, at the end of a stream or before a pause."""
        done: list[InitSegment | Fragment] = []
        if self._sizes:
            self._durations_90k.append(self._interval_90k)
            self._complete(done)
        return done

    # Video

    def _convert(self, unit: AccessUnit, parts: list[bytes | memoryview]) -> int:
        """Put the unit's NAL units, each behind its length, into `parts`; return their size."""
        codec, data = unit.codec, unit.data
        if codec is Codec.H264:
            outside, shift, mask = _H264_OUTSIDE, 0, 0x1F
        elif codec is Codec.H265:
            outside, shift, mask = _H265_OUTSIDE, 1, 0x3F
        else:
            if unit.is_key:
                self._sets.take_opaque(codec, data)
            parts.append(data)
            return len(data)
        view = memoryview(data)
        size = 0
        found: list[bytes] | None = None
        mark = next_start_code(data)
        for _ in range(_NALS_MAX):
            if mark is None:
                break
            start = mark.end()
            mark = next_start_code(data, start)
            end = mark.start() if mark else len(data)
            if data[end - 1] == 0:
                end = start + len(data[start:end].rstrip(b"\x00"))
            if end <= start:
                continue
            if data[start] >> shift & mask in outside:
                found = [] if found is None else found
                found.append(data[start:end])
                continue
            parts.append(_pack_length(end - start))
            parts.append(view[start:end])
            size += end - start + 4
        if found is not None:
            self._sets.take(codec, found)
        return size

    def _is_wanted(self, unit: AccessUnit, size: int) -> bool:
        """Whether the unit goes into a fragment; a key frame settles which track it belongs to."""
        if unit.is_key and size:
            if self._sets.has_changed or self._codec is not unit.codec:
                track = self._sets.settled(unit.codec)
                if track is None:
                    self._is_waiting_for_key = True
                    return False
                self._video_track = track
                self._codec = unit.codec
            self._is_waiting_for_key = False
            return True
        return bool(size) and not self._is_waiting_for_key and unit.codec is self._codec

    def _complete(self, done: list[InitSegment | Fragment]) -> None:
        audio = self._take_run()
        if self._is_key and self._video_track is not None:
            init = InitSegment(self._video_track, self._track)
            if init != self.init:
                self.init = init
                done.append(init)
        if audio is not None and (self.init is None or self.init.audio is not self._track):
            audio = None
        done.append(
            Fragment(
                start_90k=self._start_90k,
                is_key=self._is_key,
                durations_90k=self._durations_90k,
                sizes=self._sizes,
                offsets_90k=self._offsets_90k,
                video=b"".join(self._parts),
                audio=audio,
            )
        )
        self._end_90k = self._start_90k + sum(self._durations_90k)
        self._parts = []
        self._durations_90k = []
        self._sizes = []
        self._offsets_90k = []

    # Audio

    def _add_audio(self, unit: AccessUnit) -> None:
        codec, data = unit.codec, unit.data
        if not self._sizes or not data:
            self.dropped_units += 1
        elif codec is Codec.G711A or codec is Codec.G711U:
            if self._track is None or self._track.codec is not codec:
                self._set_track(g711_track(codec))
            self._add_sample(unit, data, len(data))
        elif codec is Codec.AAC:
            frames = adts_frames(data)
            if frames:
                track = aac_track(frames[0])
                if track != self._track:
                    self._set_track(track)
            for frame in frames:
                self._add_sample(unit, data[frame.payload_start : frame.end], SAMPLES_PER_FRAME)
        else:
            self.dropped_units += 1

    def _set_track(self, track: AudioTrack) -> None:
        self._track = track
        self._run = None
        self._audio_parts = []
        self._audio_next = -1

    def _add_sample(self, unit: AccessUnit, data: bytes, duration: int) -> None:
        """Append one sample; a gap longer than a tenth of a second lengthens the sample before it."""
        track = self._track
        assert track is not None
        due = unit.dts_90k * track.sample_rate // CLOCK_90K
        tolerance = track.sample_rate // 10
        if self._audio_next < 0 or (self._run is None and due - self._audio_next > tolerance):
            self._audio_next = due
        elif self._audio_next - due > 5 * tolerance:
            self.dropped_units += 1
            return
        if self._run is None:
            self._run = AudioRun(track.sample_rate, self._audio_next, track.is_for_browsers)
        elif due - self._audio_next > tolerance:
            self._run.durations[-1] += due - self._audio_next
            self._audio_next = due
        self._run.durations.append(duration)
        self._run.sizes.append(len(data))
        self._audio_parts.append(data)
        self._audio_next += duration

    def _take_run(self) -> AudioRun | None:
        run, self._run = self._run, None
        if run is not None:
            run.data = b"".join(self._audio_parts)
            self._audio_parts = []
        return run
