"""Records kept, delivered, refused, corrected and sent again."""

import csv
import hashlib
import hmac
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from domains.quarantine.reporting.cases import GOOD
from oversite.base.jobs.models import Job
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.domains.quarantine.inspections.models import Inspection
from oversite.domains.quarantine.registry.models import Veterinarian
from oversite.domains.quarantine.reporting import actions, payload, queries, sending, tasks
from oversite.domains.quarantine.reporting.actions import Answer
from oversite.domains.quarantine.reporting.models import Batch, Entry
from oversite.domains.quarantine.reporting.standard import datasets
from oversite.domains.quarantine.rules.models import Setting
from oversite.domains.quarantine.rules.queries import today

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q3")]


def code_of(call):
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def save(keeper, key, entry=None, **changes):
    return actions.save_entry(keeper, key, {**GOOD[key], **changes}, agency=keeper.agency, entry=entry)


def delivered(keeper, key="officer", way="file"):
    return actions.make_batch(keeper, key, way)


def fresh(entry):
    return Entry.objects.get(pk=entry.pk)


def settle(batch, **answers):
    return actions.settle_batch(None, batch, answers)


def test_an_incomplete_record_is_kept_with_what_it_lacks(keeper):
    entry = save(keeper, "officer", institution="", valid_until_on="20290101")
    assert (entry.state, [fault[:2] for fault in entry.faults]) == (
        "incomplete",
        [["institution", "required"], ["valid_until_on", "date"]],
    )
    assert code_of(lambda: delivered(keeper)) == "quarantine.batch.empty"
    assert save(keeper, "officer", entry).state == "ready"


def test_a_batch_is_numbered_by_the_day_and_carries_the_exchange_columns(keeper):
    entry = save(keeper, "officer")
    batch = delivered(keeper)
    day = clock.now().astimezone(clock.BEIJING).strftime("%Y%m%d")
    assert (batch.number, fresh(entry).state) == (f"{day}00001", "sent")
    content = payload.file_of(batch)
    assert hashlib.sha256(content).hexdigest() == batch.sha256
    [row] = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (row["cd_id"], row["cd_operation"], row["cd_batch"]) == (entry.uid.hex, "i", batch.number)
    assert row["name"] == "张三"
    save(keeper, "plan")
    assert delivered(keeper, "plan").number == f"{day}00002"


def test_a_formula_in_a_record_stays_text_in_the_file(keeper):
    save(keeper, "officer", rank="=HYPERLINK(1)")
    assert b",'=HYPERLINK(1)," in payload.file_of(delivered(keeper))


def test_refused_corrected_resent_and_changed_later(keeper):
    entry = save(keeper, "officer")
    batch = settle(delivered(keeper), **{entry.uid.hex: Answer(False, "name", "姓名与证件不符")})
    assert batch.state == "settled"
    entry = fresh(entry)
    assert (entry.state, entry.refusal, entry.faults[0][:2]) == ("refused", "姓名与证件不符", ["name", "there"])
    entry = save(keeper, "officer", entry, name="张山")
    assert (entry.state, entry.wanted) == ("ready", "i")
    settle(delivered(keeper), **{entry.uid.hex: Answer(True)})
    entry = fresh(entry)
    assert (entry.state, entry.is_known_there) == ("accepted", True)
    entry = save(keeper, "officer", entry, name="张山峰")
    assert entry.wanted == "u"
    assert delivered(keeper).items.get().operation == "u"


def test_a_record_on_its_way_is_not_changed(keeper):
    entry = save(keeper, "officer")
    delivered(keeper)
    assert code_of(lambda: save(keeper, "officer", entry)) == "quarantine.entry.sent"


def test_taking_back_tells_the_other_side_only_what_it_knows(keeper):
    unknown = save(keeper, "plan")
    assert actions.withdraw_entry(keeper, unknown, "录入错误").state == "withdrawn"
    entry = save(keeper, "officer")
    settle(delivered(keeper), **{entry.uid.hex: Answer(True)})
    entry = actions.withdraw_entry(keeper, entry, "调离")
    assert (entry.state, entry.wanted) == ("ready", "d")
    settle(delivered(keeper), **{entry.uid.hex: Answer(True)})
    assert fresh(entry).state == "withdrawn"


def test_a_penalty_waits_for_its_inspection_and_holds_it(keeper):
    assert save(keeper, "penalty").faults[0][:2] == ["check_action_code", "link"]
    inspection = save(keeper, "inspection")
    penalty = save(keeper, "penalty", Entry.objects.get(dataset="penalty"))
    assert penalty.state == "ready"
    assert code_of(lambda: delivered(keeper, "penalty")) == "quarantine.batch.empty"
    settle(delivered(keeper, "inspection"), **{inspection.uid.hex: Answer(True)})
    assert code_of(lambda: actions.withdraw_entry(keeper, inspection, "误报")) == "quarantine.entry.referred"
    assert delivered(keeper, "penalty").items.count() == 1


def test_a_number_is_used_once_and_stays_once_it_is_known_there(keeper):
    entry = save(keeper, "officer")
    assert code_of(lambda: save(keeper, "officer")) == "quarantine.entry.taken"
    settle(delivered(keeper), **{entry.uid.hex: Answer(True)})
    assert code_of(lambda: save(keeper, "officer", entry, certificate_number="GF9")) == "quarantine.entry.known"


def test_a_receipt_may_come_in_parts_and_twice_but_not_for_strangers(keeper):
    first, second = save(keeper, "officer"), save(keeper, "officer", certificate_number="GF32100002")
    batch = delivered(keeper)
    assert settle(batch, **{first.uid.hex: Answer(True)}).state == "made"
    assert settle(batch, **{first.uid.hex: Answer(False, "", "后到")}).state == "made"
    assert fresh(first).state == "accepted"
    assert code_of(lambda: settle(batch, **{"0" * 32: Answer(True)})) == "quarantine.batch.stranger"
    assert settle(batch, **{second.uid.hex: Answer(True)}).state == "settled"


@pytest.mark.parametrize(
    "content",
    [b"nonsense", b"[]", b'{"refused": [{}]}', b'{"accepted": 5}', b"\xff", b"[" * 100_000, b"1" * 4_000_001],
)
def test_a_receipt_that_cannot_be_read_is_refused(content):
    with pytest.raises(sending.DeliveryRefusedError) as refused:
        sending.read_receipt(content)
    assert Batch(last_error=str(refused.value)).error_words.startswith(("对方返回的回执无法解读", "回执过大"))


class Platform(HTTPServer):
    """The other side: answers each delivery with the next of `answers` (status, body), and keeps what it got."""

    answers: list[tuple[int, bytes]]
    got: list[tuple[dict[str, str], bytes]]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.got.append((dict(self.headers), body))
        status, content = server.answers.pop(0)
        if content == b"ok":
            accepted = [record["cd_id"] for record in json.loads(body)["records"]]
            content = json.dumps({"accepted": accepted}).encode()
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: Any) -> None:
        """Nothing on the terminal of the tests."""


@pytest.fixture
def platform() -> Iterator[Platform]:
    server = Platform(("127.0.0.1", 0), Handler)
    server.answers, server.got = [], []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    Setting.objects.create(
        key="exchange.address",
        value=f"http://127.0.0.1:{server.server_port}/receive",
        effective_on=today(),
        source="测试",
    )
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def run(batch, attempt=1, monkeypatch=None):
    """The task as a worker runs it in its attempt."""

    class Running:
        pass

    Running.attempt = attempt
    monkeypatch.setattr(tasks, "current_job", Running)
    return tasks.deliver.call(batch_id=batch.pk)


def test_a_delivery_over_http_is_sealed_and_its_receipt_taken(keeper, platform, monkeypatch):
    entry = save(keeper, "officer")
    batch = delivered(keeper, way="http")
    assert Job.objects.filter(key=f"quarantine.batch.{batch.pk}.0").exists()
    platform.answers = [(200, b"ok")]
    assert run(batch, monkeypatch=monkeypatch) == 1
    [(headers, body)] = platform.got
    assert hmac.new(payload.exchange_key(), body, "sha256").hexdigest() == headers["X-Oversite-Seal"]
    assert json.loads(body)["batch"] == headers["X-Oversite-Batch"] == batch.number
    assert (fresh(entry).state, Batch.objects.get(pk=batch.pk).state) == ("accepted", "settled")
    assert run(batch, monkeypatch=monkeypatch) == 0
    assert len(platform.got) == 1


def test_a_platform_that_is_down_is_asked_again_under_the_same_number(keeper, platform, monkeypatch):
    save(keeper, "officer")
    batch = delivered(keeper, way="http")
    platform.answers = [(503, b""), (429, b""), (200, b"ok")]
    for attempt in (1, 2):
        with pytest.raises(sending.DeliveryError):
            run(batch, attempt, monkeypatch)
    assert Batch.objects.get(pk=batch.pk).attempts == 2
    run(batch, 3, monkeypatch)
    assert {json.loads(body)["batch"] for _headers, body in platform.got} == {batch.number}


@pytest.mark.parametrize("answer", [(400, b""), (302, b""), (200, b"<html>")])
def test_what_would_not_help_is_not_tried_again(keeper, platform, monkeypatch, answer):
    save(keeper, "officer")
    batch = delivered(keeper, way="http")
    platform.answers = [answer]
    with pytest.raises((sending.DeliveryRefusedError, sending.DeliveryError)) as error:
        run(batch, tasks.ATTEMPTS, monkeypatch)
    assert (error.type is sending.DeliveryError) is (answer[0] == 302)
    batch = Batch.objects.get(pk=batch.pk)
    assert (batch.state, batch.attempts) == ("failed", 1)
    again = actions.deliver_again(keeper, batch)
    assert again.state == "made"
    assert queries.next_attempt_of(again) is None, "it is due at once, not at the end of days"
    platform.answers = [(200, b"ok")]
    assert run(batch, monkeypatch=monkeypatch) == 1


@pytest.mark.parametrize("told", [{}, {"receipt": "{}", "all_accepted": "on"}])
def test_a_receipt_is_given_in_one_way_and_is_not_empty(keeper, client, told):
    save(keeper, "officer")
    batch = actions.note_delivered(keeper, delivered(keeper, way="file"))
    client.force_login(keeper)
    assert client.post(f"/quarantine/reporting/exchange/batches/{batch.uid}/receipt/", told).status_code == 422
    assert Batch.objects.get(pk=batch.pk).state == "delivered"


def test_without_an_address_there_is_no_delivery_over_http(keeper):
    save(keeper, "officer")
    assert code_of(lambda: delivered(keeper, way="http")) == "quarantine.batch.address"


def test_an_address_that_is_a_file_is_not_opened():
    with pytest.raises(sending.DeliveryRefusedError):
        sending.post("file:///etc/passwd", b"", "", "1")


def test_the_platform_fills_what_it_knows_and_leaves_what_people_corrected(keeper, case):
    Veterinarian.objects.filter(user=case.taker).update(area_codes=["321012"])
    Inspection.objects.update(verdict="qualified", decided_at=clock.now(), record_number="JL2026000007")
    assert actions.collect_entries(keeper) == 3
    act = Entry.objects.get(dataset="inspection")
    assert (act.code, act.state) == ("JL2026000007", "incomplete")
    assert {fault[0]: fault[1] for fault in act.faults} == {
        "supervise_item_implement_code": "required",
        "supervise_item_check_icode": "required",
        "check_personnel": "least",
    }
    assert act.title == f"对{case.producer.name}进行水产苗种产地检疫的检查"
    assert actions.collect_entries(keeper) == 0
    thing = Entry.objects.get(dataset="object")
    actions.save_entry(keeper, "object", {**thing.values, "object_subtype": "良种场"}, agency=case.county, entry=thing)
    assert actions.collect_entries(keeper) == 0
    assert fresh(thing).values["object_subtype"] == "良种场"


def test_only_the_subtree_is_seen_and_delivered(keeper, make_user):
    from oversite.base.agencies.actions import create_agency

    save(keeper, "officer")
    away = create_agency(None, parent=None, code="AWAY", name="邻县", kind="agriculture", level=3)
    stranger = make_user(away, "quarantine-supervisor")
    assert not queries.entries(stranger)
    assert code_of(lambda: delivered(stranger)) == "quarantine.batch.empty"


def test_the_page_says_which_code_lists_no_text_at_hand_shows(client, keeper):
    client.force_login(keeper)
    page = client.get("/quarantine/reporting/exchange/").content.decode()
    lists = {field.codes.key: field.codes for each in datasets().values() for field in each.fields if field.codes}
    unverified = [codes for codes in lists.values() if not codes.is_verified]
    assert 0 < len(unverified) < len(lists)
    assert page.count("未核实</span>") == len(unverified)
    for codes in lists.values():
        assert codes.source in page
        assert all(f"{code} {word}" in page for code, word in codes.entries.items())
