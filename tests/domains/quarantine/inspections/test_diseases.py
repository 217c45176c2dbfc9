"""Disease records: filed by the centre, in front of the veterinarian, in a map and a trend."""

from datetime import timedelta

import pytest

from oversite.common.errors import Refused
from oversite.domains.quarantine import roles
from oversite.domains.quarantine.declarations.checks import met_musts
from oversite.domains.quarantine.inspections import actions, queries
from oversite.domains.quarantine.rules.models import Disease
from oversite.domains.quarantine.rules.queries import today

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q2")]


@pytest.fixture
def centre(house, make_user):
    return make_user(house.province, roles.PREVENTION)


def values(house, **changes):
    return {
        "kind": "monitoring",
        "species": house.carp,
        "disease": Disease.objects.get(key="svc"),
        "area_code": "320583",
        "place": "昆山市某场",
        "latitude": "31.3",
        "longitude": "120.9",
        "sampled_on": today() - timedelta(days=30),
        "result": "positive",
        "sample_count": 5,
        "positive_count": 1,
        **changes,
    }


def test_the_veterinarian_sees_place_and_city_within_a_year_positive_first(house, centre):
    negative = {"result": "negative", "positive_count": 0}
    actions.file_record(centre, values(house, place="近", **negative, sampled_on=today()))
    actions.file_record(centre, values(house, place="同市", area_code="320505"))
    actions.file_record(centre, values(house, place="外市", area_code="320100"))
    actions.file_record(centre, values(house, place="很久", sampled_on=today() - timedelta(days=400)))
    actions.file_record(centre, values(house, place="别种", species=house.koi))
    assert [row.place for row in queries.history_of(house.draft())] == ["同市", "近"]


def test_a_disease_of_the_procedure_counts_in_any_species(house, centre, procedure):
    actions.file_record(centre, values(house, place="别种", species=house.koi))
    assert [row.place for row in queries.history_of(house.draft())] == ["别种"]


def test_a_withdrawn_record_counts_no_more_and_stays(house, centre):
    filed = actions.file_record(centre, values(house, producer=house.producer))
    draft = house.draft(to_area="320583")
    assert len(met_musts(draft)) == 2, "catalogued, and disease in recent years"
    actions.withdraw_record(centre, filed, "样品弄混")
    assert len(met_musts(draft)) == 1
    assert not queries.history_of(draft).exists()
    assert queries.disease_records(centre).get().withdrawn_reason == "样品弄混"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"positive_count": 6}, "counts"),
        ({"positive_count": 0}, "counts"),
        ({"result": "negative"}, "counts"),
        ({"sample_count": 0, "positive_count": 0, "result": "negative"}, "counts"),
        ({"area_code": "昆山"}, "division"),
        ({"sampled_on": today() + timedelta(days=1)}, "future"),
    ],
)
def test_contradictions_are_refused(house, centre, changes, code):
    with pytest.raises(Refused) as refused:
        actions.file_record(centre, values(house, **changes))
    assert refused.value.code == f"quarantine.disease.{code}"


def test_only_the_centre_files(house):
    with pytest.raises(Refused):
        actions.file_record(house.first.user, values(house))


def test_the_trend_has_every_month(house, centre):
    for day in ("2025-11-03", "2025-11-20", "2026-02-01"):
        from datetime import date

        actions.file_record(centre, values(house, sampled_on=date.fromisoformat(day)))
    found = queries.trend(queries.disease_records(centre))
    assert [(each.month, each.samples, each.positives) for each in found] == [
        ("2025-11", 10, 2),
        ("2025-12", 0, 0),
        ("2026-01", 0, 0),
        ("2026-02", 5, 1),
    ]
