"""The text on the picture of a customs camera (annex 3 part two), which is its name in the tree. Pure."""

from oversite.domains.customs.screentext.compare import Comparison, ReadScreen, compare
from oversite.domains.customs.screentext.layout import Position, ScreenLayout, screen_layout
from oversite.domains.customs.screentext.limits import Limits
from oversite.domains.customs.screentext.text import Name, ScreenText, ScreenTextRefused, Spot, screen_text
from oversite.domains.customs.screentext.timeline import TIME_TYPE, time_line

__all__ = [
    "TIME_TYPE",
    "Comparison",
    "Limits",
    "Name",
    "Position",
    "ReadScreen",
    "ScreenLayout",
    "ScreenText",
    "ScreenTextRefused",
    "Spot",
    "compare",
    "screen_layout",
    "screen_text",
    "time_line",
]
