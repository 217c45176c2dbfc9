"""The pools as administrators read them (req: Q1)."""

from typing import Any

import pytest
from django.urls import reverse

from oversite.base.numbers import actions
from oversite.base.numbers.holders import INSTALLATION, Holder
from oversite.base.numbers.models import Number

pytestmark = pytest.mark.django_db


@pytest.mark.req("Q1")
def test_the_gap_report_balances_and_shows_what_lies_in_the_readers_subtree(
    client: Any, tree: Any, make_user: Any
) -> None:
    pool = actions.open_pool("certificates", title="检疫证明", prefix="32", width=8, last=1000)
    actions.allot(None, "certificates", INSTALLATION, Holder.of(tree.post), 10)
    actions.allot(None, "certificates", INSTALLATION, Holder.of(tree.neighbour), 7)
    actions.draw("certificates", Holder.of(tree.post), subject=("test", "1"))
    client.force_login(make_user(tree.region, "administrator"))
    listed = client.get(reverse("numbers:pools")).content.decode()
    assert "检疫证明" in listed
    assert ">999<" in listed
    page = client.get(reverse("numbers:pool", args=[pool.pk])).content.decode()
    for words in ("账目相符", "烟台局", '<dd class="ov-number">1,000</dd>'):
        assert words in page
    assert "辽宁局" not in page
    client.force_login(make_user(tree.country, "administrator"))
    assert "辽宁局" in client.get(reverse("numbers:pool", args=[pool.pk])).content.decode()


@pytest.mark.req("A4.1", "Q1")
def test_a_pool_of_others_is_not_seen(client: Any, tree: Any, make_user: Any) -> None:
    others = actions.open_pool("others", title="邻局号段", width=4, last=20, holder=Holder.of(tree.neighbour))
    actions.open_pool("own", title="本局号段", width=4, last=20, holder=Holder.of(tree.post))
    client.force_login(make_user(tree.region, "administrator"))
    listed = client.get(reverse("numbers:pools")).content.decode()
    assert "本局号段" in listed
    assert "邻局号段" not in listed
    assert client.get(reverse("numbers:pool", args=[others.pk])).status_code == 404


@pytest.mark.req("Q1")
def test_a_number_that_is_nowhere_is_named(client: Any, tree: Any, make_user: Any) -> None:
    pool = actions.open_pool("certificates", title="检疫证明", width=4, last=20)
    drawn = actions.draw("certificates", subject=("test", "1"))
    Number.objects.filter(pk=drawn.pk).delete()
    client.force_login(make_user(tree.country, "administrator"))
    page = client.get(reverse("numbers:pool", args=[pool.pk])).content.decode()
    assert "账目不符" in page
    assert drawn.text in page
