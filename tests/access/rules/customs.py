"""The customs register."""

from access.registry import Rule, World


def house(world: World):
    from oversite.domains.customs.models import CustomsHouse

    def make():
        return CustomsHouse.objects.create(
            agency=world.tree.post, district="4201", regional_name="青岛海关", house_name="烟台海关"
        )

    return world.thing("customs house", make)


def registration(world: World):
    from oversite.domains.customs.models import SiteRegistration

    def make():
        return SiteRegistration.objects.create(
            site=world.site, house=house(world), district="4201", digits="001", site_class="08", place_name="一号码头"
        )

    return world.thing("registration", make)


def position(world: World):
    from oversite.common import clock
    from oversite.domains.customs.models import CameraPosition

    def make():
        return CameraPosition.objects.create(
            registration=registration(world),
            code="42010011101320803002",
            position="03",
            serial=2,
            business="查验平台",
            camera=world.camera,
            allotted_at=clock.now(),
        )

    return {"uid": world.thing("position", make).uid}


def short_name(world: World):
    from oversite.domains.customs.models import ShortName

    def make():
        return ShortName.objects.create(kind="place", full="一号码头", short="一码", agency=world.tree.post)

    return {"pk": world.thing("short name", make).pk}


def room(world: World):
    from oversite.domains.customs.models import MachineRoom

    return world.thing("room", lambda: MachineRoom.objects.create(site=world.site, kind="room", name="机房"))


def equipment(world: World):
    made = world.thing("equipment", lambda: room(world).equipment.create(purpose="storage", name="录像机"))
    return {"room": room(world).pk, "pk": made.pk}


def registered(world: World):
    position(world)
    return {"uid": registration(world).site.uid}


def read(kwargs):
    return Rule(role="monitor", kwargs=kwargs, has_object=True)


def change(kwargs):
    return Rule(role="administrator", kwargs=kwargs, has_object=True)


RULES = {
    "customs:sites": Rule(role="monitor"),
    "customs:explain": Rule(role="monitor"),
    "customs:houses": Rule(role="monitor"),
    "customs:new-house": Rule(role="administrator"),
    "customs:house": change(lambda world: {"pk": house(world).pk}),
    "customs:short-names": Rule(role="monitor"),
    "customs:new-short-name": Rule(role="administrator"),
    "customs:short-name": change(short_name),
    "customs:remove-short-name": change(short_name),
    "customs:positions": Rule(role="monitor"),
    "customs:position": read(position),
    "customs:change-position": change(position),
    "customs:assign": change(position),
    "customs:close": change(position),
    "customs:push": change(position),
    "customs:check": change(position),
    "customs:papers": Rule(role="monitor"),
    "customs:site": read(registered),
    "customs:register": change(registered),
    "customs:allot": change(registered),
    "customs:write-texts": change(registered),
    "customs:read-texts": change(registered),
    "customs:signs": read(registered),
    "customs:sign-drawing": Rule(role="monitor", kwargs=lambda _world: {"kind": "image", "size": "small"}),
    "customs:new-room": change(registered),
    "customs:room": change(lambda world: {"uid": world.site.uid, "pk": room(world).pk}),
    "customs:remove-room": change(lambda world: {"uid": world.site.uid, "pk": room(world).pk}),
    "customs:new-equipment": change(lambda world: {"room": room(world).pk}),
    "customs:equipment": change(equipment),
    "customs:remove-equipment": change(equipment),
}
