"""Placement: verdicts, declarations, judgements, plans."""

from access.registry import Rule, World


def port(world: World):
    from oversite.base.sites.models import Site

    def make():
        return Site.objects.create(code="P1", name="一号码头", site_class="waterway", agency=world.tree.post)

    return world.thing("port", make)


def site(world: World):
    return {"uid": port(world).uid}


def area(world: World):
    made = world.thing("gate", lambda: port(world).areas.create(code="G1", name="卡口", kind="gate"))
    return {"uid": port(world).uid, "area": made.pk}


def camera(world: World):
    from oversite.video.cameras.models import Camera

    def make():
        return Camera.objects.create(gb_id="42010000001320000071", name="卡口", site=port(world))

    return {"uid": world.thing("gate-camera", make).uid}


def evaluation(world: World):
    from oversite.oversight.rules import actions

    return {"uid": world.thing("evaluation", lambda: actions.evaluate_site(port(world), "test")).uid}


def finding(world: World):
    return {**evaluation(world), "number": 0}


def reads(kwargs=site, **values):
    return Rule(role="monitor", kwargs=kwargs, has_object=True, **values)


def declares(kwargs=site, **values):
    return Rule(role="site-operator", kwargs=kwargs, has_object=True, **values)


RULES = {
    "rules:evaluations": Rule(role="monitor"),
    "rules:league": Rule(role="monitor"),
    "rules:site": reads(),
    "rules:evaluate": reads(),
    "rules:report": reads(),
    "rules:workbook": reads(),
    "rules:construction": reads(),
    "rules:construction-workbook": reads(),
    "rules:construction-print": reads(),
    "rules:evaluation": reads(evaluation),
    "rules:judge": reads(finding),
    "rules:ruling": reads(finding),
    "rules:picture": reads(without_right_role="no picture is kept"),
    "rules:declare-site": declares(),
    "rules:declare-area": declares(area),
    "rules:declare-camera": declares(camera),
    "rules:plan": declares(),
    "rules:plan-codes": declares(),
    "rules:picture-upload": declares(),
    "rules:layout": declares(without_right_role="there is no picture to place things on"),
}
