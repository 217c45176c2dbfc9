"""What a track holds: its codec, sample entry and timing (ISO/IEC 14496-12 §12, 14496-15, 14496-14)."""

import struct
from dataclasses import dataclass

from oversite.protocol.fmp4.boxes import UNITY_MATRIX, box, full_box
from oversite.protocol.media import CLOCK_90K, Codec
from oversite.protocol.mpegps.adts import AdtsFrame
from oversite.protocol.nal import SequenceParameters, parse_h264_sps, parse_h265_sps

VIDEO_TRACK = 1
AUDIO_TRACK = 2

_UNDETERMINED_LANGUAGE = 0x55C4


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """A video track; `codec_string` is that of RFC 6381. Size is 0 by 0 where the codec is opaque."""

    codec: Codec
    codec_string: str
    width: int
    height: int
    sample_entry: bytes

    def trak(self) -> bytes:
        """The `trak` box."""
        media_header = full_box(b"vmhd", 0, 1, bytes(8))
        handler = b"vide", b"VideoHandler"
        return _trak(VIDEO_TRACK, CLOCK_90K, (self.width, self.height), handler, media_header, self.sample_entry)


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """An audio track; its samples are frames of AAC, or the G.711 bytes of one packet."""

    codec: Codec
    codec_string: str
    sample_rate: int
    channels: int
    sample_entry: bytes

    def trak(self) -> bytes:
        """The `trak` box."""
        media_header = full_box(b"smhd", 0, 0, bytes(4))
        handler = b"soun", b"SoundHandler"
        return _trak(AUDIO_TRACK, self.sample_rate, (0, 0), handler, media_header, self.sample_entry)

    @property
    def is_for_browsers(self) -> bool:
        """Browsers play AAC in MP4, G.711 they do not."""
        return self.codec is Codec.AAC


def h264_track(sps: tuple[bytes, ...], pps: tuple[bytes, ...]) -> VideoTrack | None:
    """The track of these parameter sets; None when the first SPS makes no sense."""
    parameters = parse_h264_sps(sps[0])
    if parameters is None:
        return None
    config = bytes([1]) + sps[0][1:4] + bytes([0xFF, 0xE0 | len(sps)])
    config += b"".join(struct.pack(">H", len(nal)) + nal for nal in sps)
    config += bytes([len(pps)]) + b"".join(struct.pack(">H", len(nal)) + nal for nal in pps)
    if sps[0][1] in (100, 110, 122, 144):
        depths = (0xF8 | (parameters.luma_bits - 8), 0xF8 | (parameters.chroma_bits - 8))
        config += bytes([0xFC | parameters.chroma_format, *depths, 0])
    entry = _visual_entry(b"avc1", parameters.width, parameters.height, box(b"avcC", config))
    name = f"avc1.{parameters.codec_string}"
    return VideoTrack(Codec.H264, name, parameters.width, parameters.height, entry)


def h265_track(vps: tuple[bytes, ...], sps: tuple[bytes, ...], pps: tuple[bytes, ...]) -> VideoTrack | None:
    """The track of these parameter sets; None when the first SPS makes no sense."""
    parameters = parse_h265_sps(sps[0])
    if parameters is None:
        return None
    config = _hevc_configuration(parameters)
    config += bytes([3]) + b"".join(
        struct.pack(">BH", 0x80 | kind, len(nals)) + b"".join(struct.pack(">H", len(nal)) + nal for nal in nals)
        for kind, nals in ((32, vps), (33, sps), (34, pps))
    )
    entry = _visual_entry(b"hvc1", parameters.width, parameters.height, box(b"hvcC", config))
    name = f"hvc1.{parameters.codec_string}"
    return VideoTrack(Codec.H265, name, parameters.width, parameters.height, entry)


def _hevc_configuration(parameters: SequenceParameters) -> bytes:
    """HEVCDecoderConfigurationRecord up to the arrays (ISO/IEC 14496-15 §8.3.3)."""
    layers = parameters.temporal_layers << 3 | parameters.is_temporal_id_nested << 2 | 3
    return b"".join(
        (
            bytes([1]),
            parameters.profile_tier_level,
            bytes([0xF0, 0, 0xFC, 0xFC | parameters.chroma_format]),
            bytes([0xF8 | (parameters.luma_bits - 8), 0xF8 | (parameters.chroma_bits - 8)]),
            bytes([0, 0, layers]),
        )
    )


def mpeg4_track(configuration: bytes) -> VideoTrack:
    """MPEG-4 part 2; the configuration is what stands before the first picture."""
    entry = _visual_entry(b"mp4v", 0, 0, _esds(0x20, 0x11, configuration))
    return VideoTrack(Codec.MPEG4, "mp4v.20.9", 0, 0, entry)


def opaque_track(codec: Codec) -> VideoTrack:
    """Video that is kept as it came (SVAC): no browser plays it, no byte of it is lost."""
    return VideoTrack(codec, codec.value, 0, 0, _visual_entry(codec.value.encode()[:4].ljust(4), 0, 0, b""))


def aac_track(frame: AdtsFrame) -> AudioTrack:
    """AAC as an ADTS header describes it."""
    config = (frame.object_type << 11 | frame.rate_index << 7 | frame.channels << 3).to_bytes(2, "big")
    entry = _audio_entry(b"mp4a", frame.channels, frame.sample_rate, _esds(0x40, 0x15, config))
    return AudioTrack(Codec.AAC, f"mp4a.40.{frame.object_type}", frame.sample_rate, frame.channels, entry)


def g711_track(codec: Codec) -> AudioTrack:
    """G.711 as raw bytes, 8 kHz, one channel."""
    kind = b"alaw" if codec is Codec.G711A else b"ulaw"
    return AudioTrack(codec, kind.decode(), 8000, 1, _audio_entry(kind, 1, 8000, b""))


def _visual_entry(kind: bytes, width: int, height: int, configuration: bytes) -> bytes:
    fixed = struct.pack(">6xH16xHHII4xH32xHh", 1, width, height, 0x480000, 0x480000, 1, 24, -1)
    return box(kind, fixed, configuration)


def _audio_entry(kind: bytes, channels: int, rate: int, configuration: bytes) -> bytes:
    return box(kind, struct.pack(">6xH8xHH4xI", 1, channels, 16, (rate & 0xFFFF) << 16), configuration)


def _esds(object_type: int, stream_type: int, configuration: bytes) -> bytes:
    specific = _descriptor(5, configuration) if configuration else b""
    decoder = _descriptor(4, struct.pack(">BBxHII", object_type, stream_type, 0, 0, 0), specific)
    return full_box(b"esds", 0, 0, _descriptor(3, b"\x00\x00\x00", decoder, _descriptor(6, b"\x02")))


def _descriptor(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    length = bytes([0x80 | size >> 21 & 0x7F, 0x80 | size >> 14 & 0x7F, 0x80 | size >> 7 & 0x7F, size & 0x7F])
    return bytes([tag]) + length + body


def _trak(
    track: int,
    timescale: int,
    size: tuple[int, int],
    handler: tuple[bytes, bytes],
    media_header: bytes,
    sample_entry: bytes,
) -> bytes:
    volume = 0x0100 if handler[0] == b"soun" else 0
    header = struct.pack(">III4xI8xHHHxx", 0, 0, track, 0, 0, 0, volume) + UNITY_MATRIX
    tkhd = full_box(b"tkhd", 0, 3, header, struct.pack(">II", size[0] << 16, size[1] << 16))
    mdhd = full_box(b"mdhd", 0, 0, struct.pack(">IIIIHxx", 0, 0, timescale, 0, _UNDETERMINED_LANGUAGE))
    hdlr = full_box(b"hdlr", 0, 0, bytes(4), handler[0], bytes(12), handler[1] + b"\x00")
    data_reference = box(b"dinf", full_box(b"dref", 0, 0, b"\x00\x00\x00\x01", full_box(b"url ", 0, 1)))
    stsd = full_box(b"stsd", 0, 0, b"\x00\x00\x00\x01", sample_entry)
    tables = [full_box(kind, 0, 0, bytes(4)) for kind in (b"stts", b"stsc", b"stco")]
    stbl = box(b"stbl", stsd, *tables[:2], full_box(b"stsz", 0, 0, bytes(8)), tables[2])
    minf = box(b"minf", media_header, data_reference, stbl)
    return box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, minf))
