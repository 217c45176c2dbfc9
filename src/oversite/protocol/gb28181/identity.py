"""The 20-digit identity of everything in a GB/T 28181 domain (2022, appendix E)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from oversite.protocol.errors import PeerError

_DIGITS = re.compile(r"[0-9]+")
_CIVIL_CODE_LENGTHS = (2, 4, 6, 8)


class GbType(IntEnum):
    """Digits 11-13 of an identity: what kind of thing it names."""

    DVR = 111
    VIDEO_SERVER = 112
    ENCODER = 113
    DECODER = 114
    NVR = 118
    CAMERA = 131
    IP_CAMERA = 132
    ALARM_INPUT = 134
    ALARM_OUTPUT = 135
    VOICE_INPUT = 136
    VOICE_OUTPUT = 137
    SIP_SERVER = 200
    BUSINESS_GROUP = 215
    VIRTUAL_ORGANISATION = 216


_RECORDERS = frozenset({GbType.DVR, GbType.VIDEO_SERVER, GbType.ENCODER, GbType.NVR})
_CAMERAS = frozenset({GbType.CAMERA, GbType.IP_CAMERA})
_GROUPS = frozenset({GbType.BUSINESS_GROUP, GbType.VIRTUAL_ORGANISATION})


@dataclass(frozen=True, slots=True)
class GbId:
    """One identity: centre 8 + industry 2 + type 3 + network 1 + serial 6 digits."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 20 ASCII digits, spaces around them allowed; raises `PeerError` that names what is wrong."""
        digits = text.strip()
        if not _DIGITS.fullmatch(digits):
            raise PeerError(f"identity has characters that are not digits: {digits[:40]!r}")
        if len(digits) != 20:
            raise PeerError(f"identity has {len(digits)} digits instead of 20: {digits[:40]}")
        return cls(digits)

    @classmethod
    def build(cls, *, centre: str, industry: str, kind: int, network: int, serial: int) -> Self:
        """Put an identity together; raises `PeerError` when a part does not fit its place."""
        return cls.parse(f"{centre}{industry}{kind:03d}{network:01d}{serial:06d}")

    @property
    def centre(self) -> str:
        """Digits 1-8: province, city, county and basic unit."""
        return self.text[:8]

    @property
    def industry(self) -> str:
        """Digits 9-10."""
        return self.text[8:10]

    @property
    def type_code(self) -> int:
        """Digits 11-13."""
        return int(self.text[10:13])

    @property
    def network(self) -> int:
        """Digit 14."""
        return int(self.text[13])

    @property
    def serial(self) -> int:
        """Digits 15-20."""
        return int(self.text[14:])

    @property
    def domain(self) -> str:
        """The first ten digits, by which SIP domains are named."""
        return self.text[:10]

    @property
    def is_camera(self) -> bool:
        return self.type_code in _CAMERAS

    @property
    def is_recorder(self) -> bool:
        return self.type_code in _RECORDERS

    @property
    def is_alarm_input(self) -> bool:
        return self.type_code == GbType.ALARM_INPUT

    @property
    def is_group(self) -> bool:
        """Business group (215) or virtual organisation (216)."""
        return self.type_code in _GROUPS

    @property
    def is_platform(self) -> bool:
        return self.type_code == GbType.SIP_SERVER

    @property
    def is_user(self) -> bool:
        """Users of the centre are 300-399, users at terminals 400-499."""
        return 300 <= self.type_code <= 499

    def __str__(self) -> str:
        return self.text


def is_gb_id(text: str) -> bool:
    """Whether the text is an identity of exactly 20 digits."""
    return len(text) == 20 and _DIGITS.fullmatch(text) is not None


def is_civil_code(text: str) -> bool:
    """Whether the text is an administrative division as it stands in catalogues (2, 4, 6 or 8 digits)."""
    return len(text) in _CIVIL_CODE_LENGTHS and _DIGITS.fullmatch(text) is not None
