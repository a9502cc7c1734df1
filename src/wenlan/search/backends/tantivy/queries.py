"""What a search asks of tantivy."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import tantivy

from wenlan.documents.formats import formats_called
from wenlan.search.analysis import SearchQuery
from wenlan.search.backends.tantivy.schema import SCHEMA
from wenlan.search.ports import SearchFilters

#: How much a field counts in the ranking, beside the whole text.
BOOSTS = {"grams": 1.0, "words": 1.0, "title": 1.0, "tags": 0.5, "author": 0.3}


def _term(field: str, term: object) -> Any:
    return tantivy.Query.term_query(SCHEMA, field, term, index_option="freq")


def _any(queries: Iterable[Any], *, at_least: int = 1) -> Any:
    """What at least so many of the queries find; their scores are summed."""
    parts = [(tantivy.Occur.Should, query) for query in queries]
    return tantivy.Query.boolean_query(parts, minimum_number_should_match=at_least)


def _all(queries: Iterable[Any]) -> Any:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def _has(field: str, grams: Iterable[str]) -> Any:
    return _all(_term(field, gram) for gram in grams)


def _phrase(grams: tuple[str, ...]) -> Any:
    if len(grams) == 1:
        return _term("open_grams", grams[0])
    return tantivy.Query.phrase_query(SCHEMA, "open_grams", list(grams))


def _between(field: str, lower: int | None, upper: int | None) -> Any:
    return tantivy.Query.range_query(SCHEMA, field, tantivy.FieldType.Unsigned, lower, upper)


def _conditions(filters: SearchFilters) -> Iterator[Any]:
    for field in ("category", "language"):
        if value := getattr(filters, field):
            yield _term(field, value)
    if filters.format:
        yield _any(_term("format", name) for name in formats_called(filters.format))
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


def _exclusions(filters: SearchFilters, without: Collection[int]) -> Iterator[Any]:
    for grams in filters.without_words:
        yield _has("grams", grams)
    yield from map(_phrase, filters.without_phrases)
    if without:
        yield tantivy.Query.term_set_query(SCHEMA, "id", list(without))


def needed_count(words: int, *, most_words: bool) -> int:
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


def passed_by(query: SearchQuery, filters: SearchFilters, without: Collection[int], needed: int) -> Any:
    """Which documents have `needed` words of the query and pass the filters; without a score."""
    conditions = [*_conditions(filters), *map(_phrase, query.phrases)]
    if query.needed:
        conditions.append(_any((_has("grams", grams) for grams in query.needed), at_least=needed))
    if not conditions:
        conditions.append(tantivy.Query.all_query())
    parts = [(tantivy.Occur.Must, part) for part in conditions]
    parts += [(tantivy.Occur.MustNot, part) for part in _exclusions(filters, without)]
    return tantivy.Query.const_score_query(tantivy.Query.boolean_query(parts), 0.0)


def found_by(query: SearchQuery, filters: SearchFilters, without: Collection[int], needed: int) -> Any:
    """The same documents, each with its score."""
    passed = passed_by(query, filters, without, needed)
    if query.is_empty:
        return passed
    ranking = [(tantivy.Occur.Should, part) for part in _ranking(query)]
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, passed), *ranking])


def alike_to(weights: Mapping[str, float]) -> Any:
    """Documents that have any of these words; the score is the sum of the weights of those they have."""
    return _any(
        tantivy.Query.const_score_query(_term("words", word), weight) for word, weight in weights.items()
    )


def telling(searcher: Any, words: Mapping[str, float], limit: int) -> dict[str, float]:
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
