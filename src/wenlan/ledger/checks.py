"""What an operator is told at start about the ledger's protection."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError, connection

from wenlan.ledger.triggers import ACCOUNTS_TABLE, triggers_missing


@register()
def the_database_keeps_the_books(**_options: Any) -> list[CheckMessage]:
    """Without its triggers the database moves no balances, and would let anything be booked.

    They can be lost in a copy of the tables alone. That a database does not answer, or has no tables yet, is for
    others to tell.
    """
    try:
        if ACCOUNTS_TABLE not in connection.introspection.table_names():
            return []
        missing = triggers_missing(connection)
    except DatabaseError:
        return []
    if not missing:
        return []
    return [
        Error(
            f"The ledger's triggers are missing in the database: {', '.join(missing)}.",
            hint="`wenlan manage migrate` puts them back; then look at what `wenlan ledger verify` says.",
            id="wenlan.ledger.E001",
        )
    ]
