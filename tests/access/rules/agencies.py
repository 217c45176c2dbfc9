"""The tree of agencies."""

from access.registry import Rule, World


def below(world: World):
    from oversite.base.agencies.actions import create_agency

    def make():
        return create_agency(None, parent=world.tree.post, code="P1", name="办事处", kind="quarantine", level=3)

    return {"pk": world.thing("agency", make).pk}


def department(world: World):
    from oversite.base.agencies.actions import create_department

    return {"pk": world.thing("department", lambda: create_department(None, world.tree.post, key="k", name="处")).pk}


def own(world: World):
    return {"pk": world.tree.post.pk}


CHANGE = Rule(role="administrator", kwargs=below, has_object=True)

RULES = {
    "agencies:tree": Rule(),
    "agencies:list": Rule(),
    "agencies:agency": Rule(kwargs=below, has_object=True),
    "agencies:new": CHANGE,
    "agencies:edit": CHANGE,
    "agencies:contact": Rule(role="administrator", kwargs=own, has_object=True),
    "agencies:move": CHANGE,
    "agencies:close": CHANGE,
    "agencies:reopen": CHANGE,
    "agencies:new-department": CHANGE,
    "agencies:rename-department": Rule(role="administrator", kwargs=department, has_object=True),
}
