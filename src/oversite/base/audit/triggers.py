"""The database itself refuses to change the chain: triggers on SQLite and PostgreSQL."""

from typing import Any

from django.db import connections

SQLITE = {
    "audit_entry_no_update": "BEFORE UPDATE ON audit_entry",
    "audit_entry_no_delete": "BEFORE DELETE ON audit_entry",
    # INSERT OR REPLACE deletes without firing the delete trigger
    "audit_entry_no_replace": (
        "BEFORE INSERT ON audit_entry WHEN EXISTS "
        "(SELECT 1 FROM audit_entry WHERE position = NEW.position OR hash = NEW.hash)"
    ),
    "audit_head_no_delete": "BEFORE DELETE ON audit_head",
    "audit_head_only_forward": "BEFORE UPDATE ON audit_head WHEN NEW.position <= OLD.position OR NEW.id <> OLD.id",
}
POSTGRESQL = {
    "audit_entry_no_update": "BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW",
    "audit_entry_no_truncate": "BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT",
    "audit_head_no_delete": "BEFORE DELETE ON audit_head FOR EACH ROW",
    "audit_head_no_truncate": "BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT",
    "audit_head_only_forward": (
        "BEFORE UPDATE ON audit_head FOR EACH ROW WHEN (NEW.position <= OLD.position OR NEW.id <> OLD.id)"
    ),
}
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit chain is never changed'; END $$
"""


def restore_triggers(using: str = "default", **_signal: Any) -> None:
    """Create every trigger again and make sure that the head row exists; runs after every migration."""
    connection = connections[using]
    if "audit_entry" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, when in SQLITE.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(
                    f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, 'the audit chain is never changed'); END"
                )
        else:
            cursor.execute(POSTGRESQL_FUNCTION)
            for name, when in POSTGRESQL.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {name[: name.index('_', 6)]}")
                cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION audit_refuse()")
    from oversite.base.audit.models import Head

    Head.objects.using(using).get_or_create(id=1)


def missing_triggers(using: str = "default") -> list[str]:
    """The names of the triggers that should be there and are not."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            wanted = SQLITE
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
            wanted = POSTGRESQL
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in wanted if name not in present]
