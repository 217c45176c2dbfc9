"""Access units into frames as they travel in RTP: program stream, with the faults that a device may have."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from oversite.protocol.media import AccessUnit, Codec
from oversite.protocol.mpegps.mux import PsMuxer
from oversite.simulator.misbehaviour import Misbehaviour

PAYLOAD_PS = 96
PAYLOAD_PCMA = 8
_STREAM_MAP_START = b"\x00\x00\x01\xbc"


@dataclass(frozen=True, slots=True)
class Frame:
    """What one RTP time stamp carries."""

    data: bytes
    timestamp_90k: int
    is_key: bool
    payload_type: int = PAYLOAD_PS


Sink = Callable[[Frame], None]


class FrameMaker:
    """Muxes the units of one stream. The faults are looked up anew for each unit: they may come and go."""

    def __init__(self, codec: Codec, *, has_audio: bool, faults: AbstractSet[Misbehaviour]) -> None:
        self._faults = faults
        self._muxers = {
            (declared, sound): PsMuxer(video=declared, audio=Codec.G711A if sound else None)
            for declared in {codec, Codec.H264}
            for sound in (False, True)
        }
        self._codec = codec
        self._has_audio = has_audio

    def frames(self, unit: AccessUnit) -> list[Frame]:
        """None, or one frame."""
        faults = self._faults
        if unit.kind == "audio":
            if Misbehaviour.DECLARED_AUDIO_MISSING in faults:
                return []
            if Misbehaviour.AUDIO_BESIDE in faults:
                # RTP's clock for G.711 runs at 8 kHz.
                return [Frame(unit.data, unit.pts_90k * 8 // 90, False, PAYLOAD_PCMA)]
        elif unit.is_key and Misbehaviour.NO_KEY_FRAME in faults:
            return []
        return [Frame(self._muxed(unit), unit.dts_90k, unit.kind == "video" and unit.is_key)]

    def _muxed(self, unit: AccessUnit) -> bytes:
        faults = self._faults
        declared = Codec.H264 if Misbehaviour.H265_AS_H264 in faults else self._codec
        sound = self._has_audio and Misbehaviour.AUDIO_BESIDE not in faults
        muxer = self._muxers[declared, sound or Misbehaviour.DECLARED_AUDIO_MISSING in faults]
        if unit.kind == "video" and Misbehaviour.NO_STREAM_MAP in faults:
            unit = AccessUnit(unit.kind, unit.codec, unit.pts_90k, unit.dts_90k, is_key=False, data=unit.data)
        data = muxer.mux(unit)
        if Misbehaviour.BAD_STREAM_MAP_CRC in faults:
            data = _with_bad_crc(data)
        return data


def _with_bad_crc(data: bytes) -> bytes:
    begin = data.find(_STREAM_MAP_START, 0, 200)
    if begin < 0:
        return data
    last = begin + 6 + int.from_bytes(data[begin + 4 : begin + 6], "big") - 1
    return data[:last] + bytes((data[last] ^ 0xFF,)) + data[last + 1 :]
