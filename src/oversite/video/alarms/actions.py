"""Entering alarms as the feed tells of them, and acknowledging them."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from oversite.base.audit import actions as audit
from oversite.base.events import actions as events
from oversite.common import clock
from oversite.video.alarms.kinds import kind_text
from oversite.video.alarms.models import Alarm
from oversite.video.cameras import queries as register

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.events.slots import FeedEvent

GRAVE = 2
"""Priorities 1 and 2 are to be acted on now."""
SMALL_MAX = 32_767


@transaction.atomic
def enter_alarm(event: "FeedEvent") -> Alarm | None:
    """Enter the alarm of an event `device.alarm` and tell those who watch; none when it is there already."""
    if Alarm.objects.filter(event_id=event.id).exists():
        return None
    told = event.data
    gb_id = str(told.get("device") or event.subject_id)[:20]
    source = str(told.get("source") or "")[:64]
    device, camera = register.named(gb_id, source)
    site = camera.site if camera is not None else None if device is None else device.site
    alarm = Alarm.objects.create(
        event_id=event.id,
        device_gb_id=gb_id,
        source_gb_id=source,
        device=device,
        camera=camera,
        site=site,
        priority=_small(told, "priority"),
        method=_small(told, "method"),
        alarm_type=_small(told, "type"),
        description=str(told.get("description") or "")[:300],
        occurred_at=_instant(told, "occurred_at"),
        received_at=_instant(told, "received_at") or event.at,
    )
    name = camera.name if camera is not None else device.name if device is not None else gb_id
    events.publish(
        "alarms.raised",
        alarm,
        {
            "text": f"{name}：{kind_text(alarm.method, alarm.alarm_type)} {alarm.description}".strip(),
            "tone": "danger" if alarm.priority is not None and alarm.priority <= GRAVE else "warning",
            "url": reverse("alarms:alarm", args=[alarm.pk]),
        },
        agency=None if site is None else site.agency,
    )
    return alarm


@transaction.atomic
def acknowledge(user: "User", alarm: Alarm, note: str = "") -> Alarm:
    """Say that somebody has seen to an alarm; a second time changes nothing."""
    user.require("alarms.acknowledge", "A9")
    fresh = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if fresh.acknowledged_at is not None:
        return fresh
    fresh.acknowledged_at, fresh.acknowledged_by, fresh.note = clock.now(), user.name, note.strip()[:300]
    fresh.save(update_fields=["acknowledged_at", "acknowledged_by", "note"])
    data = {"device": fresh.device_gb_id, "method": fresh.method, "type": fresh.alarm_type, "note": fresh.note}
    audit.record("alarms.alarm.acknowledged", actor=user, subject=fresh, data=data, clause="A9")
    return fresh


def _small(told: Mapping[str, Any], name: str) -> int | None:
    value = told.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= SMALL_MAX else None


def _instant(told: Mapping[str, Any], name: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(told.get(name) or ""))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
