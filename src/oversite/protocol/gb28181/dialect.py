"""Which edition of GB/T 28181 a peer speaks: its X-GB-Ver header (2022, appendix I)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

HEADER: Final = "X-GB-Ver"

_BY_VERSION: Final = {"1.0": 2011, "1.1": 2011, "2.0": 2016, "3.0": 2022}


class Dialect(IntEnum):
    """An edition by its year."""

    GB2011 = 2011
    GB2016 = 2016
    GB2022 = 2022

    @property
    def version(self) -> str:
        """The value of X-GB-Ver."""
        return {2011: "1.0", 2016: "2.0", 2022: "3.0"}[self.value]

    @property
    def charset(self) -> str:
        """The charset to write XML in: GB2312 before 2022, GB18030 since."""
        return "GB18030" if self >= Dialect.GB2022 else "GB2312"

    @property
    def has_talk_session(self) -> bool:
        """`s=Talk` was dropped with the 2022 edition."""
        return self < Dialect.GB2022


def dialect_of(version: str | None) -> Dialect:
    """The dialect of an X-GB-Ver value. Without the header, or with an unknown old one, a peer speaks 2016."""
    text = (version or "").strip()
    year = _BY_VERSION.get(text)
    if year is not None:
        return Dialect(year)
    major = text.partition(".")[0]
    return Dialect.GB2022 if major.isdecimal() and len(major) < 4 and int(major) >= 3 else Dialect.GB2016
