"""Elementary streams carried in RTP without a program stream: H.264 (RFC 6184), H.265 (RFC 7798), audio."""

from oversite.protocol.media import AccessUnit, Codec
from oversite.protocol.mpegps.adts import is_adts
from oversite.protocol.mpegps.pictures import PICTURE_BYTES_MAX
from oversite.protocol.nal import START_CODE, nal_type, parse_h264_sps, parse_h265_sps, picture_kind

_LEADING_BYTES_MAX = 65_536
_PARAMETER_BYTES_MAX = 512
"""No parameter set is longer; the middle of a picture that happens to begin like one is."""


def sniff_payload(payload: bytes) -> Codec | None:
    """The codec whose parameter sets this first payload holds, None when it shows none.

    A receiver that starts in the middle of a picture asks this of bytes that are as good as random.
    """
    if len(payload) < 8:
        return None
    if is_adts(payload):
        return Codec.AAC
    first, second = payload[0], payload[1]
    kind = first & 0x1F
    if first < 0x80 and first & 0x60:
        sps = _alone(payload) if kind == 7 else _first_of(payload[1:]) if kind == 24 else b""
        if sps and sps[0] & 0x1F == 7 and parse_h264_sps(sps) is not None:
            return Codec.H264
    kind = first >> 1
    if second == 1 and first < 0x80:
        sps = _alone(payload) if kind in (32, 33) else _first_of(payload[2:]) if kind == 48 else b""
        if sps and (sps[0] == 0x40 or (sps[0] == 0x42 and parse_h265_sps(sps) is not None)):
            return Codec.H265
    return None


def _alone(payload: bytes) -> bytes:
    """The parameter set that is a payload of its own."""
    return payload if len(payload) <= _PARAMETER_BYTES_MAX else b""


def _first_of(aggregate: bytes) -> bytes:
    """The first NAL unit of an aggregate, if it can be a parameter set."""
    size = int.from_bytes(aggregate[:2], "big")
    return aggregate[2 : 2 + size] if size <= min(_PARAMETER_BYTES_MAX, len(aggregate) - 2) else b""


class VideoPayloads:
    """Joins the RTP payloads of one H.264 or H.265 stream into pictures."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec
        self.bad_units = 0
        self._nals = bytearray()
        self._fragment: bytearray | None = None
        self._is_damaged = False
        self._is_start_doubtful = False

    def add(self, payload: memoryview) -> None:
        """Take the next payload of the picture under way."""
        header_bytes = 2 if self.codec is Codec.H265 else 1
        if len(payload) <= header_bytes or len(self._nals) > PICTURE_BYTES_MAX:
            self._is_damaged = True
            return
        kind = nal_type(self.codec, payload[0])
        if self._is_start_doubtful:
            self._is_start_doubtful = False
            self._is_damaged |= not self._begins_picture(kind, payload)
        if kind == (48 if self.codec is Codec.H265 else 24):
            self._add_aggregate(payload[header_bytes:])
        elif kind == (49 if self.codec is Codec.H265 else 28):
            self._add_fragment(payload, header_bytes)
        else:
            self._nals += START_CODE
            self._nals += payload

    def _add_aggregate(self, rest: memoryview) -> None:
        while len(rest) > 2:
            end = 2 + (rest[0] << 8 | rest[1])
            if end > len(rest):
                self._is_damaged = True
                return
            self._nals += START_CODE
            self._nals += rest[2:end]
            rest = rest[end:]

    def _add_fragment(self, payload: memoryview, header_bytes: int) -> None:
        if len(payload) < header_bytes + 2:
            self._is_damaged = True
            return
        indicator = payload[header_bytes]
        if indicator & 0x80:
            self._nals += START_CODE
            if self.codec is Codec.H265:
                self._nals += bytes([payload[0] & 0x81 | (indicator & 0x3F) << 1, payload[1]])
            else:
                self._nals.append(payload[0] & 0xE0 | indicator & 0x1F)
            self._fragment = self._nals
        if self._fragment is None:
            self._is_damaged = True
        else:
            self._nals += payload[header_bytes + 1 :]
        if indicator & 0x40:
            self._fragment = None

    def lose(self) -> None:
        """Packets were lost: of the picture under way, or the beginning of the next."""
        if self._nals:
            self._is_damaged = True
        else:
            self._is_start_doubtful = True

    def _begins_picture(self, kind: int, payload: memoryview) -> bool:
        """Parameter sets, delimiters, aggregates of them, and the first slice of a picture."""
        if self.codec is Codec.H265:
            if kind == 49:
                return len(payload) > 3 and payload[2] & 0x80 != 0 and payload[3] >= 0x80
            return kind >= 32 or (len(payload) > 2 and payload[2] >= 0x80)
        if kind == 28:
            return len(payload) > 2 and payload[1] & 0x80 != 0 and payload[2] >= 0x80
        return kind > 5 or (len(payload) > 1 and payload[1] >= 0x80)

    def end(self, timestamp: int) -> AccessUnit | None:
        """The picture is over: its unit, or None when it was damaged or holds no picture yet."""
        if not self._nals and not self._is_damaged:
            return None
        data = bytes(self._nals)
        kind = picture_kind(self.codec, data)
        if kind == "none" and not self._is_damaged and len(data) <= _LEADING_BYTES_MAX:
            return None
        is_damaged = self._is_damaged or kind == "none"
        self._nals.clear()
        self._fragment = None
        self._is_damaged = False
        if is_damaged:
            self.bad_units += 1
            return None
        return AccessUnit("video", self.codec, timestamp, timestamp, kind == "key", data)
