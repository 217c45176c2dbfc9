"""Rules as data: dated, sourced, never changed once in force."""

from datetime import date, timedelta

import pytest

from oversite.common.errors import Refused
from oversite.domains.quarantine import roles
from oversite.domains.quarantine.rules import actions, queries
from oversite.domains.quarantine.rules.models import Disease, MustRule, Procedure, Setting, Species
from oversite.domains.quarantine.rules.shipping import restore_shipped_rules

pytestmark = pytest.mark.django_db


def keys(species: str, on: date) -> set[str]:
    return {each.disease_key for each in queries.requirements(Species.objects.get(key=species), on)}


@pytest.fixture
def province(tree, make_user):
    return make_user(tree.region, roles.PROVINCE)


@pytest.mark.req("Q14")
def test_the_tables_of_2011_hold_until_they_were_repealed():
    assert keys("common-carp", date(2021, 10, 1)) == {"svc", "khvd", "ich"}
    assert keys("mitten-crab", date(2021, 10, 1)) == {"crab-tremor"}
    assert keys("common-carp", date(2023, 4, 1)) == set()
    assert all(each.source for each in Procedure.objects.all())


@pytest.mark.req("Q14")
def test_the_province_enters_a_newer_version(province):
    first = date(2023, 4, 1)
    values = {"group": "fish", "title": "鱼类规程", "document": "省发1号", "effective_on": first, "source": "省级录入"}
    draft = actions.draft_procedure(province, None, values)
    with pytest.raises(Refused) as refused:
        actions.publish_procedure(province, draft)
    assert refused.value.code == "quarantine.rules.empty"
    carp = Species.objects.get(key="common-carp")
    disease = {"disease": Disease.objects.get(key="cev"), "needs_test": True, "period_days": 30}
    actions.save_entry(province, draft, None, disease, [carp])
    assert keys("common-carp", date(2026, 1, 1)) == set()
    actions.publish_procedure(province, draft)
    found = queries.requirements(carp, date(2026, 1, 1))
    assert [(each.disease_key, each.needs_test, each.source) for each in found] == [("cev", True, "省级录入")]
    assert keys("common-carp", date(2023, 3, 31)) == {"svc", "khvd", "ich"}
    with pytest.raises(Refused) as refused:
        actions.save_entry(province, draft, None, {"disease": Disease.objects.get(key="svc")}, [carp])
    assert refused.value.code == "quarantine.rules.published"


def test_a_newer_version_ends_the_one_before(province):
    def version(day):
        values = {"group": "fish", "title": str(day), "effective_on": day, "source": "省"}
        draft = actions.draft_procedure(province, None, values)
        entry = {"disease": Disease.objects.get(key="svc"), "is_whole_group": True}
        actions.save_entry(province, draft, None, entry)
        return actions.publish_procedure(province, draft)

    first = version(date(2024, 1, 1))
    version(date(2025, 1, 1))
    first.refresh_from_db()
    assert first.ends_on == date(2025, 1, 1)


@pytest.mark.req("Q14")
def test_a_figure_counts_from_its_day_on(province):
    assert queries.number("declaration.lead_days", date(2021, 10, 1)) == 20
    assert queries.number("declaration.lead_days", date(2023, 1, 1)) == 3
    tomorrow = queries.today() + timedelta(days=1)
    actions.enter_setting(province, "declaration.lead_days", "5", effective_on=tomorrow, source="省发2号")
    assert queries.number("declaration.lead_days") == 3
    assert queries.number("declaration.lead_days", tomorrow) == 5
    for value, day, code in (("x", tomorrow, "value"), ("7", tomorrow - timedelta(days=2), "past")):
        with pytest.raises(Refused) as refused:
            actions.enter_setting(province, "declaration.lead_days", value, effective_on=day, source="")
        assert refused.value.code == f"quarantine.rules.{code}"


def test_only_the_province_keeps_the_rules(tree, make_user):
    with pytest.raises(Refused):
        actions.enter_setting(
            make_user(tree.post, roles.VETERINARIAN), "inspection.people", "1", effective_on=queries.today(), source=""
        )


def test_what_is_shipped_is_written_once_and_left_alone():
    Species.objects.filter(key="koi").update(name_zh="锦鲤（改）")
    counts = [model.objects.count() for model in (Species, Disease, Procedure, MustRule, Setting)]
    restore_shipped_rules()
    assert counts == [model.objects.count() for model in (Species, Disease, Procedure, MustRule, Setting)]
    assert Species.objects.get(key="koi").name_zh == "锦鲤（改）"


@pytest.mark.req("Q14")
def test_four_musts_hold_and_can_be_reworded(province):
    assert len(queries.musts_in_force()) == 4
    assert queries.musts_in_force(date(2019, 1, 1)) == []
    values = {
        "condition": "release",
        "label": "增殖放流苗种",
        "years": 3,
        "effective_on": queries.today(),
        "source": "省",
    }
    actions.enter_must(province, values | {"ends_on": None})
    assert "增殖放流苗种" in [rule.label for rule in queries.musts_in_force()]
    assert len(queries.musts_in_force()) == 4
