"""What the app plugs in: the texts of its acts, and who hears that recording has stopped."""

from django.utils.translation import gettext_lazy as _

from oversite.base.audit.slots import ACTS
from oversite.base.events.slots import KINDS, EventKind, FeedEvent, Viewer

ACTS.plug("video.recording.deleted", _("recordings deleted"))
ACTS.plug("video.recording.stopped", _("recording stopped for want of space"))
ACTS.plug("video.recording.resumed", _("recording resumed"))


def _may_play(viewer: Viewer, _event: FeedEvent) -> bool:
    return "video.playback" in viewer.permissions


for _kind in ("recording.stopped", "recording.resumed"):
    KINDS.plug(_kind, EventKind(_kind, _may_play))
