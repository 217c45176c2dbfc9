"""What the domains plug into control: which policy holds at the sites of a class."""

from oversite.common.slots import Slot
from oversite.video.control.policies import Policy

__all__ = ["Policy", "class_policies"]

class_policies: Slot[Policy] = Slot("control policies")
"""Site class → policy; a class that nobody plugged in follows the levels of supervision."""
