"""Evidence."""

from access.registry import Rule, World

FOOTAGE = "there is no footage behind this row"


def evidence(world: World):
    from oversite.common import clock
    from oversite.video.evidence.models import Evidence

    def make():
        now = clock.now()
        return Evidence.objects.create(
            site=world.site,
            title="异常",
            reason="抽查",
            from_at=now,
            until_at=now,
            held_at=now,
            keeper=world.user(world.tree.post, "monitor"),
            keeper_name="监控员",
            agency_name="烟台局",
        )

    return {"uid": world.thing("evidence", make).uid}


def of(role="monitor", **values):
    return Rule(role=role, kwargs=evidence, has_object=True, **values)


def no_such_export(_world: World):
    return {"pk": 999_999}


RULES = {
    "evidence:list": Rule(role="monitor"),
    "evidence:keep": Rule(role="monitor"),
    "evidence:exports": Rule(role="monitor"),
    "evidence:export-done": Rule(role="monitor", kwargs=no_such_export, without_right_role="there is none"),
    "evidence:package": Rule(role="monitor", kwargs=no_such_export, without_right_role="there is none"),
    "evidence:evidence": of(),
    "evidence:verify": of(without_right_role=FOOTAGE),
    "evidence:seal": of(without_right_role=FOOTAGE),
    "evidence:release": of("administrator"),
    "evidence:export": of("administrator", without_right_role=FOOTAGE),
}
