"""AAC frames with ADTS headers (ISO/IEC 13818-7 §6.2), which packets may cut anywhere."""

from dataclasses import dataclass

SAMPLE_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
SAMPLES_PER_FRAME = 1024
_HEADER_BYTES = 7


@dataclass(frozen=True, slots=True)
class AdtsFrame:
    """One frame: its place with and without the header, and its coding."""

    start: int
    payload_start: int
    end: int
    sample_rate: int
    channels: int
    object_type: int
    rate_index: int


def is_adts(data: bytes, at: int = 0) -> bool:
    """True when an ADTS header stands at `at`: sync word, layer 0, a known sample rate."""
    return (
        at + _HEADER_BYTES <= len(data)
        and data[at] == 0xFF
        and data[at + 1] & 0xF6 == 0xF0
        and data[at + 2] >> 2 & 0x0F < len(SAMPLE_RATES)
    )


def adts_frames(data: bytes) -> list[AdtsFrame]:
    """The whole frames in `data`, skipping what is none; a cut frame at the end is left out."""
    frames = []
    at = 0
    while at + _HEADER_BYTES <= len(data):
        if not is_adts(data, at):
            at = data.find(b"\xff", at + 1)
            if at < 0:
                break
            continue
        header_bytes = 7 if data[at + 1] & 1 else 9
        frame_bytes = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
        if frame_bytes <= header_bytes:
            at += 1
            continue
        if at + frame_bytes > len(data):
            break
        rate_index = data[at + 2] >> 2 & 0x0F
        channels = (data[at + 2] & 1) << 2 | data[at + 3] >> 6
        frames.append(
            AdtsFrame(
                start=at,
                payload_start=at + header_bytes,
                end=at + frame_bytes,
                sample_rate=SAMPLE_RATES[rate_index],
                channels=channels or 1,
                object_type=(data[at + 2] >> 6) + 1,
                rate_index=rate_index,
            )
        )
        at += frame_bytes
    return frames


class AdtsJoiner:
    """Joins frames that packets have cut; holds at most one frame's worth of bytes back."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """Add a packet's payload, return the whole frames so far."""
        data = self._rest + data
        frames = adts_frames(data)
        end = frames[-1].end if frames else 0
        self._rest = data[end:][-8192:]
        return data[frames[0].start : end] if frames else b""
