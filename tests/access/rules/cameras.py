"""The register of cameras."""

from access.registry import Rule, World
from oversite.common import clock


def camera(world: World):
    return {"uid": world.camera.uid}


def device(world: World):
    return {"uid": world.device.uid}


def channel(world: World):
    device = world.device
    world.thing("channel", lambda: device.channels.create(gb_id="34020000001320000009", seen_at=clock.now()))
    return {"uid": device.uid, "gb_id": "34020000001320000009"}


def group(world: World):
    from oversite.video.cameras.models import CameraGroup

    made = world.thing("group", lambda: CameraGroup.objects.create(name="塘组", agency=world.tree.post))
    return {"pk": made.pk}


def read(kwargs):
    return Rule(role="monitor", kwargs=kwargs, has_object=True)


def change(kwargs):
    return Rule(role="administrator", kwargs=kwargs, has_object=True)


def enter(kwargs=None):
    return Rule(
        role="administrator", also="site-operator", **({"kwargs": kwargs, "has_object": True} if kwargs else {})
    )


RULES = {
    "cameras:cameras": Rule(role="monitor"),
    "cameras:tree": Rule(),  # holds what the user may see, and for some that is nothing
    "cameras:devices": Rule(role="monitor"),
    "cameras:groups": Rule(role="administrator"),
    "cameras:new": enter(),
    "cameras:new-device": Rule(role="administrator"),
    "cameras:new-group": Rule(role="administrator"),
    "cameras:import": Rule(role="administrator"),
    "cameras:export": Rule(role="administrator", kwargs=lambda _world: {"form": "json"}),
    "cameras:camera": read(camera),
    "cameras:device": read(device),
    "cameras:favourite": read(camera),
    "cameras:change": enter(camera),
    "cameras:remove": enter(camera),
    "cameras:change-device": change(device),
    "cameras:catalogue": change(device),
    "cameras:claim": change(channel),
    "cameras:group": change(group),
}
