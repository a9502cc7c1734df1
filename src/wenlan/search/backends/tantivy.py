"""The index in a folder of this machine, by tantivy.

::

    <root>/CURRENT              the name of the live folder, replaced in one step
    <root>/v1-3f9c0a…/          a live (or just replaced) index of schema version 1
    <root>/building-81d2…/      an index being built
    <root>/writer.lock          held by whoever writes the live index (flock: let go when its process dies)
    <root>/rebuild.lock         held by whoever builds another
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import math
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import tantivy

from wenlan.search.analysis import SearchQuery
from wenlan.search.ports import (
    Alike,
    Hits,
    IndexedDocument,
    SearchFilters,
    SearchOrder,
    SearchUnavailable,
)

SCHEMA_VERSION = 1
"""Raised with every change of the schema or the analysis: an index of another version is made anew."""

WRITER_HEAP_BYTES = 32_000_000
REBUILD_HEAP_BYTES = 128_000_000
READER_THREADS = 4

#: How much a field counts in the ranking, beside the whole text.
BOOSTS = {"grams": 1.0, "words": 1.0, "title": 1.0, "tags": 0.5, "author": 0.3}
_DAMAGED_MARK = "DAMAGED"
_LIVE_NAME = re.compile(rf"v{SCHEMA_VERSION}-[0-9a-f]{{12}}")
_OUR_FOLDERS = re.compile(r"v\d+-[0-9a-f]{12}")

Reason = SearchUnavailable.Reason
T = TypeVar("T")


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    # Signed, because the binding makes a signed term of the number to delete by, which no unsigned field has.
    builder.add_integer_field("id", indexed=True, fast=True)
    builder.add_text_field("grams", tokenizer_name="whitespace", index_option="position")
    for name in ("words", "title", "tags", "author"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("category", "format", "language"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("price", "pages", "published"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder.build()


SCHEMA = _schema()


def _row(document: IndexedDocument) -> Any:
    return tantivy.Document.from_dict(
        {
            "id": document.document_id,
            "title": " ".join(document.title),
            "tags": " ".join(document.tags),
            "author": " ".join(document.author),
            "words": " ".join(document.words),
            "grams": " ".join(document.grams),
            "category": document.category,
            "format": document.format,
            "language": document.language,
            "price": document.price_minor,
            "pages": document.page_count,
            "published": max(0, document.published_at),
        },
        SCHEMA,
    )


@contextlib.contextmanager
def _mapped_errors(reason: SearchUnavailable.Reason) -> Iterator[None]:
    """tantivy's errors as ours: it raises ValueError for nearly everything, and panics on some damage."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise SearchUnavailable(reason, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a class of the Rust bridge that cannot be imported
            raise
        raise SearchUnavailable(Reason.DAMAGED, error) from error


@dataclass(frozen=True)
class _Stamp:
    """Tells one commit of one live folder from every other."""

    folder: Path
    inode: int
    modified_ns: int
    size_bytes: int

    @classmethod
    def of(cls, folder: Path) -> _Stamp:
        status = (folder / "meta.json").stat()
        return cls(folder, status.st_ino, status.st_mtime_ns, status.st_size)


class _Reader:
    """One opened commit: a searcher, and what the files it has mapped into memory were like."""

    def __init__(self, index: Any, stamp: _Stamp) -> None:
        self.index = index
        self.stamp = stamp
        self.searcher = index.searcher()
        self.files = _segment_files(stamp.folder)

    def search(self, query: Any, **options: Any) -> Any:
        """What tantivy finds. Where it fails the folder is marked, so that the next writer makes a new one."""
        try:
            with _mapped_errors(Reason.DAMAGED):
                return self.searcher.search(query, **options)
        except SearchUnavailable:
            self.mark_damaged()
            raise

    def mark_damaged(self) -> None:
        """Tell the next writer, which may see nothing wrong, if the folder lets us."""
        with contextlib.suppress(OSError):
            (self.stamp.folder / _DAMAGED_MARK).touch()

    def is_whole(self) -> bool:
        """Whether the files, which are written once, are still as they were.

        Reading a mapped file that somebody cut short would kill the process (SIGBUS), so we look first.
        """
        try:
            return all(_length_and_time(path.stat()) == before for path, before in self.files.items())
        except FileNotFoundError:
            return False


def _length_and_time(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _segment_files(folder: Path) -> dict[Path, tuple[int, int]]:
    segments = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
    names = {str(segment["segment_id"]).replace("-", "") for segment in segments}
    return {
        Path(entry.path): _length_and_time(entry.stat())
        for entry in os.scandir(folder)
        if entry.name.split(".")[0] in names
    }


def _open(folder: Path) -> Any:
    index = tantivy.Index.open(str(folder))
    index.config_reader("manual")
    return index


class TantivyIndex:
    """A SearchIndex in the folder `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._reader: _Reader | None = None
        self._reader_lock = threading.Lock()

    # ── Reading ───────────────────────────────────────────────────────────────────────────────────────────
    def find(
        self,
        query: SearchQuery,
        *,
        limit: int,
        offset: int = 0,
        filters: SearchFilters = SearchFilters(),  # noqa: B008 - frozen, so that all calls may share it
        order: SearchOrder = SearchOrder.RELEVANCE,
        most_words: bool = False,
        timeout_seconds: float,
    ) -> Hits:
        def run() -> Hits:
            reader = self._current()
            needed = _needed_count(len(query.needed), most_words=most_words)
            hits = _find(reader, _found_by(query, filters, needed), limit, offset, order)
            if hits.total or needed <= 1:
                return hits
            part = _find(reader, _found_by(query, filters, 1), limit, offset, order)
            return Hits(part.document_ids, part.total, is_partial=part.total > 0)

        return _within(timeout_seconds, run)

    def find_alike(
        self, words: Mapping[str, float], *, limit: int, term_limit: int = 30, timeout_seconds: float
    ) -> list[Alike]:
        def run() -> list[Alike]:
            reader = self._current()
            weights = _telling(reader.searcher, words, term_limit)
            whole = sum(weights.values())
            if not whole:
                return []
            result = reader.search(
                _any(
                    tantivy.Query.const_score_query(_term("words", word), weight)
                    for word, weight in weights.items()
                ),
                limit=limit,
                count=False,
            )
            ids = _ids(reader.searcher, result)
            return [
                Alike(document_id, min(1.0, score / whole))
                for document_id, (score, _) in zip(ids, result.hits, strict=True)
            ]

        return _within(timeout_seconds, run)

    def count(self) -> int:
        with _mapped_errors(Reason.DAMAGED):
            return int(self._current().searcher.num_docs)

    def _live_folder(self) -> Path:
        try:
            name = (self.root / "CURRENT").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise SearchUnavailable(Reason.MISSING, self.root) from None
        if not _LIVE_NAME.fullmatch(name):
            raise SearchUnavailable(Reason.MISSING, f"version {SCHEMA_VERSION} in {self.root}")
        return self.root / name

    def _current(self) -> _Reader:
        """A reader of the newest commit. Raises SearchUnavailable (MISSING or DAMAGED)."""
        with _mapped_errors(Reason.DAMAGED), self._reader_lock:
            try:
                return self._reader_of_newest()
            except FileNotFoundError:  # the live folder was replaced while we looked, or it is lost
                self._reader = None
                return self._reader_of_newest()

    def _reader_of_newest(self) -> _Reader:
        stamp = _Stamp.of(self._live_folder())
        reader = self._reader
        if reader is None or reader.stamp.folder != stamp.folder:
            reader = _Reader(_open(stamp.folder), stamp)
        elif reader.stamp != stamp:
            reader.index.reload()
            reader = _Reader(reader.index, stamp)
        elif not reader.is_whole() and _Stamp.of(stamp.folder) == stamp:
            reader.mark_damaged()
            self._reader = None
            raise SearchUnavailable(Reason.DAMAGED, f"files in {stamp.folder} changed")
        self._reader = reader
        return reader

    # ── Writing ───────────────────────────────────────────────────────────────────────────────────────────
    @contextlib.contextmanager
    def writing(self, *, timeout_seconds: float) -> Iterator[None]:
        with _locked(self.root / "writer.lock", timeout_seconds):
            yield

    def prepare(self) -> bool:
        try:
            with _mapped_errors(Reason.DAMAGED):
                reader = self._current()
                reader.search(tantivy.Query.all_query(), limit=1)
            is_sound = not (reader.stamp.folder / _DAMAGED_MARK).exists()
        except SearchUnavailable:
            is_sound = False
        if not is_sound:
            with _mapped_errors(Reason.UNWRITABLE):
                self._put_in_place(self._new_folder())
        return not is_sound

    def replace(self, documents: Iterable[IndexedDocument]) -> None:
        def change(writer: Any) -> None:
            for document in documents:
                writer.delete_documents_by_term("id", document.document_id)
                writer.add_document(_row(document))

        self._write(change)

    def remove(self, document_ids: Collection[int]) -> None:
        def change(writer: Any) -> None:
            for document_id in document_ids:
                writer.delete_documents_by_term("id", document_id)

        self._write(change)

    def _write(self, change: Callable[[Any], None]) -> None:
        index = self._current().index
        with _mapped_errors(Reason.UNWRITABLE):
            writer = index.writer(heap_size=WRITER_HEAP_BYTES, num_threads=1)
            try:
                change(writer)
                writer.commit()
            finally:  # lets go of tantivy's own lock, when its merges are done
                writer.wait_merging_threads()

    def _new_folder(self) -> Path:
        folder = self.root / f"building-{secrets.token_hex(6)}"
        folder.mkdir(parents=True)
        tantivy.Index(SCHEMA, path=str(folder))
        return folder

    def _put_in_place(self, folder: Path) -> None:
        """Make `folder` the live index in one step and remove what it replaces."""
        live = folder.rename(self.root / f"v{SCHEMA_VERSION}-{folder.name.removeprefix('building-')}")
        draft = self.root / f"CURRENT.{live.name}"
        draft.write_text(live.name, encoding="ascii")
        draft.replace(self.root / "CURRENT")
        for entry in self.root.iterdir():
            if _OUR_FOLDERS.fullmatch(entry.name) and entry != live:
                shutil.rmtree(entry, ignore_errors=True)  # a reader that has it mapped reads on

    @contextlib.contextmanager
    def rebuilding(self) -> Iterator[_TantivyRebuild]:
        with _locked(self.root / "rebuild.lock", timeout_seconds=0):
            for left_behind in self.root.glob("building-*"):
                shutil.rmtree(left_behind, ignore_errors=True)
            with _mapped_errors(Reason.UNWRITABLE):
                rebuild = _TantivyRebuild(self, self._new_folder())
            try:
                yield rebuild
            finally:
                rebuild.close()


class _TantivyRebuild:
    """An index in a folder of its own, with one writer for all its documents."""

    def __init__(self, live: TantivyIndex, folder: Path) -> None:
        self._live = live
        self._folder = folder
        self._writer: Any = _open(folder).writer(heap_size=REBUILD_HEAP_BYTES, num_threads=1)

    def replace(self, documents: Iterable[IndexedDocument]) -> None:
        with _mapped_errors(Reason.UNWRITABLE):
            for document in documents:
                self._writer.delete_documents_by_term("id", document.document_id)
                self._writer.add_document(_row(document))

    def remove(self, document_ids: Collection[int]) -> None:
        with _mapped_errors(Reason.UNWRITABLE):
            for document_id in document_ids:
                self._writer.delete_documents_by_term("id", document_id)

    def take_over(self) -> None:
        with _mapped_errors(Reason.UNWRITABLE):
            self._writer.commit()
            self._stop_writing()
            self._live._put_in_place(self._folder)  # noqa: SLF001 - the other half of this class

    def _stop_writing(self) -> None:
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def close(self) -> None:
        """Throw the folder away if it did not take over."""
        self._stop_writing()
        shutil.rmtree(self._folder, ignore_errors=True)


# ── Queries ───────────────────────────────────────────────────────────────────────────────────────────────
def _term(field: str, term: object) -> Any:
    return tantivy.Query.term_query(SCHEMA, field, term, index_option="freq")


def _any(queries: Iterable[Any], *, at_least: int = 1) -> Any:
    """What at least so many of the queries find; their scores are summed."""
    parts = [(tantivy.Occur.Should, query) for query in queries]
    return tantivy.Query.boolean_query(parts, minimum_number_should_match=at_least)


def _all(queries: Iterable[Any]) -> Any:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def _phrase(grams: tuple[str, ...]) -> Any:
    if len(grams) == 1:
        return _term("grams", grams[0])
    return tantivy.Query.phrase_query(SCHEMA, "grams", list(grams))


def _between(field: str, lower: int | None, upper: int | None) -> Any:
    return tantivy.Query.range_query(SCHEMA, field, tantivy.FieldType.Unsigned, lower, upper)


def _conditions(filters: SearchFilters) -> Iterator[Any]:
    for field in ("category", "format", "language"):
        if value := getattr(filters, field):
            yield _term(field, value)
    if filters.is_free is not None:
        yield _between("price", None, 0) if filters.is_free else _between("price", 1, None)
    if filters.pages_min is not None or filters.pages_max is not None:
        yield _between("pages", filters.pages_min, filters.pages_max)


def _needed_count(words: int, *, most_words: bool) -> int:
    """How many of the words of a query a document must have.

    Both of two. A third of a sentence when the best come first: a question is asked in other words than it
    is answered in, and what has more of them ranks higher anyway (measured by benchmarks/relevance.py). Two
    thirds when another order would mix what hardly fits with what does.
    """
    if words <= 2:
        return words
    return math.ceil(words * 2 / 3) if most_words else max(1, words // 3)


def _ranking(query: SearchQuery) -> Iterator[Any]:
    """BM25 of every term in every field, weighted by field."""
    for field, boost in BOOSTS.items():
        terms = query.words if field == "words" else query.grams
        yield tantivy.Query.boost_query(_any(_term(field, term) for term in terms), boost)


def _found_by(query: SearchQuery, filters: SearchFilters, needed: int) -> Any:
    """Which documents have `needed` words of the query, and with which score."""
    conditions = [*_conditions(filters), *map(_phrase, query.phrases)]
    if query.needed:
        conditions.append(
            _any((_all(_term("grams", gram) for gram in grams) for grams in query.needed), at_least=needed)
        )
    if not conditions:
        conditions.append(tantivy.Query.all_query())
    parts = [(tantivy.Occur.Must, tantivy.Query.const_score_query(part, 0.0)) for part in conditions]
    if not query.is_empty:
        parts += [(tantivy.Occur.Should, part) for part in _ranking(query)]
    return tantivy.Query.boolean_query(parts)


def _find(reader: _Reader, query: Any, limit: int, offset: int, order: SearchOrder) -> Hits:
    order_by = "published" if order is SearchOrder.NEWEST else None
    result = reader.search(query, limit=limit, offset=offset, order_by_field=order_by)
    return Hits(_ids(reader.searcher, result), int(result.count))


def _ids(searcher: Any, result: Any) -> list[int]:
    addresses = [address for _, address in result.hits]
    return [int(value) for value in searcher.fast_field_values("id", addresses)] if addresses else []


def _telling(searcher: Any, words: Mapping[str, float], limit: int) -> dict[str, float]:
    """The words that say most about a text: weight × inverse document frequency.

    Words that only one document has connect it with nothing, and words that most of them have say nothing.
    """
    total = int(searcher.num_docs)
    weights: dict[str, float] = {}
    for word, weight in words.items():
        frequency = searcher.doc_freq("words", word)
        if 2 <= frequency <= max(3, total // 2):
            weights[word] = weight * math.log(1 + total / frequency)
    best = sorted(weights, key=lambda word: (-weights[word], word))[:limit]
    return {word: weights[word] for word in best}


# ── Threads and locks ─────────────────────────────────────────────────────────────────────────────────────
_pool: ThreadPoolExecutor | None = None


def _forget_pool() -> None:
    global _pool
    _pool = None


os.register_at_fork(after_in_child=_forget_pool)  # threads do not survive a fork


def _within(seconds: float, work: Callable[[], T]) -> T:
    """The result of `work`, which runs in another thread; SearchUnavailable (TIMED_OUT) when it is late."""
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="search")
    future = _pool.submit(work)
    with _mapped_errors(Reason.DAMAGED):
        try:
            return future.result(timeout=seconds)
        except TimeoutError:
            future.cancel()
            raise SearchUnavailable(Reason.TIMED_OUT, f"after {seconds} s") from None


@contextlib.contextmanager
def _locked(path: Path, timeout_seconds: float) -> Iterator[None]:
    """An exclusive lock on `path` between processes; the system lets go of it when ours dies."""
    deadline = time.monotonic() + timeout_seconds
    with _mapped_errors(Reason.UNWRITABLE):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    with file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise SearchUnavailable(Reason.BUSY, path.name) from None
                time.sleep(0.02)
        yield
