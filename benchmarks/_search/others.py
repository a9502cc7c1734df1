"""What people use today for search in a database: SQLite FTS5 and PostgreSQL full text, on words that are cut already.

Neither cuts Chinese, so both get the words with blanks between them. They are asked the same as we are: for the best of the
documents with all of one or two words, and of those with any of three or four.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg

from benchmarks._search.seconds import processor_seconds
from benchmarks._search.texts import Store, batches
from wenlan.search.backends.wording import needed_count

READ_BATCH = 2000
LOADERS = 2


def _between(text: str, every: str, some: str) -> str:
    """What stands between the words of a query: ours needs all of them or one of them (`needed_count`)."""
    words = len(text.split())
    return every if needed_count(words, most_words=False) == words else some


class Fts5:
    """SQLite's full text (sqlite.org/fts5.html): tokenizer unicode61, the texts themselves as external content."""

    def __init__(self, texts: Path) -> None:
        self._path = texts
        self._connection = sqlite3.connect(texts)

    def build(self) -> None:
        with self._connection:
            self._connection.execute(
                "CREATE VIRTUAL TABLE found USING fts5"
                "(segmented, content='texts', content_rowid='number', tokenize='unicode61')"
            )
            self._connection.execute("INSERT INTO found(found) VALUES ('rebuild')")

    def search(self, text: str) -> list[tuple[int, str]]:
        wanted = _between(text, " AND ", " OR ").join(f'"{word}"' for word in text.split())
        rows = self._connection.execute(
            "SELECT rowid, snippet(found, 0, '<mark>', '</mark>', '…', 40) FROM found"
            " WHERE found MATCH ? ORDER BY rank LIMIT 10",
            (wanted,),
        )
        return rows.fetchall()


class PostgresFullText:
    """PostgreSQL's full text (postgresql.org/docs/current/textsearch.html): `simple`, a GIN index, ts_rank_cd."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection = psycopg.connect(url, autocommit=True)

    def build(self, store: Path, documents: int) -> None:
        execute = self._connection.execute
        execute(
            "CREATE TABLE texts (number integer PRIMARY KEY, segmented text,"
            " vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', segmented)) STORED)"
        )
        halves = list(batches(documents, -(-documents // LOADERS)))
        with ThreadPoolExecutor(LOADERS) as pool:
            list(pool.map(lambda numbers: self._load(store, numbers), halves))
        execute("SET maintenance_work_mem = '512MB'")
        execute("CREATE INDEX found ON texts USING gin (vector)")
        execute("VACUUM ANALYZE texts")

    def _load(self, path: Path, numbers: range) -> None:
        store = Store(path)
        with psycopg.connect(self._url) as connection, connection.cursor() as cursor:
            with cursor.copy("COPY texts (number, segmented) FROM STDIN") as copy:
                for row in self._rows(store, numbers):
                    copy.write_row(row)
            connection.commit()

    def _rows(self, store: Store, numbers: range) -> Iterator[tuple[int, str]]:
        for first in range(numbers.start, numbers.stop, READ_BATCH):
            batch = range(first, min(first + READ_BATCH, numbers.stop))
            yield from ((document.number, document.segmented) for document in store.read(batch))

    def processor(self) -> float:
        """Seconds of a processor that the server has had for this connection."""
        return processor_seconds(self._connection.info.backend_pid)

    def search(self, text: str) -> list[Any]:
        wanted = _between(text, " & ", " | ").join(f"'{word}'" for word in text.split())
        return self._connection.execute(
            "SELECT number, ts_headline('simple', segmented, wanted, 'MaxWords=40, MinWords=20') FROM ("
            " SELECT number, segmented, wanted FROM texts, to_tsquery('simple', %s) wanted"
            " WHERE vector @@ wanted ORDER BY ts_rank_cd(vector, wanted) DESC LIMIT 10) best",
            (wanted,),
        ).fetchall()

    def size_bytes(self) -> tuple[int, int]:
        """Of the index alone, and of table and index."""
        row = self._connection.execute(
            "SELECT pg_relation_size('found'), pg_total_relation_size('texts')"
        ).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])
