"""Pools belong to the whole installation; what single holders have is narrowed on the page."""

from access.registry import Rule, World


def pool(world: World):
    from oversite.base.numbers.actions import open_pool

    return {"pk": world.thing("pool", lambda: open_pool("walk", title="号段", width=6, last=100)).pk}


RULES = {
    "numbers:pools": Rule(role="administrator"),
    "numbers:pool": Rule(role="administrator", kwargs=pool),
}
