"""Alarms of devices."""

from access.registry import Rule, World


def alarm(world: World):
    from oversite.common import clock
    from oversite.video.alarms.models import Alarm

    def make():
        return Alarm.objects.create(
            event_id=1, device_gb_id=world.device.gb_id, device=world.device, site=world.site, received_at=clock.now()
        )

    return {"pk": world.thing("alarm", make).pk}


RULES = {
    "alarms:alarms": Rule(role="monitor"),
    "alarms:alarm": Rule(role="monitor", kwargs=alarm, has_object=True),
    "alarms:acknowledge": Rule(role="monitor", kwargs=alarm, has_object=True),
}
