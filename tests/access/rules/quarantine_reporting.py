"""Reporting of quarantine."""

from access.registry import Rule, World


def entry(world: World):
    from domains.quarantine.reporting.cases import OFFICER
    from oversite.domains.quarantine.reporting.actions import save_entry

    def make():
        return save_entry(None, "officer", OFFICER, agency=world.tree.post)

    return {"uid": world.thing("exchange entry", make).uid}


def batch(world: World):
    from oversite.common import clock
    from oversite.domains.quarantine.reporting.models import Batch

    def make():
        return Batch.objects.create(
            number="2026112200001",
            dataset="officer",
            agency=world.tree.post,
            way="file",
            made_at=clock.now(),
            sha256="0",
        )

    return {"uid": world.thing("exchange batch", make).uid}


def plan(world: World):
    from oversite.common import clock
    from oversite.domains.quarantine.reporting.models import Draw

    def make():
        return Draw.objects.create(
            code="SSJ-1",
            title="抽查",
            year=2026,
            agency=world.tree.post,
            area_code="321000",
            object_count=1,
            seed="00" * 32,
            frozen_at=clock.now(),
            objects_pool=[["O1", "场"]],
            officers_pool=[["P1", "员"], ["P2", "员"]],
        )

    return {"uid": world.thing("draw", make).uid}


def finding(world: World):
    from oversite.common import clock
    from oversite.domains.quarantine.reporting.models import Finding
    from oversite.domains.quarantine.rules.queries import today

    def make():
        return Finding.objects.create(
            key="k", kind="bought", agency=world.tree.post, party="王某", facts="x", happened_on=today(),
            found_at=clock.now(),
        )  # fmt: skip

    return {"uid": world.thing("finding", make).uid}


def officers(_world: World):
    return {"dataset": "officer"}


def one(kwargs, **values):
    return Rule(role="quarantine-supervisor", kwargs=kwargs, has_object=True, **values)


def page(kwargs=lambda _world: {}, **values):
    return Rule(role="quarantine-supervisor", kwargs=kwargs, **values)


RULES = {
    "quarantine_reporting:statistics": page(),
    "quarantine_reporting:findings": page(),
    "quarantine_reporting:purchase": page(),
    "quarantine_reporting:finding": one(finding),
    "quarantine_reporting:decide": one(finding),
    "quarantine_reporting:sps": Rule(
        role="quarantine-veterinarian",
        kwargs=lambda _world: {"uid": "00000000-0000-0000-0000-000000000000"},
        has_object=True,
        without_right_role="its certificate is made by the certificates' own rules",
    ),
    "quarantine_reporting:exchange": page(),
    "quarantine_reporting:collect": page(),
    "quarantine_reporting:batches": page(),
    "quarantine_reporting:batch": one(batch),
    "quarantine_reporting:batch-file": one(batch),
    "quarantine_reporting:again": one(batch),
    "quarantine_reporting:receipt": one(batch),
    "quarantine_reporting:plans": page(),
    "quarantine_reporting:plan-new": page(),
    "quarantine_reporting:plan": one(plan),
    "quarantine_reporting:draw": one(plan),
    "quarantine_reporting:proof": one(plan, without_right_role="only a drawn plan has its facts to show"),
    "quarantine_reporting:entry": one(entry),
    "quarantine_reporting:entry-edit": one(entry),
    "quarantine_reporting:entry-withdraw": one(entry),
    "quarantine_reporting:entries": page(officers),
    "quarantine_reporting:entry-new": page(officers),
    "quarantine_reporting:deliver": page(officers),
}
