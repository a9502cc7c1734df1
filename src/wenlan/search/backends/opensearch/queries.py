"""What a search asks of OpenSearch.

Only structured queries: no part of it reads what somebody typed as a language of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from wenlan.documents.formats import formats_called
from wenlan.search.analysis import SearchQuery
from wenlan.search.backends.wording import BOOSTS, Term
from wenlan.search.ports import SearchFilters, SearchOrder

CLAUSES_MAX = 1000
"""OpenSearch refuses a query of more than 1024 terms (`indices.query.bool.max_clause_count`)."""
_NUMBERS_MAX = 50_000  # of 65,536 in one clause (`index.max_terms_count`)

#: What fits alike, and what nothing was asked of, comes by number, so that no page of results repeats another's.
SORTS: dict[SearchOrder, list[dict[str, str]]] = {
    SearchOrder.RELEVANCE: [{"_score": "desc"}, {"id": "asc"}],
    SearchOrder.NEWEST: [{"published": "desc"}, {"id": "desc"}],
    SearchOrder.CHEAPEST: [{"price": "asc"}, {"id": "desc"}],
    SearchOrder.DEAREST: [{"price": "desc"}, {"id": "desc"}],
}


def _term(field: str, term: str) -> dict[str, Any]:
    return {"term": {field: term}}


def _any(queries: Iterable[dict[str, Any]], *, at_least: int = 1) -> dict[str, Any]:
    """What at least so many of the queries find; their scores are summed."""
    return {"bool": {"should": list(queries), "minimum_should_match": at_least}}


def _has(field: str, grams: Iterable[str]) -> dict[str, Any]:
    return {"bool": {"filter": [_term(field, gram) for gram in grams]}}


def _phrase(grams: tuple[str, ...]) -> dict[str, Any]:
    if len(grams) == 1:
        return _term("open_grams", grams[0])
    return {"match_phrase": {"open_grams": " ".join(grams)}}


def _between(field: str, lower: int | None, upper: int | None) -> dict[str, Any]:
    ends = {"gte": lower, "lte": upper}
    return {"range": {field: {name: end for name, end in ends.items() if end is not None}}}


def _conditions(filters: SearchFilters) -> Iterator[dict[str, Any]]:
    for field in ("category", "language"):
        if value := getattr(filters, field):
            yield _term(field, value)
    if filters.format:
        yield {"terms": {"format": list(formats_called(filters.format))}}
    for field in ("author", "title", "tags"):
        if grams := getattr(filters, field):
            yield _has(field, grams)
    last_second = None if filters.published_before is None else filters.published_before - 1
    for field, lower, upper in [
        ("price", filters.price_min, filters.price_max),
        ("pages", filters.pages_min, filters.pages_max),
        ("published", filters.published_from, last_second),
    ]:
        if lower is not None or upper is not None:
            yield _between(field, lower, upper)


def _exclusions(filters: SearchFilters, without: Collection[int]) -> Iterator[dict[str, Any]]:
    for grams in filters.without_words:
        yield _has("grams", grams)
    yield from map(_phrase, filters.without_phrases)
    numbers = iter(without)
    while some := list(islice(numbers, _NUMBERS_MAX)):
        yield {"terms": {"id": some}}


def passed_by(
    query: SearchQuery, filters: SearchFilters, without: Collection[int], needed: int
) -> dict[str, Any]:
    """Which documents have `needed` words of the query and pass the filters; without a score."""
    conditions = [*_conditions(filters), *map(_phrase, query.phrases)]
    if query.needed:
        conditions.append(_any((_has("grams", grams) for grams in query.needed), at_least=needed))
    return {"bool": {"filter": conditions, "must_not": list(_exclusions(filters, without))}}


def found_by(
    query: SearchQuery,
    filters: SearchFilters,
    without: Collection[int],
    needed: int,
    *,
    common: Collection[Term] = (),
) -> dict[str, Any]:
    """The same documents, each with its score: BM25 of every term but the `common` ones, weighted by field.

    Of a query with more terms than OpenSearch takes (about 120 Chinese characters) the last fields count for less.
    """
    passed = passed_by(query, filters, without, needed)
    left = CLAUSES_MAX - _clauses(passed)
    ranking: list[dict[str, Any]] = []
    for field in BOOSTS:
        terms = _terms_in(field, query, common)[: max(0, left)]
        ranking += _ranking_in(field, terms)
        left -= len(terms)
    return {"bool": {"filter": [passed], "should": ranking, "minimum_should_match": 0}}


def _terms_in(field: str, query: SearchQuery, common: Collection[Term]) -> list[str]:
    terms = query.words if field == "words" else query.grams
    return [term for term in terms if (field, term) not in common]


def _ranking_in(field: str, terms: Iterable[str]) -> list[dict[str, Any]]:
    return [{"term": {field: {"value": term, "boost": BOOSTS[field]}}} for term in terms]


def _clauses(query: Any) -> int:
    """How many terms a query has, as OpenSearch counts them."""
    if isinstance(query, list):
        return sum(map(_clauses, query))
    ((kind, content),) = query.items()
    if kind == "bool":
        return sum(_clauses(part) for part in content.values() if isinstance(part, list))
    return len(content["open_grams"].split()) if kind == "match_phrase" else 1


def alike_to(weights: Mapping[str, float]) -> dict[str, Any]:
    """Documents that have any of these words; the score is the sum of the weights of those they have."""
    return _any(
        {"constant_score": {"filter": _term("words", word), "boost": weight}}
        for word, weight in weights.items()
    )


def scored_in(
    field: str, query: SearchQuery, document_ids: Collection[int], *, common: Collection[Term] = ()
) -> dict[str, Any]:
    """Those of the documents that have any word of the query in `field`, with what that adds to their scores."""
    among = {"terms": {"id": list(document_ids)}}
    ranking = _ranking_in(field, _terms_in(field, query, common))
    return {"bool": {"filter": [among], "must": [_any(ranking)]}}
