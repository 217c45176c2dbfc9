"""What the app plugs in: permissions, acts, the listener, marks on the bar, its menu entry."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import ADMINISTRATOR, AUDITOR, MONITOR, PERMISSIONS, SITE_OPERATOR, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.events.slots import LISTENERS, FeedEvent, Listener
from oversite.screens.slots import MENU, MenuEntry
from oversite.video.alarms import actions, queries
from oversite.video.alarms.kinds import kind_text
from oversite.video.viewing.slots import MARKS, TimelineMark

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.video.cameras.models import Camera

PERMISSIONS.plug(
    "alarms.read",
    Permission(_("see alarms of devices"), frozenset({MONITOR, ADMINISTRATOR, SITE_OPERATOR, AUDITOR})),
)
PERMISSIONS.plug(
    "alarms.acknowledge", Permission(_("acknowledge alarms of devices"), frozenset({MONITOR, ADMINISTRATOR}))
)
ACTS.plug("alarms.alarm.acknowledged", _("alarm acknowledged"))
REFUSED_ACTS.plug("alarms", _("acknowledging an alarm"))
MENU.plug("alarms", MenuEntry("alarms", _("Alarms"), "alarms:alarms", "bell-ringing", "alarms.read", 40))


def enter(event: FeedEvent) -> None:
    """The worker hears of an alarm."""
    actions.enter_alarm(event)


def alarm_marks(user: "User", camera: "Camera", start_at: datetime, end_at: datetime) -> Iterable[TimelineMark]:
    """The alarms of a camera in their lane; they stand where they came in, because the footage is dated so."""
    for alarm in queries.alarms_at(user, camera, start_at, end_at)[:2000]:
        title = f"{kind_text(alarm.method, alarm.alarm_type)} {alarm.description}".strip()
        yield TimelineMark(
            alarm.received_at, alarm.received_at, "alarm", title, reverse("alarms:alarm", args=[alarm.pk])
        )


LISTENERS.plug("alarms", Listener("alarms", frozenset({"device.alarm"}), enter))
MARKS.plug("alarms", alarm_marks)
