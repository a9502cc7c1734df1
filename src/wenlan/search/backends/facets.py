"""Counting what was found by facets, through aggregations.

tantivy and OpenSearch take them in one shape: `{"terms": {"field", "size"}}` and `{"range": {"field", "ranges"}}`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from wenlan.search.ports import Facet, FacetCounts, SearchFilters, Span, Spans

VALUES_MAX = 1000
"""Different values of one facet that are counted: more than there are categories or formats."""

_FIELDS = {
    Facet.CATEGORY: "category",
    Facet.FORMAT: "format",
    Facet.LANGUAGE: "language",
    Facet.PAGES: "pages",
    Facet.PRICE: "price",
    Facet.DATE: "published",
}
_NAMES = frozenset({Facet.CATEGORY, Facet.FORMAT, Facet.LANGUAGE})


def facets_by_filters(filters: SearchFilters, spans: Spans) -> dict[SearchFilters, list[Facet]]:
    """The facets to count, together where the same documents count for them."""
    groups: dict[SearchFilters, list[Facet]] = defaultdict(list)
    for facet in Facet:
        if facet in _NAMES or spans.get(facet):
            groups[filters.beside(facet)].append(facet)
    return groups


def counting(facets: Iterable[Facet], spans: Spans) -> dict[str, Any]:
    """The aggregations that count these facets."""
    return {facet.value: _aggregation(facet, spans) for facet in facets}


def _aggregation(facet: Facet, spans: Spans) -> dict[str, Any]:
    field = _FIELDS[facet]
    if facet in _NAMES:
        return {"terms": {"field": field, "size": VALUES_MAX}}
    ranges = [_range(_key(name), span) for name, span in spans[facet].items()]
    return {"range": {"field": field, "ranges": ranges}}


def _range(key: str, span: Span) -> dict[str, Any]:
    row: dict[str, Any] = {"key": key}
    if span.start:  # nothing is below 0
        row["from"] = span.start
    if span.stop is not None:
        row["to"] = span.stop
    return row


def _key(name: str) -> str:
    """tantivy names the gaps between the ranges itself, such as `21-51`; none of those begins so."""
    return f"={name}"


def counted(answer: Any, facets: Iterable[Facet], spans: Spans) -> FacetCounts:
    """What the index answered to `counting`, as numbers by value or span."""
    counts: FacetCounts = {}
    for facet in facets:
        buckets = {str(row["key"]): int(row["doc_count"]) for row in answer[facet.value]["buckets"]}
        if facet not in _NAMES:
            buckets = {name: buckets.get(_key(name), 0) for name in spans[facet]}
        counts[facet] = {name: count for name, count in buckets.items() if name and count}
    return counts
