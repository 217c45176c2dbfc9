"""What the audit cannot know: how the acts of the apps above are called."""

from oversite.common.slots import Slot

ACTS: Slot[object] = Slot("audit acts")
"""Permanent dotted key of an act (`video.control.granted`) → its translated text (`gettext_lazy`)."""
