"""A confirmed producer is a site: cameras and supervision attach to it as to any other (req: Q19)."""

import pytest

from oversite.base.accounts.actions import disable_user
from oversite.base.sites.queries import areas_of, visible_sites
from oversite.base.sites.slots import SITE_CLASSES
from oversite.domains.quarantine.registry import actions
from oversite.domains.quarantine.registry.models import Producer
from oversite.oversight.supervision.slots import checklist_of

pytestmark = pytest.mark.req("Q19")


def test_confirmation_gives_the_producer_its_site_and_its_ponds_are_areas(house):
    site = Producer.objects.get(pk=house.producer.pk).site
    assert site.code == house.producer.credit_code
    assert (site.name, site.agency, site.operator) == (house.producer.name, house.county, house.producer.unit)
    assert site.site_class in SITE_CLASSES
    assert [(area.name, area.kind) for area in areas_of(site)] == [("1号", "pond")]
    assert checklist_of(site.site_class).items_for("pond")


def test_what_changes_in_the_register_changes_at_the_site(house):
    producer = Producer.objects.get(pk=house.producer.pk)
    actions.save_producer(None, producer, {"name": "昆山示范苗种场（新）", "address": "周庄镇2号"})
    actions.save_pond(None, producer, producer.ponds.get(), {"code": "一号池"})
    producer.site.refresh_from_db()
    assert (producer.site.name, producer.site.address) == ("昆山示范苗种场（新）", "周庄镇2号")
    assert [area.name for area in areas_of(producer.site)] == ["一号池"]
    suspended = actions.suspend_producer(house.supervisor, producer, "停业")
    assert not suspended.site.is_active
    assert actions.resume_producer(house.supervisor, producer, "复业").site.is_active


def test_only_those_whom_the_suspension_kept_out_come_back_with_the_producer(house, make_user):
    producer = Producer.objects.get(pk=house.producer.pk)
    left = make_user(producer.unit, "quarantine-producer")
    disable_user(None, left, "已离职")
    suspended = actions.suspend_producer(house.supervisor, producer, "停业")
    assert not type(left).objects.filter(agency=producer.unit, is_active=True).exists()
    actions.resume_producer(house.supervisor, suspended, "复业")
    active = type(left).objects.filter(agency=producer.unit, is_active=True)
    assert house.farmer in active
    assert left not in active


def test_producers_of_before_get_their_sites_afterwards_and_only_once(house):
    producer = Producer.objects.get(pk=house.producer.pk)
    first = producer.site
    Producer.objects.filter(pk=producer.pk).update(site=None)
    assert actions.settle_all_sites() == 1
    again = Producer.objects.get(pk=producer.pk).site
    assert again.code == f"Q-{first.code}", "the code of a site that is there already is not taken over"
    assert actions.settle_all_sites() == 0


def test_nobody_has_a_site_before_confirmation(house):
    applied = Producer.objects.get(pk=house.producer.pk)
    Producer.objects.filter(pk=applied.pk).update(site=None, state="applied")
    assert actions.settle_all_sites() == 0
    applied.refresh_from_db()
    assert actions.settle_site(applied) is None


def test_the_site_is_seen_where_the_agency_is(house, make_user):
    site = Producer.objects.get(pk=house.producer.pk).site
    assert site in visible_sites(make_user(house.city, "monitor", username="city-monitor"), "sites.read")
    assert site not in visible_sites(make_user(house.elsewhere, "monitor", username="other-monitor"), "sites.read")


def test_producer_and_site_lead_to_each_other(client, house, make_user):
    client.force_login(make_user(house.county, "monitor", "quarantine-supervisor", username="both"))
    producer = Producer.objects.get(pk=house.producer.pk)
    page = client.get(f"/quarantine/registry/producers/{producer.uid}/").content.decode()
    address = f"/sites/{producer.site.uid}/"
    assert address in page
    assert producer.licence_number in client.get(f"{address}?tab=quarantine").content.decode()
