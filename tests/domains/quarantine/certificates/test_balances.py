"""The balance of numbers down the tree: each hand's sum agrees, whatever was handed on, back, used, spoilt or lost."""

from io import BytesIO

import openpyxl
import pytest
from django.test import Client

from domains.quarantine.certificates.cases import TERMS, House
from oversite.base.numbers.actions import INSTALLATION, Holder, allot
from oversite.base.numbers.models import Block
from oversite.domains.quarantine.certificates import actions, balances
from oversite.domains.quarantine.certificates.numbering import certificate_pool

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q1")]


def handed_down(house: House) -> None:
    """100 to the province, 60 to the city, 50 to the county, 10 back, 20 to a veterinarian who uses two; one lost."""
    pool, keeper = certificate_pool(), house.make_user(house.province, "quarantine-province")
    way = [INSTALLATION, *(Holder.of(each) for each in (house.province, house.city, house.county))]
    for giver, taker, count in zip(way, way[1:], (100, 60, 50), strict=False):
        allot(None, pool, giver, taker, count)
    allot(None, pool, way[3], way[2], 10)
    veterinarian = house.veterinarian(0)
    allot(None, pool, way[3], Holder.of(veterinarian), 20)
    for _ in range(2):
        issued = actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)
    actions.void_certificate(veterinarian.user, issued, "作废")
    first = Block.objects.filter(holder_kind=way[3].kind, holder_id=way[3].id).order_by("first")[0].first
    actions.spoil_numbers(keeper, way[3], first, first, "lost", "遗失")


def test_every_line_agrees(house: House) -> None:
    handed_down(house)
    report = balances.report(house.make_user(house.province, "quarantine-province"), certificate_pool())
    assert report.is_balanced
    lines = {line.hand.name: line for line in report.lines}
    province, city, county = (lines[each.name] for each in (house.province, house.city, house.county))
    assert (province.received, province.handed_on, province.own.unused) == (100, 60, 40)
    assert (city.received, city.handed_on, city.own.unused) == (60, 40, 20)
    assert (county.received, county.handed_on, county.own.unused, county.own.lost) == (40, 20, 19, 1)
    assert (county.below.unused, county.below.issued, county.below.void, county.below.lost) == (37, 1, 1, 1)
    assert [line.depth for line in report.lines][:4] == [0, 1, 2, 3]


def test_a_number_that_is_gone_from_the_books_shows_in_its_line(house: House) -> None:
    handed_down(house)
    block = Block.objects.filter(holder_kind="agencies.agency", holder_id=str(house.city.pk)).first()
    Block.objects.filter(pk=block.pk).update(last=block.last - 1)
    report = balances.report(house.make_user(house.province, "quarantine-province"), certificate_pool())
    assert not report.is_balanced
    wrong = {line.hand.name for line in report.lines if not line.is_balanced}
    assert {house.city.name, house.province.name} <= wrong
    assert house.county.name not in wrong


def test_the_page_shows_it_and_gives_the_workbook(house: House) -> None:
    handed_down(house)
    client = Client()
    client.force_login(house.make_user(house.province, "quarantine-province"))
    assert house.county.name in client.get("/quarantine/certificates/numbers/").content.decode()
    book = openpyxl.load_workbook(BytesIO(client.get("/quarantine/certificates/numbers/?format=xlsx").content))
    balance, ranges, spoilt = book.worksheets
    rows = {str(row[0]).strip("　"): row[1:7] for row in balance.iter_rows(min_row=2, values_only=True)}
    assert rows[house.county.name] == (40, 20, 19, 0, 0, 1)
    assert ranges.max_row == 1 + 6  # the pool itself was opened first
    assert {row[3] for row in spoilt.iter_rows(min_row=2, values_only=True)} == {"作废", "遗失"}
