"""What a camera is declared to see: `plate@lane:2` is the subject `plate` at the second lane."""

import re
from dataclasses import dataclass

SIGHT = re.compile(r"(?P<subjects>[a-z0-9-]+(?:&[a-z0-9-]+)*)?(?:@(?P<part>[a-z0-9-]+)(?::(?P<index>[1-9]\d{0,3}))?)?")
STAND = re.compile(r"(?P<part>[a-z0-9-]+)(?::(?P<index>[1-9]\d{0,3}))?(?:/(?P<corner>[1-4]))?")


@dataclass(frozen=True, slots=True)
class Sight:
    """A subject at a part of the area; no subject: it looks there; no part: in the area at large; index 0: at all."""

    subject: str = ""
    part: str = ""
    index: int = 0

    def __str__(self) -> str:
        place = f"@{self.part}" + (f":{self.index}" if self.index else "") if self.part else ""
        return f"{self.subject}{place}"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a camera stands: on a part (index 0: on each of them), and at which of its corners, 1 to 4 going round."""

    part: str
    index: int = 0
    corner: int = 0

    def __str__(self) -> str:
        return self.part + (f":{self.index}" if self.index else "") + (f"/{self.corner}" if self.corner else "")


def parse_sights(text: str) -> tuple[Sight, ...] | None:
    """The sights that one text declares, or none where it is not of the form `subject&subject@part:index`."""
    match = SIGHT.fullmatch(text)
    if match is None or not text:
        return None
    subjects = (match["subjects"] or "").split("&")
    return tuple(Sight(each, match["part"] or "", int(match["index"] or 0)) for each in subjects)


def parse_stand(text: str) -> Stand | None:
    """The stand, or none where the text is not of the form `part:index/corner`."""
    match = STAND.fullmatch(text)
    if match is None:
        return None
    return Stand(match["part"], int(match["index"] or 0), int(match["corner"] or 0))
