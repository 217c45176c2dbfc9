"""The audit."""

from django.db import transaction

from access.registry import Rule, World


def entry(world: World):
    from oversite.base.audit.actions import record

    def make():
        with transaction.atomic():
            return record("audit.exported", actor=world.user(world.tree.post, "monitor"))

    return {"pk": world.thing("entry", make).pk}


SEAL = Rule(role="audit-administrator")

RULES = {
    "audit:entries": Rule(role="auditor"),
    "audit:entry": Rule(role="auditor", kwargs=entry, has_object=True),
    "audit:chain": SEAL,
    "audit:check": SEAL,
    "audit:keep": SEAL,
}
