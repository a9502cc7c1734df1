"""The database itself refuses to change or delete what was posted.

Written as functions so that a later migration which rebuilds one of the tables (SQLite drops the triggers
with the old table) can put them back, and `verify` can tell when they are missing.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

PROTECTED_TABLES = ("ledger_transfer", "ledger_entry")
_REFUSAL = "what was posted to the ledger is never changed"

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{refusal}'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_POSTGRESQL = """
CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH {level} EXECUTE FUNCTION ledger_refuse()
"""


def _verbs(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    return ("update", "delete") if connection.vendor == "sqlite" else ("update", "delete", "truncate")


def trigger_names(connection: BaseDatabaseWrapper) -> list[str]:
    """Every trigger that must exist."""
    return [f"{table}_no_{verb}" for table in PROTECTED_TABLES for verb in _verbs(connection)]


def triggers_create(connection: BaseDatabaseWrapper) -> None:
    """Make the tables append-only; a second call changes nothing."""
    template = _SQLITE
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION.format(refusal=_REFUSAL))
            template = _POSTGRESQL
        for table in PROTECTED_TABLES:
            for verb in _verbs(connection):
                level = "STATEMENT" if verb == "truncate" else "ROW"
                cursor.execute(template.format(table=table, verb=verb, level=level, refusal=_REFUSAL))


def triggers_drop(connection: BaseDatabaseWrapper) -> None:
    """Undo `triggers_create`."""
    with connection.cursor() as cursor:
        for table in PROTECTED_TABLES:
            for verb in _verbs(connection):
                suffix = "" if connection.vendor == "sqlite" else f" ON {table}"
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{suffix}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS ledger_refuse()")


def triggers_missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that should protect the ledger and do not."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in trigger_names(connection) if name not in present]
