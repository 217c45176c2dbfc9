"""Files as a recorder writes them, for the tests of fragments and readers."""

import io
from collections.abc import Iterable, Sequence

import av

from oversite.protocol.fmp4.fragment import Fragment
from oversite.protocol.fmp4.fragmenter import Fragmenter
from oversite.protocol.fmp4.index import FragmentEntry, build_index
from oversite.protocol.fmp4.init_segment import InitSegment
from oversite.protocol.media import AccessUnit


def fragmented(units: Iterable[AccessUnit], fragmenter: Fragmenter | None = None) -> list[InitSegment | Fragment]:
    fragmenter = fragmenter or Fragmenter()
    done: list[InitSegment | Fragment] = []
    for unit in sorted(units, key=lambda unit: unit.dts_90k):
        done += fragmenter.add(unit)
    return done + fragmenter.flush()


def fragments_of(done: Iterable[InitSegment | Fragment]) -> list[Fragment]:
    return [item for item in done if isinstance(item, Fragment)]


def inits_of(done: Iterable[InitSegment | Fragment]) -> list[InitSegment]:
    return [item for item in done if isinstance(item, InitSegment)]


def recorded(
    done: Sequence[InitSegment | Fragment], *, origin: bytes | None = None, is_for_browser: bool = False
) -> tuple[bytes, list[FragmentEntry]]:
    """The bytes of a file without index, and where its fragments lie."""
    base_90k = fragments_of(done)[0].start_90k
    data, entries = b"", []
    for item in done:
        if isinstance(item, InitSegment):
            data += item.build(origin, is_for_browser=is_for_browser)
        else:
            whole = b"".join(item.parts(base_90k, len(entries) + 1, is_for_browser=is_for_browser))
            start = item.start_90k - base_90k
            entries.append(FragmentEntry(len(data), len(whole), start, item.duration_90k, item.is_key))
            data += whole
    return data, entries


def closed(done: Sequence[InitSegment | Fragment], *, origin: bytes | None = None) -> bytes:
    data, entries = recorded(done, origin=origin)
    return data + build_index(entries)


def decoded(data: bytes) -> list[int]:
    """Presentation times (90 kHz) of all pictures FFmpeg decodes; any damage raises."""
    with av.open(io.BytesIO(data), format="mp4") as container:
        stream = container.streams.video[0]
        stream.codec_context.options = {"err_detect": "explode"}
        times = []
        for frame in container.decode(video=0):
            assert frame.pts is not None
            assert frame.time_base is not None
            times.append(round(frame.pts * frame.time_base * 90_000))
    return times
