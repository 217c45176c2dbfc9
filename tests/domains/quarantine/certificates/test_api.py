"""`/api/v1/certificates`: list, one, arrivals, and the judgement on a code, which follows the register."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from domains.quarantine.certificates.cases import TERMS, House
from oversite.common import clock
from oversite.domains.quarantine.certificates import actions
from oversite.domains.quarantine.certificates.models import Certificate

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q1", "Q6")]


@pytest.fixture
def certificate(house: House) -> Certificate:
    veterinarian = house.veterinarian(2)
    with clock.set_back(timedelta(hours=2)):
        return actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)


@pytest.fixture
def client(certificate: Certificate) -> Client:
    client = Client()
    client.force_login(certificate.veterinarian.user)
    return client


def test_list_and_one(client: Client, certificate: Certificate) -> None:
    [row] = client.get("/api/v1/certificates?kind=animal-a&q=罗氏").json()["items"]
    assert (row["number"], row["state"], row["remaining"]) == (certificate.number, "issued", certificate.amount)
    one = client.get(f"/api/v1/certificates/{certificate.uid}").json()
    assert {fact["key"]: fact["value"] for fact in one["facts"]}["number"] == certificate.number
    assert client.get("/api/v1/certificates?kind=product-a").json()["items"] == []


def test_the_judgement_follows_the_register(client: Client, certificate: Certificate) -> None:
    def verdict(text: str) -> tuple[str, bool]:
        found = client.get("/api/v1/certificates/verify", {"text": text}).json()
        return found["verdict"], found["in_register"]

    text = certificate.address + certificate.code
    assert verdict(text) == ("genuine", True)
    assert verdict(text[:-6] + "AAAAAA") == ("altered", False)
    assert verdict("hello") == ("unreadable", False)
    actions.void_certificate(certificate.veterinarian.user, certificate, "作废")
    assert verdict(text) == ("void", True)


def test_arrivals_use_it_up_and_never_more(client: Client, certificate: Certificate) -> None:
    address = f"/api/v1/certificates/{certificate.uid}/arrivals"
    at = (clock.now() - timedelta(minutes=5)).isoformat()
    told = {"amount": 200_000, "arrived_at": at, "place": "湖州", "reporter": "货主"}
    assert client.post(address, json.dumps(told), content_type="application/json").status_code == 200
    refused = client.post(address, json.dumps(told | {"amount": 1_200_000}), content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "quarantine.arrival.quantity")
    [row] = client.get(address).json()["items"]
    assert row["amount"] == 200_000
