"""The beginning of a fragmented MP4: `ftyp`, perhaps our `uuid` box, and a `moov` without samples."""

import struct
from dataclasses import dataclass

from oversite.protocol.fmp4.boxes import UNITY_MATRIX, box, full_box
from oversite.protocol.fmp4.tracks import AUDIO_TRACK, VIDEO_TRACK, AudioTrack, VideoTrack
from oversite.protocol.media import Codec

ORIGIN_UUID = bytes.fromhex("6f7665727369746582a14f726967696e")
"""Type of the `uuid` box that says which camera a file comes from; what it holds is the recorder's matter."""

_FTYP = box(b"ftyp", b"iso6", b"\x00\x00\x00\x01", b"iso6iso5mp41")


@dataclass(frozen=True, slots=True)
class InitSegment:
    """Describes the tracks of the fragments that follow. Equal segments describe the same tracks.

    There are two forms: for files, with every track, and for browsers, without the audio they cannot play.
    """

    video: VideoTrack
    audio: AudioTrack | None

    @property
    def codec(self) -> Codec:
        """The codec of the video."""
        return self.video.codec

    @property
    def width(self) -> int:
        """Pixels as shown; 0 when unknown."""
        return self.video.width

    @property
    def height(self) -> int:
        """Pixels as shown; 0 when unknown."""
        return self.video.height

    @property
    def mime(self) -> str:
        """MIME type with codecs of the form for browsers."""
        audio = self.audio
        more = f",{audio.codec_string}" if audio is not None and audio.is_for_browsers else ""
        return f'video/mp4; codecs="{self.video.codec_string}{more}"'

    def __bytes__(self) -> bytes:
        """The form for browsers."""
        return self.build(is_for_browser=True)

    def build(self, uuid_payload: bytes | None = None, *, is_for_browser: bool = False) -> bytes:
        """The segment; `uuid_payload` goes into a box of type `ORIGIN_UUID` before the `moov`."""
        audio = self.audio
        if audio is not None and is_for_browser and not audio.is_for_browsers:
            audio = None
        traks = [self.video.trak()]
        extensions = [_trex(VIDEO_TRACK)]
        if audio is not None:
            traks.append(audio.trak())
            extensions.append(_trex(AUDIO_TRACK))
        origin = b"" if uuid_payload is None else box(b"uuid", ORIGIN_UUID, uuid_payload)
        return _FTYP + origin + box(b"moov", _mvhd(), *traks, box(b"mvex", *extensions))


def _mvhd() -> bytes:
    times = struct.pack(">IIIIIHxx8x", 0, 0, 1000, 0, 0x00010000, 0x0100)
    return full_box(b"mvhd", 0, 0, times, UNITY_MATRIX, bytes(24), struct.pack(">I", AUDIO_TRACK + 1))


def _trex(track: int) -> bytes:
    return full_box(b"trex", 0, 0, struct.pack(">IIIII", track, 1, 0, 0, 0))
