"""The parameter sets seen in a stream, and the video track that they make."""

import re

from oversite.protocol.fmp4.tracks import VideoTrack, h264_track, h265_track, mpeg4_track, opaque_track
from oversite.protocol.media import Codec
from oversite.protocol.nal import (
    H264_PPS,
    H264_SPS,
    H265_PPS,
    H265_SPS,
    H265_VPS,
    BitReader,
    nal_type,
    unescaped,
)

_SETS_MAX = 31
_SET_BYTES_MAX = 4_096
_CONFIGURATION_BYTES_MAX = 1_024
_MPEG4_PICTURES = re.compile(rb"\x00\x00\x01[\xb3\xb6]")
"""A group of pictures or a picture: where the configuration ends."""


class ParameterSets:
    """Keeps the newest sets of each kind; a unit with an SPS replaces all that came before it."""

    def __init__(self) -> None:
        self.has_changed = False
        """True since sets differ from those of the last settled track."""
        self._codec: Codec | None = None
        self._vps: tuple[bytes, ...] = ()
        self._sps: tuple[bytes, ...] = ()
        self._pps: tuple[bytes, ...] = ()
        self._configuration = b""

    def take(self, codec: Codec, nals: list[bytes]) -> None:
        """Take the parameter sets that stand in one unit, in their order."""
        kinds = (H265_VPS, H265_SPS, H265_PPS) if codec is Codec.H265 else (-1, H264_SPS, H264_PPS)
        vps, sps, pps = (
            tuple(dict.fromkeys(nal for nal in nals if nal_type(codec, nal[0]) == kind and _is_sane(nal)))
            for kind in kinds
        )
        before = (self._codec, self._vps, self._sps, self._pps)
        if codec is not self._codec:
            self._codec, self._vps, self._sps, self._pps = codec, (), (), ()
        if sps:
            self._sps = sps[:_SETS_MAX]
            self._vps = vps[:_SETS_MAX] or self._vps
            self._pps = pps[:_SETS_MAX] or self._pps
        else:
            self._vps = vps[:_SETS_MAX] or self._vps
            fresh = {_pps_id(codec, nal): nal for nal in (*self._pps, *pps)}
            self._pps = tuple(fresh.values())[:_SETS_MAX]
        if before != (self._codec, self._vps, self._sps, self._pps):
            self.has_changed = True

    def take_opaque(self, codec: Codec, data: bytes) -> None:
        """Take a key unit of a codec whose bytes are not looked into, or hardly (MPEG-4)."""
        configuration = b""
        if codec is Codec.MPEG4:
            found = _MPEG4_PICTURES.search(data, 0, _CONFIGURATION_BYTES_MAX)
            configuration = data[: found.start()] if found else b""
        if codec is not self._codec or (configuration and configuration != self._configuration):
            self._codec = codec
            self._configuration = configuration
            self.has_changed = True

    def settled(self, codec: Codec) -> VideoTrack | None:
        """The track these sets make, from which `has_changed` counts; None while they are incomplete."""
        track = self._track(codec)
        self.has_changed = track is None
        return track

    def _track(self, codec: Codec) -> VideoTrack | None:
        if codec is not self._codec:
            return None
        if codec is Codec.H264:
            return h264_track(self._sps, self._pps) if self._sps and self._pps else None
        if codec is Codec.H265:
            has_all = self._vps and self._sps and self._pps
            return h265_track(self._vps, self._sps, self._pps) if has_all else None
        return mpeg4_track(self._configuration) if codec is Codec.MPEG4 else opaque_track(codec)


def _is_sane(nal: bytes) -> bool:
    return 3 <= len(nal) <= _SET_BYTES_MAX


def _pps_id(codec: Codec, nal: bytes) -> int:
    try:
        return BitReader(unescaped(nal[2 if codec is Codec.H265 else 1 : 16])).ue()
    except EOFError:
        return -1
