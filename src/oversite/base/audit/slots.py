"""What the audit cannot know: how the acts of the apps above are called."""

from oversite.common.slots import Slot
from oversite.screens.slots import Words

ACTS: Slot[Words] = Slot("audit acts")
"""Permanent dotted key of an act (`video.control.granted`) → its translated text (`gettext_lazy`)."""

REFUSED_ACTS: Slot[Words] = Slot("refused acts")
"""What a refusal kept somebody from: the code of the refusal, or its first parts (`video.control`) → translated."""
