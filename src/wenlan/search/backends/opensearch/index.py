"""The index of several machines, in OpenSearch.

::

    <name>-v3                   an alias: the live index of schema version 3, replaced in one step
    <name>-v3-3f9c0a…           the index behind it, or one that is being built
    <name>-v3-3f9c0a…-building  an alias that an index has only while it is being built
    <name>-locks                who may write the live index, and who may build another

An index of another schema version is left alone, for the machines that still run that version, until the next one is
built.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from wenlan.search.analysis import SearchQuery
from wenlan.search.backends.facets import counted, counting, facets_by_filters
from wenlan.search.backends.opensearch.bulk import Bulk, removals, replacements, send
from wenlan.search.backends.opensearch.leases import Lease, leased
from wenlan.search.backends.opensearch.queries import SORTS, alike_to, found_by, passed_by, scored_in
from wenlan.search.backends.opensearch.schema import MAPPINGS, settings_for
from wenlan.search.backends.opensearch.server import (
    READ_SECONDS,
    WRITE_SECONDS,
    Reason,
    Server,
    mapped_errors,
)
from wenlan.search.backends.patience import within
from wenlan.search.backends.tantivy.schema import SCHEMA_VERSION
from wenlan.search.backends.wording import BOOSTS, Term, common_among, readings, telling
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

_RELEVANCE = SearchOrder.RELEVANCE

T = TypeVar("T")


class OpenSearchIndex:
    """A SearchIndex in the cluster of `server`; every index of it begins with `name`."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = name
        self.alias = f"{name}-v{SCHEMA_VERSION}"
        self._lease: Lease | None = None

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
        deadline = time.monotonic() + timeout_seconds

        def run() -> Hits:
            hits = Hits([], 0)
            for number, (wording, needed) in enumerate(readings(query, most_words)):
                common = self._common_in(wording, deadline)
                asked = found_by(wording, filters, without, needed, common=common)
                page = {"from": offset, "size": limit, "sort": SORTS[order], "track_total_hits": True}
                found = self._search({"query": asked, **page}, deadline, wording.text)["hits"]
                scores = [float(hit["_score"]) for hit in found["hits"]] if order is _RELEVANCE else []
                hits = Hits(_ids(found), int(found["total"]["value"]), scores=scores)
                if hits.total:
                    return replace(hits, is_partial=number > 0)
            return hits

        return _answered_within(timeout_seconds, run)

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
        deadline = time.monotonic() + timeout_seconds

        def run() -> FacetCounts:
            counts: FacetCounts = {}
            for narrowed, facets in facets_by_filters(filters, spans).items():
                for wording, needed in readings(query, most_words):
                    asked = passed_by(wording, narrowed, without, needed)
                    body = {"query": asked, "size": 0, "aggs": counting(facets, spans)}
                    answer = self._search(body, deadline, wording.text)["aggregations"]
                    found = counted(answer, facets, spans)
                    if any(found.values()):
                        break
                counts |= found
            return counts

        return _answered_within(timeout_seconds, run)

    def find_alike(
        self, words: Mapping[str, float], *, limit: int, term_limit: int = 30, timeout_seconds: float
    ) -> list[Alike]:
        deadline = time.monotonic() + timeout_seconds

        def run() -> list[Alike]:
            frequencies, total = self._frequencies({"words": words}, deadline, "") if words else ({}, 0)
            known = {word: frequency for (_field, word), frequency in frequencies.items()}
            weights = telling(words, known, total=total, limit=term_limit)
            whole = sum(weights.values())
            if not whole:
                return []
            body = {"query": alike_to(weights), "size": limit, "track_total_hits": False}
            found = self._search(body, deadline, "")["hits"]
            shares = [min(1.0, float(hit["_score"]) / whole) for hit in found["hits"]]
            return [Alike(number, share) for number, share in zip(_ids(found), shares, strict=True)]

        return _answered_within(timeout_seconds, run)

    def explain(
        self, query: SearchQuery, document_ids: Collection[int], *, timeout_seconds: float
    ) -> dict[int, dict[str, float]]:
        deadline = time.monotonic() + timeout_seconds

        def run() -> dict[int, dict[str, float]]:
            parts: dict[int, dict[str, float]] = {number: {} for number in document_ids}
            common = self._common_in(query, deadline)
            for field in BOOSTS if parts and not query.is_empty else ():
                asked = scored_in(field, query, document_ids, common=common)
                body = {"query": asked, "size": len(parts)}
                for hit in self._search(body, deadline, query.text)["hits"]["hits"]:
                    parts[int(hit["_id"])][field] = float(hit["_score"])
            return parts

        return _answered_within(timeout_seconds, run)

    def count(self) -> int:
        with mapped_errors(Reason.DAMAGED):
            return int(self.server.client.count(index=self.alias, request_timeout=READ_SECONDS)["count"])

    def _search(self, body: dict[str, Any], deadline: float, text: str) -> Any:
        """The answer to `body`, complete. Pages of one search come from one copy of the index, which `text` chooses."""
        seconds = _left(deadline)
        answer = self.server.client.search(
            index=self.alias,
            body={**body, "_source": False, "timeout": f"{int(seconds * 1000)}ms"},
            preference=_copy_for(text),
            allow_partial_search_results=False,
            request_timeout=seconds,
        )
        if answer["timed_out"]:
            raise SearchUnavailable(Reason.TIMED_OUT, f"after {seconds} s")
        return answer

    def _common_in(self, query: SearchQuery, deadline: float) -> frozenset[Term]:
        if len(query.grams) < 2 and len(query.words) < 2:  # the rarest counts however common it is
            return frozenset()
        terms = {"grams": query.grams, "words": query.words}
        frequencies, total = self._frequencies(terms, deadline, query.text)
        return common_among(query, lambda field, term: frequencies.get((field, term), 0), total=total)

    def _frequencies(
        self, terms: Mapping[str, Iterable[str]], deadline: float, text: str
    ) -> tuple[dict[Term, int], int]:
        """In how many documents there are which of these terms of a field, and how many documents there are."""
        answer = self.server.client.termvectors(
            index=self.alias,
            body={"doc": {field: " ".join(some) for field, some in terms.items()}},
            fields=",".join(terms),
            term_statistics=True,
            positions=False,
            offsets=False,
            preference=_copy_for(text),
            request_timeout=_left(deadline),
        )
        frequencies: dict[Term, int] = {}
        total = 0
        for field, known in answer["term_vectors"].items():
            total = max(total, int(known["field_statistics"]["doc_count"]))
            frequencies |= {
                (field, term): int(row.get("doc_freq", 0)) for term, row in known["terms"].items()
            }
        return frequencies, total

    # ── Writing ───────────────────────────────────────────────────────────────────────────────────────────
    @contextlib.contextmanager
    def writing(self, *, timeout_seconds: float) -> Iterator[None]:
        with leased(self.server, self.locks, "writer", timeout_seconds=timeout_seconds) as lease:
            self._lease = lease
            try:
                yield
            finally:
                self._lease = None

    @property
    def locks(self) -> str:
        return f"{self.name}-locks"

    def prepare(self) -> bool:
        with mapped_errors(Reason.UNWRITABLE):
            if self.server.client.indices.exists_alias(name=self.alias, request_timeout=READ_SECONDS):
                return False
            self._make(self.alias)
            return True

    def replace(self, documents: Iterable[IndexedDocument]) -> None:
        with replacements(documents) as bulk, mapped_errors(Reason.UNWRITABLE):
            self._write(bulk)

    def remove(self, document_ids: Collection[int]) -> None:
        with removals(document_ids) as bulk, mapped_errors(Reason.UNWRITABLE):
            self._write(bulk)

    def _write(self, bulk: Bulk) -> None:
        for request in bulk.requests():
            self._check_lease()
            send(self.server, self.alias, request)
        self.server.client.indices.refresh(index=self.alias, request_timeout=WRITE_SECONDS)

    def _check_lease(self) -> None:
        if self._lease:
            self._lease.check()

    def _make(self, alias_format: str) -> str:
        """A new and empty index with an alias, in which `{}` stands for its name; returns its name."""
        name = f"{self.alias}-{secrets.token_hex(6)}"
        version = str(self.server.client.info(request_timeout=READ_SECONDS)["version"]["number"])
        body = {
            "settings": settings_for(version),
            "mappings": MAPPINGS,
            "aliases": {alias_format.format(name): {}},
        }
        self.server.client.indices.create(index=name, body=body, request_timeout=WRITE_SECONDS)
        return name

    # ── Building another ──────────────────────────────────────────────────────────────────────────────────
    @contextlib.contextmanager
    def rebuilding(self) -> Iterator[_OpenSearchRebuild]:
        with leased(self.server, self.locks, "rebuild", timeout_seconds=0) as lease:
            with mapped_errors(Reason.UNWRITABLE):
                self._remove([name for name, aliases in self._all().items() if self.alias not in aliases])
                name = self._make("{}-building")
            try:
                yield _OpenSearchRebuild(self, name, lease)
            finally:
                with contextlib.suppress(SearchUnavailable), mapped_errors(Reason.UNWRITABLE):
                    if self.alias not in self._all().get(name, {self.alias}):
                        self._remove([name])

    def _all(self) -> dict[str, set[str]]:
        """The indices of this schema version and the aliases of each."""
        answer = self.server.client.indices.get_alias(
            index=f"{self.alias}-*", allow_no_indices=True, request_timeout=READ_SECONDS
        )
        ours = re.compile(re.escape(self.alias) + "-[0-9a-f]{12}")
        return {name: set(row["aliases"]) for name, row in answer.items() if ours.fullmatch(name)}

    def _remove(self, names: Collection[str]) -> None:
        if names:
            self.server.client.indices.delete(index=",".join(names), request_timeout=WRITE_SECONDS)

    def put_in_place(self, name: str) -> None:
        """Make `name` the live index in one step and remove what it replaces, also of other schema versions."""
        answer = self.server.client.indices.get(
            index=f"{self.name}-v*", allow_no_indices=True, request_timeout=READ_SECONDS
        )
        ours = re.compile(re.escape(self.name) + r"-v\d+-[0-9a-f]{12}")
        actions: list[dict[str, Any]] = [
            {"remove_index": {"index": other}} for other in answer if ours.fullmatch(other) and other != name
        ]
        actions += [
            {"remove": {"index": name, "alias": f"{name}-building"}},
            {"add": {"index": name, "alias": self.alias}},
        ]
        self._check_lease()
        self.server.client.indices.update_aliases(body={"actions": actions}, request_timeout=WRITE_SECONDS)


class _OpenSearchRebuild:
    """An index that nobody reads yet."""

    def __init__(self, live: OpenSearchIndex, name: str, lease: Lease) -> None:
        self._live = live
        self._name = name
        self._lease = lease

    def replace(self, documents: Iterable[IndexedDocument]) -> None:
        with replacements(documents) as bulk, mapped_errors(Reason.UNWRITABLE):
            self._write(bulk)

    def remove(self, document_ids: Collection[int]) -> None:
        with removals(document_ids) as bulk, mapped_errors(Reason.UNWRITABLE):
            self._write(bulk)

    def _write(self, bulk: Bulk) -> None:
        for request in bulk.requests():
            self._lease.check()
            send(self._live.server, f"{self._name}-building", request)

    def take_over(self) -> None:
        with mapped_errors(Reason.UNWRITABLE):
            self._live.server.client.indices.refresh(index=self._name, request_timeout=WRITE_SECONDS)
            self._live.put_in_place(self._name)


def _answered_within(seconds: float, work: Callable[[], T]) -> T:
    """The result of `work`, which asks OpenSearch. Raises SearchUnavailable when it fails or is late."""
    with mapped_errors(Reason.DAMAGED):
        return within(seconds, work)


def _left(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds < 0.001:
        raise SearchUnavailable(Reason.TIMED_OUT)
    return seconds


def _copy_for(text: str) -> str:
    """Which copy of the index answers all questions of a search for `text`."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def _ids(found: Any) -> list[int]:
    return [int(hit["_id"]) for hit in found["hits"]]
