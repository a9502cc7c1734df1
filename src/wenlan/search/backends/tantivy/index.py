"""The index in a folder of this machine, by tantivy.

::

    <root>/CURRENT              the name of the live folder, replaced in one step
    <root>/v2-3f9c0a…/          a live (or just replaced) index of schema version 2
    <root>/building-81d2…/      an index being built
    <root>/writer.lock          held by whoever writes the live index (flock: let go when its process dies)
    <root>/rebuild.lock         held by whoever builds another
"""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import tantivy

from wenlan.search.analysis import SearchQuery
from wenlan.search.backends.facets import counted, counting, facets_by_filters
from wenlan.search.backends.tantivy.best import find_best, matches_of
from wenlan.search.backends.tantivy.guards import Reason, answered_within, locked, mapped_errors
from wenlan.search.backends.tantivy.queries import (
    Asked,
    alike_to,
    common_terms,
    passed_by,
    scored_in,
)
from wenlan.search.backends.tantivy.reader import DAMAGED_MARK, Reader, Stamp, open_index, reloaded
from wenlan.search.backends.tantivy.schema import SCHEMA, SCHEMA_VERSION, row_of
from wenlan.search.backends.wording import BOOSTS, readings, telling
from wenlan.search.ports import (
    Alike,
    FacetCounts,
    Hits,
    IndexedDocument,
    SearchFilters,
    SearchOrder,
    SearchUnavailable,
    Spans,
)

WRITER_HEAP_BYTES = 32_000_000
REBUILD_HEAP_BYTES = 128_000_000

_LIVE_NAME = re.compile(rf"v{SCHEMA_VERSION}-[0-9a-f]{{12}}")
_OUR_FOLDERS = re.compile(r"v\d+-[0-9a-f]{12}")


class TantivyIndex:
    """A SearchIndex in the folder `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._reader: Reader | None = None
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
        without: Collection[int] = (),
        timeout_seconds: float,
    ) -> Hits:
        def run() -> Hits:
            reader = self._current()
            hits = Hits([], 0)
            for number, (wording, needed) in enumerate(readings(query, most_words)):
                asked = Asked(wording, filters, without, needed)
                hits = _find(reader, asked, limit, offset, order)
                if hits.total:
                    return replace(hits, is_partial=number > 0)
            return hits

        return answered_within(timeout_seconds, run)

    def count_facets(
        self,
        query: SearchQuery,
        *,
        filters: SearchFilters = SearchFilters(),  # noqa: B008 - frozen, so that all calls may share it
        spans: Spans,
        most_words: bool = False,
        without: Collection[int] = (),
        timeout_seconds: float,
    ) -> FacetCounts:
        def run() -> FacetCounts:
            reader = self._current()
            counts: FacetCounts = {}
            for narrowed, facets in facets_by_filters(filters, spans).items():
                for wording, needed in readings(query, most_words):
                    asked = passed_by(wording, narrowed, without, needed)
                    found = counted(reader.aggregate(asked, counting(facets, spans)), facets, spans)
                    if any(found.values()):
                        break
                counts |= found
            return counts

        return answered_within(timeout_seconds, run)

    def find_alike(
        self, words: Mapping[str, float], *, limit: int, term_limit: int = 30, timeout_seconds: float
    ) -> list[Alike]:
        def run() -> list[Alike]:
            reader = self._current()
            searcher = reader.searcher
            frequencies = {word: int(searcher.doc_freq("words", word)) for word in words}
            weights = telling(words, frequencies, total=int(searcher.num_docs), limit=term_limit)
            whole = sum(weights.values())
            if not whole:
                return []
            result = reader.search(
                alike_to(weights),
                limit=limit,
                count=False,
            )
            return [
                Alike(match.document_id, min(1.0, match.score / whole))
                for match in matches_of(reader, result)
            ]

        return answered_within(timeout_seconds, run)

    def explain(
        self, query: SearchQuery, document_ids: Collection[int], *, timeout_seconds: float
    ) -> dict[int, dict[str, float]]:
        def run() -> dict[int, dict[str, float]]:
            reader = self._current()
            common = common_terms(reader.searcher, query)
            parts: dict[int, dict[str, float]] = {number: {} for number in document_ids}
            for field in BOOSTS if parts and not query.is_empty else ():
                result = reader.search(scored_in(field, query, document_ids, common=common), limit=len(parts))
                for match in matches_of(reader, result):
                    parts[match.document_id][field] = match.score
            return parts

        return answered_within(timeout_seconds, run)

    def count(self) -> int:
        with mapped_errors(Reason.DAMAGED):
            return int(self._current().searcher.num_docs)

    def _live_folder(self) -> Path:
        try:
            name = (self.root / "CURRENT").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise SearchUnavailable(Reason.MISSING, self.root) from None
        if not _LIVE_NAME.fullmatch(name):
            raise SearchUnavailable(Reason.MISSING, f"version {SCHEMA_VERSION} in {self.root}")
        return self.root / name

    def _current(self) -> Reader:
        """A reader of the newest commit. Raises SearchUnavailable (MISSING or DAMAGED)."""
        with mapped_errors(Reason.DAMAGED), self._reader_lock:
            try:
                return self._reader_of_newest()
            except FileNotFoundError:  # the live folder was replaced while we looked, or it is lost
                self._reader = None
                return self._reader_of_newest()

    def _reader_of_newest(self) -> Reader:
        stamp = Stamp.of(self._live_folder())
        reader = self._reader
        if reader is None or reader.stamp.folder != stamp.folder:
            reader = Reader(open_index(stamp.folder), stamp)
        elif reader.stamp != stamp:
            reader = Reader(reloaded(reader.index, stamp.folder), stamp)
        elif not reader.is_whole() and Stamp.of(stamp.folder) == stamp:
            reader.mark_damaged()
            self._reader = None
            raise SearchUnavailable(Reason.DAMAGED, f"files in {stamp.folder} changed")
        self._reader = reader
        return reader

    # ── Writing ───────────────────────────────────────────────────────────────────────────────────────────
    @contextlib.contextmanager
    def writing(self, *, timeout_seconds: float) -> Iterator[None]:
        with locked(self.root / "writer.lock", timeout_seconds):
            yield

    def prepare(self) -> bool:
        try:
            with mapped_errors(Reason.DAMAGED):
                reader = self._current()
                reader.search(tantivy.Query.all_query(), limit=1)
            is_sound = not (reader.stamp.folder / DAMAGED_MARK).exists()
        except SearchUnavailable:
            is_sound = False
        if not is_sound:
            with mapped_errors(Reason.UNWRITABLE):
                self._put_in_place(self._new_folder())
        return not is_sound

    def replace(self, documents: Iterable[IndexedDocument]) -> None:
        def change(writer: Any) -> None:
            for document in documents:
                writer.delete_documents_by_term("id", document.document_id)
                writer.add_document(row_of(document))

        self._write(change)

    def remove(self, document_ids: Collection[int]) -> None:
        def change(writer: Any) -> None:
            for document_id in document_ids:
                writer.delete_documents_by_term("id", document_id)

        self._write(change)

    def _write(self, change: Callable[[Any], None]) -> None:
        index = self._current().index
        with mapped_errors(Reason.UNWRITABLE):
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
        with locked(self.root / "rebuild.lock", timeout_seconds=0):
            for left_behind in self.root.glob("building-*"):
                shutil.rmtree(left_behind, ignore_errors=True)
            with mapped_errors(Reason.UNWRITABLE):
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
        self._writer: Any = open_index(folder).writer(heap_size=REBUILD_HEAP_BYTES, num_threads=1)

    def replace(self, documents: Iterable[IndexedDocument]) -> None:
        with mapped_errors(Reason.UNWRITABLE):
            for document in documents:
                self._writer.delete_documents_by_term("id", document.document_id)
                self._writer.add_document(row_of(document))

    def remove(self, document_ids: Collection[int]) -> None:
        with mapped_errors(Reason.UNWRITABLE):
            for document_id in document_ids:
                self._writer.delete_documents_by_term("id", document_id)

    def take_over(self) -> None:
        with mapped_errors(Reason.UNWRITABLE):
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


_FIELDS_TO_ORDER_BY = {
    SearchOrder.NEWEST: ("published", tantivy.Order.Desc),
    SearchOrder.CHEAPEST: ("price", tantivy.Order.Asc),
    SearchOrder.DEAREST: ("price", tantivy.Order.Desc),
}


def _find(reader: Reader, asked: Asked, limit: int, offset: int, order: SearchOrder) -> Hits:
    if order is SearchOrder.RELEVANCE:
        return find_best(reader, asked, limit, offset)
    field, direction = _FIELDS_TO_ORDER_BY[order]
    query = asked.found(reader.searcher)
    result = reader.search(query, limit=limit, offset=offset, order_by_field=field, order=direction)
    return Hits([match.document_id for match in matches_of(reader, result)], int(result.count))
