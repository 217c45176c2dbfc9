"""A check finds any row that someone changed beneath the chain, and explains it."""

import json

import pytest
from django.db import connection

from oversite.base.audit import heads
from oversite.base.audit.actions import keep_head, record, verify_chain
from oversite.base.audit.chain import entry_hash
from oversite.base.audit.models import Entry, Head
from oversite.base.audit.triggers import POSTGRESQL, SQLITE
from oversite.base.audit.verification import check_chain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]
ACT = "audit.exported"


@pytest.fixture
def chain() -> list[int]:
    """Ten rows; their positions."""
    return [record(ACT, actor=None, data={"n": n}).position for n in range(10)]


@pytest.fixture
def unprotected(chain) -> None:
    """What an intruder with rights on the database would do first."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in SQLITE:
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            for name in POSTGRESQL:
                cursor.execute(f"DROP TRIGGER {name} ON {'audit_head' if 'head' in name else 'audit_entry'}")


def kinds() -> list[tuple[str, int]]:
    return [(problem.kind, problem.position) for problem in check_chain().problems if problem.kind != "trigger"]


def test_a_whole_chain_is_sound(chain):
    report = check_chain()
    assert report.is_sound
    assert report.last_position == chain[-1]


@pytest.mark.usefixtures("unprotected")
def test_missing_triggers_are_named():
    assert {problem.kind for problem in check_chain().problems} == {"trigger"}


@pytest.mark.usefixtures("unprotected")
@pytest.mark.parametrize("column", ["act", "actor", "agency_name", "data_text", "outcome", "subject_id", "origin"])
def test_a_changed_row_is_found(chain, column):
    Entry.objects.filter(position=chain[4]).update(**{column: '{"n":99}' if column == "data_text" else "forged"})
    assert kinds() == [("changed", chain[4])]


@pytest.mark.usefixtures("unprotected")
def test_a_row_rewritten_together_with_its_hash_is_found(chain):
    entry = Entry.objects.get(position=chain[4])
    entry.act = "forged"
    entry.hash = entry_hash(entry)
    entry.save()
    assert kinds() == [("broken-link", chain[5])]


@pytest.mark.usefixtures("unprotected")
def test_removed_rows_are_found(chain):
    Entry.objects.filter(position__in=chain[4:6]).delete()
    (problem, *others) = [each for each in check_chain().problems if each.kind != "trigger"]
    assert (problem.kind, problem.position, others) == ("removed", chain[4], [])
    assert str(chain[5]) in problem.text


@pytest.mark.usefixtures("unprotected")
def test_rows_in_another_order_are_found(chain):
    free = chain[-1] + 1000
    for old, new in ((chain[2], free), (chain[6], chain[2]), (free, chain[6])):
        Entry.objects.filter(position=old).update(position=new)
    found = {problem.position: problem.text for problem in check_chain().problems if problem.kind == "moved"}
    assert found.keys() == {chain[2], chain[6]}
    assert str(chain[6]) in found[chain[2]]  # where it stood when it was written


@pytest.mark.usefixtures("unprotected")
def test_a_row_put_in_after_the_end_is_found(chain):
    entry = Entry.objects.get(position=chain[-1])
    entry.previous_hash, entry.position = entry.hash, entry.position + 1
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    assert kinds() == [("head", chain[-1])]


@pytest.mark.usefixtures("unprotected")
def test_an_end_cut_off_is_found_by_the_head_row(chain):
    Entry.objects.filter(position__gte=chain[8]).delete()
    assert kinds() == [("truncated", chain[7])]


@pytest.mark.usefixtures("unprotected")
def test_an_end_cut_off_with_its_head_is_found_by_the_head_kept_outside(chain):
    keep_head()
    before = Entry.objects.get(position=chain[7])
    Entry.objects.filter(position__gt=chain[7]).delete()
    Head.objects.update(position=before.position, hash=before.hash)
    assert kinds() == [("truncated", chain[7])]


@pytest.mark.usefixtures("unprotected")
def test_a_chain_rewritten_in_full_is_found_by_the_head_kept_outside(chain):
    keep_head()
    previous = Entry.objects.get(position=chain[3]).hash
    for entry in Entry.objects.filter(position__gt=chain[3]).order_by("position"):
        entry.previous_hash = previous
        entry.agency_name = "forged"
        previous = entry.hash = entry_hash(entry)
        entry.save()
    Head.objects.update(hash=previous)
    assert kinds() == [("rewritten", chain[-1])]


def test_the_outside_file_is_sealed_line_by_line(chain, data_dir):
    keep_head()
    keep_head()
    keep_head()
    path = data_dir / "audit" / "heads.jsonl"
    lines = path.read_text().splitlines()
    assert check_chain().is_sound
    forged = json.loads(lines[1]) | {"position": 1}
    path.write_text("\n".join([lines[0], json.dumps(forged), lines[2], "nonsense"]) + "\n")
    assert kinds() == [("outside", 2), ("outside", 4)]


def test_a_line_removed_from_the_outside_file_is_found(chain, data_dir):
    for _index in range(3):
        keep_head()
    path = data_dir / "audit" / "heads.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[2]]) + "\n")
    assert [problem.kind for problem in check_chain().problems] == ["outside"]


def test_keeping_and_checking_are_rows_themselves(chain):
    kept = keep_head()
    assert kept.position == chain[-1]
    assert verify_chain().is_sound
    assert list(Entry.objects.order_by("-position").values_list("act", flat=True)[:2]) == [
        "audit.chain.checked",
        "audit.head.kept",
    ]
    assert [line.head.position for line in heads.head_lines()] == [chain[-1]]
