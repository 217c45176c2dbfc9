"""What the domains plug into evidence: whether footage of a site may leave the platform, and on what ground."""

from dataclasses import dataclass

from oversite.common.slots import Slot


@dataclass(frozen=True, slots=True)
class ExportPolicy:
    """May the video of a site class leave the platform? `clause` says why; `message` is told to who is refused."""

    is_allowed: bool
    clause: str
    message: object = ""


export_policies: Slot[ExportPolicy] = Slot("evidence export policies")
"""Site class → policy; the video of a class that nobody plugged in stays inside."""
