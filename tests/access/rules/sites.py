"""Sites, their areas and contacts."""

from access.registry import Rule, World


def site(world: World):
    return {"uid": world.site.uid}


def area(world: World):
    made = world.thing("area", lambda: world.site.areas.create(code="A1", name="东塘", kind="pond"))
    return {"uid": world.site.uid, "pk": made.pk}


def contact(world: World):
    made = world.thing("contact", lambda: world.site.contacts.create(name="值班", phone="1"))
    return {"uid": world.site.uid, "pk": made.pk}


def change(kwargs):
    return Rule(role="administrator", kwargs=kwargs, has_object=True)


def enter(kwargs):
    return Rule(role="administrator", also="site-operator", kwargs=kwargs, has_object=True)


RULES = {
    "sites:list": Rule(role="monitor"),
    "sites:map": Rule(role="monitor"),
    "sites:export": Rule(role="administrator", kwargs=lambda _world: {"form": "json"}),
    "sites:new": Rule(role="administrator"),
    "sites:import": Rule(role="administrator"),
    "sites:import-areas": Rule(role="administrator"),
    "sites:site": Rule(role="monitor", kwargs=site, has_object=True),
    "sites:edit": change(site),
    "sites:area-new": enter(site),
    "sites:area-edit": enter(area),
    "sites:area-remove": enter(area),
    "sites:contact-new": change(site),
    "sites:contact-edit": change(contact),
    "sites:contact-remove": change(contact),
}
