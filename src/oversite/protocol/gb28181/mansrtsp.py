"""MANSRTSP: control of a playback by INFO inside its dialog (2022, appendix B)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from oversite.protocol.errors import PeerError, UsageError

CONTENT_TYPE: Final = "Application/MANSRTSP"
SCALES: Final = (0.25, 0.5, 1.0, 2.0, 4.0)
MAX_BYTES: Final = 4096
_VERSIONS: Final = frozenset({"RTSP/1.0", "MANSRTSP/1.0"})
_RANGE = re.compile(r"npt\s*=\s*(now|\d{1,9}(?:\.\d{0,9})?)\s*-\s*(\d{1,9}(?:\.\d{0,9})?)?", re.IGNORECASE | re.ASCII)
_RTP_INFO = re.compile(r"\b(seq|rtptime)\s*=\s*(\d{1,10})", re.IGNORECASE | re.ASCII)


class Method(StrEnum):
    """What is asked."""

    PLAY = "PLAY"
    PAUSE = "PAUSE"
    TEARDOWN = "TEARDOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackRequest:
    """One request. Of a PLAY, `position_s` (seconds from the start of the record) seeks, `scale` sets the speed,
    and neither resumes where it was paused. A negative scale plays backwards.
    """

    method: Method
    sequence: int
    position_s: float | None = None
    scale: float | None = None

    @classmethod
    def resume(cls, sequence: int) -> Self:
        """Go on after a pause."""
        return cls(method=Method.PLAY, sequence=sequence)

    @classmethod
    def pause(cls, sequence: int) -> Self:
        """Stand still."""
        return cls(method=Method.PAUSE, sequence=sequence)

    @classmethod
    def seek(cls, sequence: int, position_s: float) -> Self:
        """Go on from so many seconds after the start of the record."""
        if not math.isfinite(position_s) or position_s < 0:
            raise UsageError(f"cannot seek to {position_s} s")
        return cls(method=Method.PLAY, sequence=sequence, position_s=position_s)

    @classmethod
    def speed(cls, sequence: int, scale: float) -> Self:
        """Go on from here at so many times the speed."""
        if not math.isfinite(scale) or scale == 0:
            raise UsageError(f"cannot play at the scale {scale}")
        return cls(method=Method.PLAY, sequence=sequence, scale=scale)

    @classmethod
    def stop(cls, sequence: int) -> Self:
        """End it; the BYE follows."""
        return cls(method=Method.TEARDOWN, sequence=sequence)

    def __bytes__(self) -> bytes:
        lines = [f"{self.method} RTSP/1.0", f"CSeq: {self.sequence}"]
        if self.method is Method.PAUSE:
            lines.append("PauseTime: now")
        elif self.method is Method.PLAY and self.scale is not None:
            lines.append(f"Scale: {_plain(self.scale)}")
        elif self.method is Method.PLAY:
            start = "now" if self.position_s is None else _plain(self.position_s)
            lines.append(f"Range: npt={start}-")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read the body of an INFO; raises `PeerError`."""
        first, headers = _split(body)
        words = first.split()
        if len(words) not in (2, 3) or words[-1].upper() not in _VERSIONS:
            raise PeerError(f"not a MANSRTSP request: {first[:60]!r}")
        if words[0].upper() not in Method.__members__:
            raise PeerError(f"MANSRTSP method {words[0][:20]!r} is unknown")
        method = Method(words[0].upper())
        return cls(
            method=method,
            sequence=_sequence(headers),
            position_s=_position(headers) if method is Method.PLAY else None,
            scale=_scale(headers) if method is Method.PLAY else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackResponse:
    """The answer to one request. `rtp_sequence` and `rtp_time` say where in the stream the new position begins."""

    sequence: int
    status: int = 200
    reason: str = "OK"
    rtp_sequence: int | None = None
    rtp_time: int | None = None

    def __bytes__(self) -> bytes:
        lines = [f"RTSP/1.0 {self.status} {self.reason}", f"CSeq: {self.sequence}"]
        if self.rtp_sequence is not None and self.rtp_time is not None:
            lines.append(f"RTP-Info: seq={self.rtp_sequence};rtptime={self.rtp_time}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii", errors="replace")

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read the body of the answer to an INFO; raises `PeerError`."""
        first, headers = _split(body)
        version, _, rest = first.partition(" ")
        status, _, reason = rest.strip().partition(" ")
        if version.upper() not in _VERSIONS or not re.fullmatch(r"[1-5]\d\d", status, re.ASCII):
            raise PeerError(f"not a MANSRTSP response: {first[:60]!r}")
        found = {name.lower(): int(number) for name, number in _RTP_INFO.findall(headers.get("rtp-info", ""))}
        return cls(
            sequence=_sequence(headers),
            status=int(status),
            reason=reason.strip()[:100],
            rtp_sequence=found.get("seq"),
            rtp_time=found.get("rtptime"),
        )


def is_response(body: bytes) -> bool:
    """Whether a MANSRTSP body is an answer; some peers send theirs in an INFO of its own."""
    first = body.lstrip()[:12].upper()
    return first.startswith((b"RTSP/1.0 ", b"MANSRTSP/1.0"))


def _split(body: bytes) -> tuple[str, dict[str, str]]:
    if len(body) > MAX_BYTES:
        raise PeerError(f"MANSRTSP body of {len(body)} bytes is too long", 413)
    lines = [line.strip() for line in body.decode("utf-8", errors="replace").strip().splitlines()]
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return (lines[0] if lines else ""), headers


def _sequence(headers: dict[str, str]) -> int:
    text = headers.get("cseq", "")
    return int(text) if re.fullmatch(r"\d{1,10}", text, re.ASCII) else 0


def _position(headers: dict[str, str]) -> float | None:
    text = headers.get("range")
    if text is None:
        return None
    found = _RANGE.match(text)
    if found is None:
        raise PeerError(f"MANSRTSP range {text[:40]!r} cannot be read")
    return None if found.group(1).lower() == "now" else float(found.group(1))


def _scale(headers: dict[str, str]) -> float | None:
    text = headers.get("scale")
    if text is None:
        return None
    if not re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{0,6})?", text, re.ASCII) or float(text) == 0:
        raise PeerError(f"MANSRTSP scale {text[:40]!r} cannot be read")
    return float(text)


def _plain(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")
