"""How long to wait for others who write to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def atomic_or_give_up(*, milliseconds: int) -> Iterator[None]:
    """A transaction that waits at most so long for each lock; then it raises OperationalError and nothing is written.

    For what is not worth that somebody waits for it.
    """
    if connection.vendor == "sqlite":
        with _busy_timeout(milliseconds), transaction.atomic():
            yield
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {int(milliseconds)}")
            yield


@contextmanager
def _busy_timeout(milliseconds: int) -> Iterator[None]:
    """SQLite's own waiting for the write lock, put back to what the settings say afterwards."""
    usual_seconds = connection.settings_dict["OPTIONS"].get("timeout", 5)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {int(milliseconds)}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual_seconds * 1000)}")
