"""A pool is seen by those in whose subtree somebody holds numbers of it."""

from access.registry import Rule, World


def pool(world: World):
    from oversite.base.numbers.actions import Holder, open_pool

    def make():
        return open_pool("walk", title="号段", width=6, last=100, holder=Holder.of(world.tree.post))

    return {"pk": world.thing("pool", make).pk}


RULES = {
    "numbers:pools": Rule(role="administrator"),
    "numbers:pool": Rule(role="administrator", kwargs=pool, has_object=True),
}
