"""The chain in a database that is really written to, also by several at once."""

import threading
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from oversite.base.audit.actions import record
from oversite.base.audit.models import GENESIS
from oversite.base.audit.triggers import missing_triggers
from oversite.base.audit.verification import check_chain

ACT = "audit.exported"
pytestmark = pytest.mark.usefixtures("data_dir")


def test_the_chain_begins_at_nothing(own_database):
    with transaction.atomic():
        entry = record(ACT, actor=None)
    assert (entry.position, entry.previous_hash) == (1, GENESIS)


def test_a_row_outside_the_transaction_of_its_act_is_refused(own_database):
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record(ACT, actor=None)


def test_triggers_come_back_after_every_migration(own_database):
    names = missing_triggers()
    assert names == []
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON audit_entry"
        cursor.execute(f"DROP TRIGGER audit_entry_no_update{on}")
    assert missing_triggers() == ["audit_entry_no_update"]
    call_command("migrate", verbosity=0)
    assert missing_triggers() == []


def test_two_writers_at_once_make_one_chain(own_database: Path | None):
    failures: list[Exception] = []

    def write() -> None:
        try:
            for _index in range(20):
                with transaction.atomic():
                    record(ACT, actor=None)
        except Exception as error:  # noqa: BLE001  told by the assertion below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    report = check_chain()
    assert report.is_sound
    assert report.rows == 80
