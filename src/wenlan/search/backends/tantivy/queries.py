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


RARE_SHARE = 0.25
"""Of all documents; what more of them have says little about any."""
RARE_DOCUMENTS = 10_000
"""Fewer are scored so quickly that every term may count."""


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
    if filters.is_free is not None:
        yield _between("price", None, 0) if filters.is_free else _between("price", 1, None)
    if filters.pages_min is not None or filters.pages_max is not None:
        yield _between("pages", filters.pages_min, filters.pages_max)


def needed_count(words: int, *, most_words: bool) -> int:
    """How many of the words of a query a document must have.

    Both of two. A third of a sentence when the best come first: a question is asked in other words than it
    is answered in, and what has more of them ranks higher anyway (measured by benchmarks/relevance.py). Two
    thirds when another order would mix what hardly fits with what does.
    """
    if words <= 2:
        return words
    return math.ceil(words * 2 / 3) if most_words else max(1, words // 3)


Term = tuple[str, str]
"""A field and what stands in it."""


def common_terms(searcher: Any, query: SearchQuery) -> frozenset[Term]:
    """Terms of the whole text that so many documents have that they tell little, and cost most to count.

    At least the rarest term of the query is never among them; and titles are few words, where every one counts.
    """
    most = max(RARE_DOCUMENTS, int(searcher.num_docs) * RARE_SHARE)
    common: set[Term] = set()
    for field, terms in (("grams", query.grams), ("words", query.words)):
        by_frequency = sorted(terms, key=lambda term: int(searcher.doc_freq(field, term)))
        common |= {(field, term) for term in by_frequency[1:] if searcher.doc_freq(field, term) > most}
    return frozenset(common)


def _ranking(query: SearchQuery, common: Collection[Term]) -> Iterator[Any]:
    """BM25 of every term but the `common` ones in every field, weighted by field.

    All of them side by side: tantivy is slower at sums of sums.
    """
    for field, boost in BOOSTS.items():
        for term in query.words if field == "words" else query.grams:
            if (field, term) not in common:
                scored = _term(field, term)
                yield scored if boost == 1 else tantivy.Query.boost_query(scored, boost)


def found_by(
    query: SearchQuery, filters: SearchFilters, needed: int, *, common: Collection[Term] = ()
) -> Any:
    """Which documents have `needed` words of the query, and with which score; `common` terms do not count for it."""
    conditions = [*_conditions(filters), *map(_phrase, query.phrases)]
    if query.needed:
        conditions.append(
            _any((_all(_term("grams", gram) for gram in grams) for grams in query.needed), at_least=needed)
        )
    if not conditions:
        conditions.append(tantivy.Query.all_query())
    parts = [(tantivy.Occur.Must, tantivy.Query.const_score_query(part, 0.0)) for part in conditions]
    if not query.is_empty:
        parts += [(tantivy.Occur.Should, part) for part in _ranking(query, common)]
    return tantivy.Query.boolean_query(parts)


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
