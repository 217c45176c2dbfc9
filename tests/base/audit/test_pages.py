"""The auditor's screens."""

import pytest
from django.db import transaction

from oversite.base.audit.actions import record, record_refusal
from oversite.base.audit.models import Entry
from oversite.base.audit.queries import entries
from oversite.common.errors import Refused
from oversite.common.sentences import sentence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def auditor(client, tree, make_user):
    user = make_user(tree.region, "audit-administrator", username="auditor")
    client.force_login(user)
    return user


def test_an_auditor_reads_the_rows_of_the_subtree(tree, make_user):
    people = {
        agency.code: make_user(agency, "auditor") for agency in (tree.country, tree.region, tree.post, tree.neighbour)
    }
    before = set(Entry.objects.values_list("pk", flat=True))
    rows = {code: record("audit.exported", actor=user) for code, user in people.items()}
    own = record("audit.exported", actor=None)

    def seen(code: str) -> set[int]:
        return set(entries(people[code]).exclude(pk__in=before).values_list("pk", flat=True))

    assert seen("CN") == {*[row.pk for row in rows.values()], own.pk}
    assert seen("SD") == {rows["SD"].pk, rows["YT"].pk}
    assert seen("YT") == {rows["YT"].pk}
    assert not entries(make_user(tree.country, "monitor")).exists()


def test_filters_by_actor_agency_act_subject_outcome_and_period(client, auditor, tree, make_user):
    wang = make_user(tree.post, "monitor", username="wang")
    record("audit.exported", actor=wang, subject=("cameras.camera", "c-77"))
    refusal = Refused("video.control.held", "held")
    record(refusal.code, actor=wang, outcome="refused", data={"message": "被占用"})

    def count(query: str) -> int:
        return len(client.get(f"/audit/?{query}").context["rows"])

    assert count("actor=wang") == count("actor=用户wang") == 2
    assert count("actor=wan") == 0
    assert count("agency=YT") == 2
    assert count("act=audit.exported") == 1
    assert count("subject=c-77") == 1
    assert count("outcome=refused") == 1
    assert count("at_day_from=2001-01-01&at_day_to=2001-01-02") == 0
    assert "被占用" in text(client.get("/audit/?outcome=refused"))


def test_exporting_is_a_row(client, auditor):
    workbook = client.get("/audit/?export=xlsx&outcome=done")
    assert b"".join(workbook.streaming_content)[:2] == b"PK"
    row = Entry.objects.order_by("-position")[0]
    assert (row.act, row.actor) == ("audit.exported", "auditor")


def test_a_row_shows_its_details_and_its_place_in_the_chain(client, auditor, tree):
    row = record("audit.exported", actor=auditor, subject=tree.post, data={"name": ["旧", "新"]}, clause="A9")
    page = text(client.get(f"/audit/{row.pk}/"))
    for part in ("旧 → 新", row.hash, row.previous_hash, "烟台局", "第九条"):
        assert part in page


def test_the_chain_is_checked_and_its_head_kept(client, auditor, data_dir):
    assert client.get("/audit/chain/").status_code == 200
    assert client.post("/audit/chain/keep/").status_code == 302
    assert client.post("/audit/chain/check/").status_code == 302
    page = client.get("/audit/chain/")
    assert page.context["head_count"] == 1
    assert [message.level_tag for message in page.context["messages"]] == ["success", "success"]
    assert (data_dir / "audit" / "heads.jsonl").stat().st_mode & 0o077 == 0


def test_a_row_that_cannot_be_written_stops_signing_in(client, tree, make_user, monkeypatch):
    make_user(tree.post, username="wang")
    monkeypatch.setattr("oversite.base.accounts.adapters.record", _no_room)
    client.raise_request_exception = False
    with transaction.atomic():
        answer = client.post("/accounts/login/", {"login": "wang", "password": "Right-horse-7"})
    assert answer.status_code == 500
    assert "_auth_user_id" not in client.session


def _no_room(*_args, **_kwargs):
    raise OSError("no room on the disk")


def test_the_head_is_kept_every_day(data_dir):
    from oversite.base.audit.queries import kept_heads
    from oversite.base.jobs.slots import SCHEDULES

    schedule = SCHEDULES["audit.head"]
    assert schedule.at is not None
    position = schedule.task.func()
    assert [line.head.position for line in kept_heads()] == [position]


def test_a_refusal_is_read_in_the_language_of_the_reader(client, auditor, tree, make_user):
    wang = make_user(tree.post, "monitor", username="wang")
    words = sentence("Five failures: locked until %(time)s (Beijing time). An administrator can lift the lock.")
    row = record_refusal(Refused("accounts.session.locked", words % {"time": "14:05"}, "A8"), actor=wang)
    assert row is not None
    for language, act, why in (
        ("zh-hans", "登录", "连续 5 次失败，锁定至 14:05"),
        ("en", "signing in", "Five failures: locked until 14:05"),
    ):
        client.cookies["django_language"] = language
        for address in ("/audit/?outcome=refused", f"/audit/{row.pk}/"):
            page = text(client.get(address))
            assert act in page
            assert why in page
            assert "accounts.session.locked" not in page or address.endswith("/")


def test_unfit_input_is_no_refusal(tree, make_user):
    before = Entry.objects.count()
    assert record_refusal(Refused("supervision.remark_needed", "…", status=422), actor=None) is None
    assert Entry.objects.count() == before


def test_an_auditor_sees_the_chain_and_cannot_keep_its_head(client, tree, make_user):
    client.force_login(make_user(tree.country, "auditor"))
    page = text(client.get("/audit/chain/"))
    assert "仅审计管理员可留存链尾" in page
    assert client.post("/audit/chain/check/").status_code == 302
    assert client.post("/audit/chain/keep/").status_code == 403
