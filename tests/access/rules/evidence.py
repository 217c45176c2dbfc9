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


def export(world: World):
    from oversite.common import clock
    from oversite.video.evidence.models import Evidence, Export

    def make():
        return Export.objects.create(
            evidence=Evidence.objects.get(uid=evidence(world)["uid"]),
            basis="consent",
            basis_text="署关函",
            purpose="移交",
            recipient="烟台缉私分局",
            exporter=world.user(world.tree.post, "administrator"),
            exporter_name="管理员",
            agency_name="烟台局",
            exported_at=clock.now(),
            package_bytes=1,
        )

    return {"pk": world.thing("export", make).pk}


RULES = {
    "evidence:list": Rule(role="monitor"),
    "evidence:keep": Rule(role="monitor"),
    "evidence:exports": Rule(role="monitor"),
    "evidence:export-done": Rule(role="monitor", kwargs=export, has_object=True),
    "evidence:package": Rule(role="administrator", kwargs=export, has_object=True, without_right_role=FOOTAGE),
    "evidence:copy": Rule(role="administrator", kwargs=export, has_object=True, without_right_role=FOOTAGE),
    "evidence:evidence": of(),
    "evidence:verify": of(without_right_role=FOOTAGE),
    "evidence:seal": of(without_right_role=FOOTAGE),
    "evidence:release": of("administrator"),
    "evidence:export": of("administrator", without_right_role=FOOTAGE),
}
