"""Questions to the database that Django has no word for."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Lookup

_LAST = "\U0010ffff"


@CharField.register_lookup
class Prefix(Lookup[str]):
    """`key__prefix="ab"`: begins so, found through an index on SQLite and on PostgreSQL in every collation.

    A range of code points, not LIKE: SQLite's LIKE ignores case and so the index, and PostgreSQL's needs the index that
    compares by code points, as these operators do (https://www.postgresql.org/docs/current/indexes-opclass.html).
    """

    lookup_name = "prefix"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        from_, below = ("~>=~", "~<~") if connection.vendor == "postgresql" else (">=", "<")
        return (
            f"({column} {from_} %s AND {column} {below} %s)",
            (*parameters, self.rhs, *parameters, f"{self.rhs}{_LAST}"),
        )
