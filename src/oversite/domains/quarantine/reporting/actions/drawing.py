"""Random-check plans: freezing the pools with a committed seed, then drawing with a word that nobody knew before."""

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.registry.queries import in_office, producers, veterinarians
from oversite.domains.quarantine.reporting import queries
from oversite.domains.quarantine.reporting.actions.entries import save_entry
from oversite.domains.quarantine.reporting.draws import Pools, commitment, draw
from oversite.domains.quarantine.reporting.models import Draw, Entry
from oversite.domains.quarantine.rules.divisions import covers

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

Pairs = Sequence[tuple[str, str]]


def pools_for(user: "User", area_code: str) -> tuple[Pairs, Pairs]:
    """The confirmed producers of an area and the veterinarians in office of the subtree: (code, name) each."""
    wanted = producers(user).filter(state="confirmed").order_by("credit_code")
    objects = [(each.credit_code, each.name) for each in wanted if covers([area_code], each.area_code)]
    people = [each for each in veterinarians(user, "quarantine.registry.read") if in_office(each)]
    return objects, sorted((each.certificate_number, each.user.name) for each in people)


@transaction.atomic
def freeze_plan(
    actor: "User", *, code: str, title: str, year: int, area_code: str, object_count: int, officers_each: int
) -> Draw:
    """Freeze who can be drawn and commit to a secret seed; hashes of both go into the audit before anything is drawn.

    Raises `Refused` where the pools hold fewer than are to be drawn, or the number is taken.
    """
    actor.require(queries.DELIVER)
    if Draw.objects.filter(code=code).exists() or Entry.objects.filter(dataset="plan", code=code).exists():
        raise Refused("quarantine.plan.taken", _("There is a plan with this number already."), "Q3", 409)
    objects, officers = pools_for(actor, area_code)
    if len(objects) < object_count or len(officers) < officers_each:
        raise Refused(
            "quarantine.plan.few",
            _("There are only %(objects)s objects and %(officers)s officers to draw from.")
            % {"objects": len(objects), "officers": len(officers)},
            "Q3",
            422,
        )
    pools = Pools(tuple(objects), tuple(officers), object_count, officers_each)
    seed = secrets.token_hex(32)
    plan = Draw.objects.create(
        code=code,
        title=title,
        year=year,
        agency=actor.agency,
        area_code=area_code,
        objects_pool=[list(pair) for pair in objects],
        officers_pool=[list(pair) for pair in officers],
        object_count=object_count,
        officers_each=officers_each,
        digest=pools.digest,
        committed=commitment(seed),
        seed=seed,
        frozen_at=clock.now(),
        frozen_by=actor.name,
    )
    data = {"pools": plan.digest, "seed": plan.committed, "objects": len(objects), "officers": len(officers)}
    record("quarantine.plan.frozen", actor=actor, subject=plan, data=data, clause="Q3")
    return plan


@transaction.atomic
def draw_plan(actor: "User", plan: Draw, word: str) -> Draw:
    """Draw once; the plan becomes a record for Internet+Supervision. Raises `Refused` for a second time."""
    actor.require(queries.DELIVER)
    plan = Draw.objects.select_for_update().get(pk=plan.pk)
    if plan.drawn_at is not None:
        raise Refused("quarantine.plan.drawn", _("This plan has been drawn; a draw is never repeated."), "Q3", 409)
    if not word.strip():
        raise Refused("quarantine.plan.word", _("Enter the word or number that a witness gives."), "Q3", 422)
    pools = queries.pools_of(plan)
    plan.word = word.strip()
    plan.result = [[key, officers] for key, officers in draw(pools, plan.seed, plan.word)]
    plan.drawn_at, plan.drawn_by = clock.now(), actor.name
    plan.save()
    data = {"word": plan.word, "seed": plan.seed, "pools": plan.digest, "result": plan.result}
    record("quarantine.plan.drawn", actor=actor, subject=plan, data=data, clause="Q3")
    values = {
        "plan_id": plan.code,
        "plan_name": plan.title,
        "plan_year": str(plan.year),
        "area_name": plan.agency.name,
        "area_number": plan.area_code,
        "department": plan.agency.name,
        "check_ratio": f"{plan.object_count / len(plan.objects_pool):.4f}",
    }
    subject = ("quarantine_reporting.draw", str(plan.pk))
    save_entry(actor, "plan", values, agency=plan.agency, subject=subject)
    return plan
