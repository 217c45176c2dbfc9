"""Supervision sessions."""

from access.registry import Rule, World


def session(world: World):
    from oversite.common import clock
    from oversite.oversight.supervision.models import Session

    def make():
        return Session.objects.create(
            site=world.site,
            agency=world.tree.post,
            operator=world.user(world.tree.post, "monitor"),
            operator_name="监控员",
            mode="live",
            checklist="farming",
            started_at=clock.now(),
        )

    return {"uid": world.thing("session", make).uid}


def point(world: World):
    from oversite.common import clock

    uid = session(world)["uid"]

    def make():
        return world.made["session"].points.create(
            camera=world.camera, name="东塘", grade="normal", moment_at=clock.now(), marked_at=clock.now()
        )

    return {"uid": uid, "point": world.thing("point", make).uid}


def conducts(kwargs=session, **values):
    return Rule(role="monitor", kwargs=kwargs, has_object=True, **values)


RULES = {
    "supervision:sessions": Rule(role="monitor"),
    "supervision:begin": conducts(lambda world: {"site": world.site.uid}),
    "supervision:session": conducts(),
    "supervision:conduct": conducts(),
    "supervision:marks": conducts(body=lambda world: {"camera": str(world.camera.uid)}),
    "supervision:withdraw": conducts(point),
    "supervision:submit": conducts(),
    "supervision:discard": conducts(),
    "supervision:correct": conducts(without_right_role="only a filed one is corrected"),
    "supervision:sheet": conducts(without_right_role="only a filed one has a sheet"),
    "supervision:picture": conducts(point, without_right_role="no picture is kept"),
}
