"""The pages in the field: what a device keeps, how it learns what the server has, what it sends (req: Q12)."""

import json
import uuid

import pytest
from django.urls import reverse

from oversite.common import clock

pytestmark = pytest.mark.req("Q12")


def url(name, *args):
    return reverse(f"quarantine_inspections:{name}", args=args)


def post(client, address, told):
    return client.post(
        address, json.dumps(told), content_type="application/json", headers={"Accept": "application/json"}
    )


def test_a_device_keeps_the_inspections_of_its_veterinarian(client, house, assigned):
    client.force_login(house.first.user)
    told = client.get(url("field-files")).json()
    assert told["count"] == 1
    assert url("conduct", assigned.uid) in told["files"]
    assert url("field") in told["files"]
    assert any(each.endswith(".css") for each in told["files"])
    assert not any("charts" in each or "wall" in each for each in told["files"])
    for page in (each for each in told["files"] if not each.startswith("/static/")):
        assert client.get(page).status_code == 200, page
    again = client.get(url("field-files")).json()
    assert again["version"] == told["version"]
    worker = client.get(url("field-worker"))
    assert worker["Content-Type"].startswith("text/javascript")
    client.force_login(house.stranger.user)
    other = client.get(url("field-files")).json()
    assert (other["count"], other["version"] == told["version"]) == (0, False)


def test_a_device_learns_what_a_colleague_saved(client, house, filled):
    client.force_login(house.second.user)
    standing = client.get(url("sync", filled.uid)).json()
    assert standing["revision"] == filled.revision
    assert standing["user"] == house.second.user.pk
    assert standing["values"]["answer-activity"] == "yes"
    assert standing["values"]["counted_amount"] == "3"
    assert standing["saved_by"] == house.first.user.name
    assert len(standing["csrf"]) > 30
    told = {
        "client_id": str(uuid.uuid4()),
        "written_at": clock.now().isoformat(),
        "revision": standing["revision"] - 1,
        "findings": {},
    }
    answer = post(client, url("sync", filled.uid), told)
    assert (answer.status_code, answer.json()["code"]) == (409, "quarantine.inspection.stale")


def test_a_signature_comes_in_as_json(client, house, filled):
    client.force_login(house.first.user)
    told = {
        "client_id": str(uuid.uuid4()),
        "role": "owner",
        "name": "张三",
        "strokes": [[[x, 10] for x in range(20)]],
        "signed_at": clock.now().isoformat(),
        "place": [31.1, 120.8],
    }
    answer = post(client, url("sign", filled.uid), told)
    assert (answer.status_code, answer.json()) == (201, {"role": "owner", "name": "张三"})
    page = client.get(url("conduct", filled.uid)).content.decode()
    assert "data:image/svg+xml,%3Csvg" in page
    for broken in ({**told, "signed_at": "today"}, {**told, "client_id": "x"}, [], {**told, "signed_at": "2026-01-01"}):
        assert post(client, url("sign", filled.uid), broken).status_code == 400
    assert (
        post(client, url("sign", filled.uid), {**told, "client_id": str(uuid.uuid4()), "strokes": 1}).status_code == 422
    )


def test_the_page_says_that_issuing_waits_for_the_network(client, house, assigned):
    client.force_login(house.first.user)
    page = client.get(url("conduct", assigned.uid), headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "出证须待联网" in page or "issuing waits" in page
