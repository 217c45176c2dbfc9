"""The laboratory of quarantine."""

from access.registry import Rule, World


def made(world: World):
    """A case of the post: an inspection under way and a sample that has been received."""
    from domains.quarantine.laboratory.cases import make_case
    from oversite.base.agencies.actions import create_agency

    return world.thing("laboratory case", lambda: make_case(create_agency, world.make_user, world.tree.post))


def sample(world: World):
    case = made(world)
    return {"uid": world.thing("sample", case.taken).uid}


def own_sample(world: World):
    """A sample in the laboratory whose people belong to the post."""
    from oversite.domains.quarantine.laboratory.models import Sample
    from oversite.domains.quarantine.registry.models import Laboratory

    uid = sample(world)["uid"]

    def make():
        home = Laboratory.objects.create(name="局属实验室", agency=world.tree.region, unit=world.tree.post)
        Sample.objects.filter(uid=uid).update(laboratory=home)
        return home

    world.thing("home laboratory", make)
    return {"uid": uid}


def test(world: World):
    from oversite.domains.quarantine.laboratory.models import Test

    return {"pk": Test.objects.get(sample__uid=own_sample(world)["uid"]).pk}


def field(kwargs=sample, **values):
    return Rule(role="quarantine-veterinarian", kwargs=kwargs, has_object=True, **values)


def bench(kwargs=own_sample, **values):
    return Rule(role="quarantine-laboratory", kwargs=kwargs, has_object=True, **values)


RULES = {
    "quarantine_laboratory:samples": Rule(role="quarantine-veterinarian"),
    "quarantine_laboratory:kept": Rule(role="quarantine-laboratory"),
    "quarantine_laboratory:seals": Rule(role="quarantine-supervisor"),
    "quarantine_laboratory:hand-out": Rule(role="quarantine-supervisor"),
    "quarantine_laboratory:spoil": Rule(role="quarantine-supervisor"),
    "quarantine_laboratory:take": field(lambda world: {"uid": made(world).inspection.uid}),
    "quarantine_laboratory:sample": field(),
    "quarantine_laboratory:form": field(without_right_role="only a signed one has a form"),
    "quarantine_laboratory:report": field(without_right_role="only a released one has a report"),
    "quarantine_laboratory:seal": field(without_right_role="only the second taker signs"),
    "quarantine_laboratory:send": field(),
    "quarantine_laboratory:discard": field(),
    "quarantine_laboratory:test": bench(test),
    "quarantine_laboratory:receive": bench(),
    "quarantine_laboratory:reject": bench(),
    "quarantine_laboratory:submit": bench(without_right_role="only who was named for it does this"),
    "quarantine_laboratory:pass": bench(without_right_role="only who was named for it does this"),
    "quarantine_laboratory:return": bench(),
    "quarantine_laboratory:release": bench(without_right_role="only who was named for it does this"),
    "quarantine_laboratory:invalidate": bench(),
    "quarantine_laboratory:dispose": bench(),
}
