"""Wenlan's own index: built as `wenlan reindex` builds it, asked as the results page asks it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from benchmarks._measure import private_bytes, proportional_bytes
from benchmarks._search.seconds import Seconds, measured
from benchmarks._search.texts import Store
from wenlan.search.analysis import query_of
from wenlan.search.backends.tantivy import TantivyIndex
from wenlan.search.ports import IndexedDocument
from wenlan.search.snippets import Highlighter

HITS = 10
TIMEOUT_SECONDS = 60.0


def build(folder: Path, batches: Iterable[list[IndexedDocument]]) -> None:
    index = TantivyIndex(folder)
    with index.rebuilding() as fresh:
        for batch in batches:
            fresh.replace(batch)
        with index.writing(timeout_seconds=1):
            fresh.take_over()


def search(index: TantivyIndex, store: Store, text: str) -> list[str]:
    """The ten best, their titles and the passages with the words, marked, as HTML."""
    query = query_of(text)
    found = index.find(query, limit=HITS, timeout_seconds=TIMEOUT_SECONDS)
    highlighter = Highlighter(query)
    shown: list[str] = []
    for title, body in store.texts(found.document_ids):
        shown.append(highlighter.marked(title))
        needles = highlighter.needles_in(body)
        if needles is not None and highlighter.count_in(body, needles):
            shown.append(highlighter.excerpt(body).html)
    return shown


def warm(folder: Path, texts: Path, queries: list[str]) -> list[Seconds]:
    """What each query takes, in a process that has answered others before. Called in a process of its own."""
    index, store = TantivyIndex(folder), Store(texts)
    for text in queries:
        search(index, store, text)
    return measured(queries, partial(search, index, store), time.process_time)


def cold(folder: Path, texts: Path, queries: list[str]) -> list[Seconds]:
    """What each query takes when nothing of index and texts is in memory and nothing is open."""
    seconds: list[Seconds] = []
    for text in queries:
        _forget(folder)
        _forget(texts.parent, texts.name)
        seconds += measured(
            [text], lambda asked: search(TantivyIndex(folder), Store(texts), asked), time.process_time
        )
    return seconds


def memory(folder: Path, texts: Path, queries: list[str]) -> tuple[int, int]:
    """Bytes of a process that has answered the queries: all of it, and what is its own and no mapped file's."""
    index, store = TantivyIndex(folder), Store(texts)
    for text in queries:
        search(index, store, text)
    return proportional_bytes(os.getpid()), private_bytes(os.getpid())


def _forget(folder: Path, pattern: str = "*") -> None:
    """Ask the system to drop what it has of the files in its page cache (posix_fadvise)."""
    for path in folder.rglob(pattern):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def size_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
