"""Figures by every dimension, in a fixed number of queries."""

from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from oversite.domains.quarantine.declarations.models import Declaration
from oversite.domains.quarantine.registry.models import LicensedSpecies
from oversite.domains.quarantine.reporting.statistics import Asked, figures
from oversite.domains.quarantine.reporting.statistics.workbook import write_figures
from oversite.domains.quarantine.rules.divisions import JIANGSU
from oversite.domains.quarantine.rules.models import Species

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q13")]
YEAR = Asked(first=date(2026, 1, 1), last=date(2026, 12, 31))


def declare(case, *, number=1, **changes):
    """Copies of the case's declaration; the case's own one does not count."""
    original = Declaration.objects.get(pk=case.inspection.declaration_id)
    if original.state != "draft":
        Declaration.objects.filter(pk=original.pk).update(state="draft")
    rows = []
    for _each in range(number):
        row = Declaration.objects.get(pk=original.pk)
        row.pk, row.uid, row.number = None, uuid4(), uuid4().hex
        values = {"state": "certified", "outcome": "certified", "departs_on": date(2026, 5, 1), **changes}
        for name, value in values.items():
            setattr(row, name, value)
        rows.append(row)
    Declaration.objects.bulk_create(rows)


@pytest.fixture
def filled(case):
    declare(case, number=2, amount=3, unit="10k-tail", from_area="320583", to_area="320505")
    declare(case, from_area="320583", to_area="321012", amount=500, state="treated", outcome="treated")
    declare(case, from_area="321012", to_area="330503", amount=80, unit="kilogram", purpose="release")
    declare(case, from_area="321012", to_area="330503", state="inspecting", outcome="", departs_on=date(2026, 6, 30))
    declare(case, state="withdrawn")
    declare(case, departs_on=date(2025, 12, 31))
    return case


def by_key(rows):
    return {row.key: row for row in rows if row.declared}


def test_every_dimension_adds_up(filled, keeper):
    found = figures(keeper, YEAR)
    assert (found.total.declared, found.total.certified, found.total.unqualified) == (5, 3, 1)
    cities = by_key(found.cities)
    assert {key: row.declared for key, row in cities.items()} == {"3205": 3, "3210": 2}
    assert (cities["3205"].certified_amount, cities["3205"].amount, cities["3210"].kilograms) == (60_000, 60_500, 80)
    assert (cities["3210"].certified_kilograms, found.total.certified_kilograms) == (80, 80)
    assert [row.label for row in found.cities][:13] == list(JIANGSU.values())
    assert {key: row.declared for key, row in by_key(found.directions).items()} == {
        "city": 2,
        "province": 1,
        "outside": 2,
    }
    assert {key: row.declared for key, row in by_key(found.purposes).items()} == {"farming": 4, "release": 1}
    assert {row.key: row.declared for row in found.months} == {"2026-05": 4, "2026-06": 1}
    for rows in (found.cities, found.species, found.purposes, found.directions, found.months):
        assert sum(row.declared for row in rows) == 5


def test_what_is_asked_for_narrows_everything(filled, keeper):
    assert figures(keeper, Asked(YEAR.first, YEAR.last, city="320500")).total.declared == 3
    assert figures(keeper, Asked(YEAR.first, YEAR.last, purpose="release")).total.declared == 1
    assert figures(keeper, Asked(date(2026, 6, 1), YEAR.last)).total.declared == 1


@pytest.mark.req("Q18")
def test_the_declaration_rate_is_of_producers_that_have_to(filled, keeper):
    assert figures(keeper, YEAR).total.rate is None
    LicensedSpecies.objects.create(producer=filled.producer, species=Species.objects.get(key="giant-prawn"))
    total = figures(keeper, YEAR).total
    assert (total.obliged, total.declaring, total.rate) == (1, 1, 1.0)
    assert figures(keeper, Asked(date(2027, 1, 1), date(2027, 2, 1))).total.rate == 0.0


def test_released_tests_are_counted_by_disease(case, keeper):
    case.released("positive", 20.0)
    case_year = Asked(first=date(2020, 1, 1), last=date(2099, 1, 1))
    assert figures(keeper, case_year).diseases == [("罗氏沼虾白尾病", 1, 1)]


def test_another_county_is_not_counted(filled, make_user):
    from oversite.base.agencies.actions import create_agency

    away = create_agency(None, parent=None, code="AWAY", name="邻县", kind="agriculture", level=3)
    assert figures(make_user(away, "quarantine-supervisor"), YEAR).total.declared == 0


def test_the_number_of_queries_does_not_grow(filled, keeper):
    def count():
        figures(keeper, YEAR)
        with CaptureQueriesContext(connection) as captured:
            figures(keeper, YEAR)
        return len(captured)

    before = count()
    for day in range(60):
        declare(filled, number=3, departs_on=date(2026, 1, 1) + timedelta(days=5 * day), to_area=f"33{day:02d}00")
    assert count() == before <= 8


def test_the_workbook_holds_every_dimension(filled, keeper):
    stream = BytesIO()
    write_figures(stream, figures(keeper, YEAR))
    book = load_workbook(stream)
    assert len(book.sheetnames) == 6
    rows = list(book.worksheets[0].values)
    assert rows[5][:3] == ("苏州", 3, 2)
    assert rows[-1][1] == 5
