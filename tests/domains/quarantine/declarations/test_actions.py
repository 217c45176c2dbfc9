"""From the draft to acceptance or refusal, and what speaks against it."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from oversite.base.documents.queries import document_bytes
from oversite.base.events.models import Event
from oversite.common.errors import Refused
from oversite.domains.quarantine.declarations import actions, papers, queries
from oversite.domains.quarantine.declarations.models import Declaration
from oversite.domains.quarantine.registry import actions as registry
from oversite.domains.quarantine.rules import actions as rules
from oversite.domains.quarantine.rules.queries import today

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q5")]


def refusal(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return refused.value.code.rsplit(".", 1)[-1]


def test_a_producer_declares_and_the_point_accepts_with_a_receipt(house):
    declared = house.submitted()
    assert declared.number.startswith("苏(320000)")
    assert len(declared.number) == len("苏(320000)") + 15 + 1
    assert len(declared.musts) == 2, "on the licence and in the catalogue; leaves the city"
    accepted = actions.accept_declaration(house.officer, declared, declared.departs_on, "1号池")
    assert accepted.state == "accepted"
    assert document_bytes(accepted.receipt_uid).startswith(b"%PDF")
    told = list(Event.objects.filter(kind__startswith="quarantine.declaration").order_by("id"))
    assert [event.kind.rsplit(".", 1)[-1] for event in told] == ["submitted", "accepted"]
    assert all(event.agency_path == house.farmer.agency.path for event in told)


def test_a_refusal_says_why_on_the_receipt(house):
    refused = actions.refuse_declaration(house.officer, house.submitted(), "疫区内不得调运")
    assert (refused.state, refused.outcome) == ("refused", "refused")
    assert papers.declaration_data(refused)["reason"] == "疫区内不得调运"
    assert refused.receipt_uid


def test_a_correction_is_asked_once(house):
    declared = actions.ask_correction(house.officer, house.submitted(), "补充车牌")
    assert declared.correction_due_on == today() + timedelta(days=3)
    number = declared.number
    changed = actions.draft_declaration(house.farmer, house.producer, {"vehicle": "苏E54321"}, declaration=declared)
    again = actions.submit_declaration(house.farmer, changed)
    assert (again.state, again.number, again.vehicle) == ("submitted", number, "苏E54321")
    assert refusal(actions.ask_correction, house.officer, again, "再补") == "corrected_once"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": 11}, "stock"),
        ({"amount": 100_001, "unit": "tail"}, "stock"),
        ({"amount": 0}, "amount"),
        ({"unit": "kilogram"}, "unit"),
        ({"pond": None}, "pond"),
        ({"from_area": "320100"}, "point"),
        ({"to_area": "杭州"}, "division"),
        ({"departs_on": today() + timedelta(days=2)}, "lead_time"),
        ({"departs_on": today() + timedelta(days=9000)}, "licence"),
        ({"origin": "wild"}, "caught"),
        ({"origin": "wild", "caught_on": today() - timedelta(days=3)}, "caught"),
        ({"vehicle": "\u2611"}, "unprintable"),
        ({"consignee_phone": "没有"}, "phone"),
        ({"carrier_phone": "12-3"}, "phone"),
    ],
)
def test_what_speaks_against_a_declaration_is_said(house, changes, code):
    draft = house.draft(**changes)
    assert refusal(actions.submit_declaration, house.farmer, draft) == code
    draft.refresh_from_db()
    assert (draft.state, draft.number) == ("draft", "")


def test_a_species_that_is_not_on_the_licence_is_refused(house):
    draft = house.draft(species=house.koi)
    assert refusal(actions.submit_declaration, house.farmer, draft) == "species"


def test_wild_seed_is_declared_when_it_was_caught(house):
    values = {"origin": "wild", "pond": None, "caught_on": today() - timedelta(days=2), "departs_on": today()}
    assert house.submitted(**values).state == "submitted"


def test_what_is_declared_already_is_deducted_from_the_pond(house):
    first = house.submitted(amount=6)
    second = house.draft(amount=5)
    assert refusal(actions.submit_declaration, house.farmer, second) == "stock"
    actions.withdraw_declaration(house.farmer, first, "客户取消")
    assert actions.submit_declaration(house.farmer, second).state == "submitted"
    registry.save_pond(house.farmer, house.producer, house.pond, {"stock": 5})
    assert house.submitted(amount=5).state == "submitted", "counted anew: what was declared before is out"


def test_the_lead_time_is_the_one_in_force(house):
    draft = house.draft(departs_on=today() + timedelta(days=4))
    rules.enter_setting(None, "declaration.lead_days", "10", effective_on=today(), source="省")
    assert refusal(actions.submit_declaration, house.farmer, draft) == "lead_time"


def test_only_the_producer_and_its_agency_declare(house, make_user):
    from oversite.domains.quarantine import roles

    other = make_user(house.elsewhere, roles.OFFICER)
    assert refusal(actions.draft_declaration, other, house.producer, house.values()) == "outside"
    assert refusal(actions.accept_declaration, other, house.submitted(), today(), "x") == "outside"
    at_point = actions.draft_declaration(house.officer, house.producer, house.values())
    assert at_point.channel == "point"
    assert not queries.declarations(other).exists()
    assert queries.declarations(house.farmer).count() == 2


def test_beginning_twice_with_one_client_id_gives_one_draft(house):
    mine = uuid.uuid4()
    one = actions.draft_declaration(house.farmer, house.producer, house.values(), client_id=mine)
    two = actions.draft_declaration(house.farmer, house.producer, house.values(), client_id=mine)
    assert one.pk == two.pk
    assert Declaration.objects.count() == 1


def test_a_submitted_declaration_does_not_change(house):
    declared = house.submitted()
    code = refusal(actions.draft_declaration, house.farmer, house.producer, {"amount": 1}, declaration=declared)
    assert code == "submitted"


def test_attachments_are_what_they_say_and_private(house):
    draft = house.draft()
    png = (
        b"\x89PNG\r\n\x1a\n"
        + (13).to_bytes(4, "big")
        + b"IHDR"
        + (2).to_bytes(4, "big") * 2
        + b"\x08\x02\0\0\0"
        + b"\0" * 4
    )
    file = actions.attach(house.farmer, draft, "licence", SimpleUploadedFile("../../许可证.exe", png))
    assert (file.content_type, file.name) == ("image/png", "许可证.png")
    again = actions.attach(house.farmer, draft, "licence", SimpleUploadedFile("b.png", png))
    assert again.pk == file.pk
    assert refusal(actions.attach, house.farmer, draft, "licence", SimpleUploadedFile("a.pdf", b"MZ....")) == "type"


def test_a_suspended_producer_cannot_declare(house):
    draft = house.draft()
    registry.suspend_producer(house.supervisor, house.producer, "许可证吊销")
    house.farmer.refresh_from_db()
    assert not house.farmer.is_active
    at_point = actions.draft_declaration(house.officer, house.producer, house.values(), declaration=draft)
    assert refusal(actions.submit_declaration, house.officer, at_point) == "producer"
