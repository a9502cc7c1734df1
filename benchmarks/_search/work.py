"""What is done in processes of its own, so that two cores have something to do: writing texts, and analysing them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from benchmarks._search.texts import Document, Store, Writer
from wenlan.search.entries import entry_of
from wenlan.search.ports import IndexedDocument

BATCH = 500
AHEAD = 4
"""Batches that are worked at or wait to be taken."""
Result = TypeVar("Result")

_writer: Writer | None = None
_store: Store | None = None


def begin(counts: dict[str, int], path: Path) -> None:
    global _writer, _store
    _writer = Writer(counts)
    _store = Store(path)


def written(numbers: range) -> list[Document]:
    assert _writer is not None
    return [_writer.document(number) for number in numbers]


def analysed(numbers: range) -> list[IndexedDocument]:
    """The entries of documents, each field as one string: between processes a thousand small ones are slow."""
    assert _store is not None
    return [
        _packed(
            entry_of(
                document_id=document.number,
                title=document.title,
                pages=[document.text],
                format="pdf",
                page_count=1,
                published_at=document.number,
            )
        )
        for document in _store.read(numbers)
    ]


def _packed(entry: IndexedDocument) -> IndexedDocument:
    return replace(
        entry,
        title=[" ".join(entry.title)],
        words=[" ".join(entry.words)],
        grams=[" ".join(entry.grams)],
        open_grams=[" ".join(entry.open_grams)],
    )


def in_order(
    pool: ProcessPoolExecutor, work: Callable[[range], Result], batches: Iterable[range]
) -> Iterator[Result]:
    """What `work` makes of each batch, in order, some batches ahead of whoever takes it."""
    waiting: deque[Future[Result]] = deque()
    for batch in batches:
        waiting.append(pool.submit(work, batch))
        if len(waiting) > AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
