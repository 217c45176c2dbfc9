"""A producer sees on its desk what waits for it and what it was told."""

import pytest
from django.urls import reverse

from oversite.base.accounts.slots import SIGN_IN_LINKS
from oversite.domains.quarantine.declarations import actions

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q5")]


def test_a_correction_waits_on_the_desk_of_the_producer_alone(house, client):
    declared = actions.ask_correction(house.officer, house.submitted(), "请补充收货人的详细地址。")
    client.force_login(house.farmer)
    page = client.get("/").content.decode()
    assert "请补充收货人的详细地址。" in page
    assert page.count(f"/declarations/{declared.uid}/") == 3, "to do, submitted, correction asked"
    client.force_login(house.officer)
    assert "请补充收货人的详细地址。" not in client.get("/").content.decode()


@pytest.mark.req("Q19")
def test_the_sign_in_page_leads_to_the_registration_of_producers(client):
    assert "quarantine.registration" in dict(SIGN_IN_LINKS.items())
    assert f'href="{reverse("quarantine_registry:register")}"' in client.get("/accounts/login/").content.decode()


@pytest.mark.req("Q9")
def test_the_file_of_a_refused_declaration_is_archived_by_its_point(house, client):
    refused = actions.refuse_declaration(house.officer, house.submitted(), "到达地发生疫情")
    client.force_login(house.officer)
    address = reverse("quarantine_declarations:archive", args=[refused.uid])
    assert address in client.get(reverse("quarantine_declarations:declaration", args=[refused.uid])).content.decode()
    client.post(address)
    refused.refresh_from_db()
    assert (refused.state, refused.outcome) == ("archived", "refused")
    accepted = house.accepted(amount=1)
    assert client.post(reverse("quarantine_declarations:archive", args=[accepted.uid])).status_code == 409
