"""Random-check plans: frozen, drawn once, proved."""

import pytest

from oversite.base.audit.models import Entry as AuditEntry
from oversite.common.errors import Refused
from oversite.domains.quarantine.registry.models import Producer, Veterinarian
from oversite.domains.quarantine.reporting import actions, queries
from oversite.domains.quarantine.reporting.models import Draw, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q3")]


@pytest.fixture
def plan(keeper, case):
    from oversite.common import clock

    for number in range(5):
        Producer.objects.create(
            name=f"苗种场{number}",
            credit_code=f"91321012MA9{number:07d}",
            agency=case.county,
            state="confirmed",
            applied_at=clock.now(),
            area_code="321012",
        )
    Veterinarian.objects.create(
        user=case.second, agency=case.county, certificate_number="GL900002", area_codes=["3210"]
    )
    return actions.freeze_plan(
        keeper,
        code="SSJ2026-01",
        title="双随机抽查",
        year=2026,
        area_code="321000",
        object_count=3,
        officers_each=2,
    )


def test_what_is_frozen_is_published_before_the_draw_and_proves_it_after(keeper, plan):
    told = AuditEntry.objects.get(act="quarantine.plan.frozen").data
    assert (told["pools"], told["seed"]) == (plan.digest, plan.committed)
    assert plan.seed not in str(told)
    drawn = actions.draw_plan(keeper, plan, "四十二")
    assert (len(drawn.result), {len(officers) for _key, officers in drawn.result}) == (3, {2})
    assert queries.is_draw_proved(drawn)
    assert AuditEntry.objects.get(act="quarantine.plan.drawn").data["seed"] == plan.seed
    assert Entry.objects.get(dataset="plan").values["check_ratio"] == "0.5000"


def test_a_result_that_somebody_changed_is_not_proved(keeper, plan):
    drawn = actions.draw_plan(keeper, plan, "四十二")
    result = drawn.result
    result[0][0] = next(key for key, _name in drawn.objects_pool if key not in dict(result))
    Draw.objects.update(result=result)
    assert not queries.is_draw_proved(Draw.objects.get())


def test_a_plan_is_drawn_once(keeper, plan):
    actions.draw_plan(keeper, plan, "四十二")
    with pytest.raises(Refused) as refused:
        actions.draw_plan(keeper, plan, "四十三")
    assert refused.value.code == "quarantine.plan.drawn"


def test_there_must_be_enough_to_draw_from(keeper, case):
    with pytest.raises(Refused) as refused:
        actions.freeze_plan(
            keeper, code="S2", title="x", year=2026, area_code="321000", object_count=9, officers_each=2
        )
    assert refused.value.code == "quarantine.plan.few"
