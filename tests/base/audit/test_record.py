"""One chain: a row is part of the act, and nobody changes it afterwards."""

import hashlib
import json

import pytest
from django.db import DatabaseError, connection, transaction

from oversite.base.accounts.actions import create_user
from oversite.base.accounts.models import User
from oversite.base.audit.actions import Act, record, record_many, record_refusal
from oversite.base.audit.models import Entry, Head
from oversite.base.audit.origin import from_origin
from oversite.base.audit.queries import act_text, history, refusal_text
from oversite.base.audit.verification import check_chain
from oversite.common.clock import to_us
from oversite.common.errors import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]
ACT = "audit.exported"


def last() -> Entry:
    return Entry.objects.order_by("-position")[0]


def test_a_row_holds_actor_and_agency_as_text(tree, make_user):
    user = make_user(tree.post, "monitor", username="wang")
    with from_origin("10.1.2.3"):
        entry = record(ACT, actor=user, subject=tree.post, data={"filters": "a=1"}, clause="A9")
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.actor, entry.actor_name, entry.agency_code, entry.agency_name) == ("wang", "用户wang", "YT", "烟台局")
    assert (entry.subject_kind, entry.subject_id, entry.subject_text) == (
        "agencies.agency",
        str(tree.post.pk),
        "烟台局",
    )
    assert (entry.origin, entry.clause, entry.data) == ("10.1.2.3", "A9", {"filters": "a=1"})
    assert not [field for field in Entry._meta.get_fields() if field.is_relation]


def test_each_hash_is_sha256_over_the_canonical_row_and_the_hash_before():
    first = record(ACT, actor=None, data={"b": "二", "a": 1})
    second = record(ACT, actor=None)
    row = [
        second.position,
        to_us(second.at),
        ACT,
        "done",
        *[""] * 8,
        "",
        "{}",
        first.hash,
    ]
    assert len(row) == 15
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    assert second.hash == hashlib.sha256(text.encode()).hexdigest()
    assert first.data_text == '{"a":1,"b":"二"}'
    assert Head.objects.get().hash == second.hash


def test_an_act_that_nobody_named_is_refused():
    with pytest.raises(ValueError, match=r"no\.such\.act"):
        record("no.such.act", actor=None)


def test_if_the_row_cannot_be_written_the_act_does_not_happen(tree):
    Head.objects.update(position=Head.objects.get().position + 5)  # no row can follow: the hash is taken already
    taken = Entry.objects.order_by("-position")[0]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE audit_entry")
    assert taken
    with pytest.raises(DatabaseError), transaction.atomic():
        create_user(None, username="nobody", name="N", agency=tree.post)
    assert not User.objects.filter(username="nobody").exists()


def test_an_act_that_is_rolled_back_leaves_neither_row_nor_gap():
    before = last().position if Entry.objects.exists() else 0

    @transaction.atomic
    def act() -> float:
        return record(ACT, actor=None).position / 0

    with pytest.raises(ZeroDivisionError):
        act()
    assert record(ACT, actor=None).position == before + 1
    assert check_chain().is_sound


def test_many_rows_are_one_insert(django_assert_num_queries):
    with django_assert_num_queries(3):  # lock the head, insert, move the head
        entries = record_many(Act(act=ACT, data={"n": n}) for n in range(50))
    assert [entry.data["n"] for entry in entries] == list(range(50))
    assert check_chain().is_sound


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET act = 'x'",
        "DELETE FROM audit_entry",
        "UPDATE audit_head SET position = 0",
        "DELETE FROM audit_head",
    ],
)
def test_the_database_refuses_to_change_the_chain(statement):
    record(ACT, actor=None)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_sqlite_refuses_to_replace_a_row():
    entry = record(ACT, actor=None)
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE position = %s", [entry.position]
        )


def test_postgresql_refuses_to_truncate():
    if connection.vendor != "postgresql":
        pytest.skip("TRUNCATE is PostgreSQL's")
    for table in ("audit_entry", "audit_head"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}")


def test_a_refusal_is_a_row_and_too_many_are_counted(tree, make_user, monkeypatch):
    user = make_user(tree.post, "monitor")
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    refused = Refused("video.control.held", "It is held.", "A4.2", data={"camera": "c1"})
    written = [record_refusal(refused, actor=user) for _index in range(50)]
    assert sum(entry is not None for entry in written) == 30
    entry = written[0]
    assert (entry.act, entry.outcome, entry.clause) == ("video.control.held", "refused", "A4.2")
    assert (act_text(entry), refusal_text(entry)) == ("取得或使用云台控制", "It is held.")
    now[0] += 60
    assert record_refusal(refused, actor=user).data["refusals_left_out_before"] == 20
    assert record_refusal(refused, actor=make_user(tree.region)) is not None


def test_the_history_of_a_thing_is_newest_first(tree):
    record(ACT, actor=None, subject=tree.post)
    record(ACT, actor=None, subject=tree.region)
    acts = [entry.act for entry in history(tree.post)]
    assert acts == [ACT, "agencies.agency.created"]
