"""Pictures: live, recorded, kept."""

from access.registry import Rule, World

SERVICES = "starts a stream: needs the services"


def camera(world: World):
    return {"uid": world.camera.uid}


def viewing(world: World):
    from oversite.common import clock
    from oversite.video.viewing.models import Viewing

    def make():
        user = world.user(world.tree.post, "monitor")
        return Viewing.objects.create(user=user, camera=world.camera, kind="live", opened_at=clock.now())

    return {"viewing": world.thing("viewing", make).pk}


def asked(world: World):
    return f"?camera={world.camera.uid}&month=2026-11&day=2026-11-21"


def span(world: World):
    return {
        "camera": str(world.camera.uid),
        "cameras": [str(world.camera.uid)],
        "start_ms": 1_790_000_000_000,
        "end_ms": 1_790_000_060_000,
        "purpose": "supervision",
        "purpose_text": "",
    }


def of(role="monitor", **values):
    return Rule(role=role, has_object=True, **values)


RULES = {
    "viewing:wall": Rule(role="monitor"),
    "viewing:playback": Rule(role="monitor"),
    "viewing:log": Rule(role="administrator"),
    "viewing:live": of(kwargs=camera, body=lambda _world: {"stream": 0}, without_right_role=SERVICES),
    "viewing:snapshot": of(kwargs=camera, without_right_role=SERVICES),
    "viewing:end": of(kwargs=viewing),
    "viewing:control": of(
        kwargs=viewing, body=lambda _world: {"action": "pause", "value": 0}, without_right_role=SERVICES
    ),
    "viewing:days": of(query=asked),
    "viewing:timeline": of(query=asked),
    "viewing:recorded": Rule(role="monitor", query=lambda _world: "?day=2026-11-21"),
    "viewing:open": of(body=span, without_right_role=SERVICES),
    "viewing:fetch": of(body=span),
    "viewing:device": of(body=span, without_right_role=SERVICES),
}
