"""What an operator is told at start about the ledger's protection."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from wenlan.ledger.triggers import triggers_missing

PROTECTED_SINCE = ("ledger", "0007_closed_books")


@register()
def the_database_keeps_the_books(**_options: Any) -> list[CheckMessage]:
    """Without its triggers the database moves no balances, and would let anything be booked.

    They can be lost in a copy of the tables alone. That a database does not answer, has no tables yet, or those of
    an earlier version, is for others to tell.
    """
    try:
        if PROTECTED_SINCE not in MigrationRecorder(connection).applied_migrations():
            return []
        missing = triggers_missing(connection)
    except DatabaseError:
        return []
    if not missing:
        return []
    return [
        Error(
            f"The ledger's triggers are missing in the database: {', '.join(missing)}.",
            hint="`wenlan setup` puts them back; then look at what `wenlan ledger verify` says.",
            id="wenlan.ledger.E001",
        )
    ]
