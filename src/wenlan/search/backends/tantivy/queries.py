"""What a search asks of tantivy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import tantivy

from wenlan.documents.formats import formats_called
from wenlan.search.analysis import SearchQuery
from wenlan.search.backends.tantivy.schema import SCHEMA
from wenlan.search.backends.wording import BOOSTS, Term, common_among
from wenlan.search.ports import SearchFilters


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
    """What has these neighbours where everybody may read."""
    return _any([_all([_is_open(), _neighbours("grams", grams)]), _neighbours("open_grams", grams)])


def _is_open() -> Any:
    return tantivy.Query.term_query(SCHEMA, "is_open", True, index_option="basic")


def _neighbours(field: str, grams: tuple[str, ...]) -> Any:
    if len(grams) == 1:
        return _term(field, grams[0])
    return tantivy.Query.phrase_query(SCHEMA, field, list(grams))


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


def common_terms(searcher: Any, query: SearchQuery) -> frozenset[Term]:
    """Terms of the whole text that are left out of the ranking (`wording.common_among`)."""
    return common_among(query, searcher.doc_freq, total=int(searcher.num_docs))


def _ranking_in(field: str, query: SearchQuery, common: Collection[Term]) -> Iterator[Any]:
    """BM25 of every term but the `common` ones in a field, weighted by field."""
    boost = BOOSTS[field]
    for term in query.words if field == "words" else query.grams:
        if (field, term) not in common:
            scored = _term(field, term)
            yield scored if boost == 1 else tantivy.Query.boost_query(scored, boost)


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


def found_by(
    query: SearchQuery,
    filters: SearchFilters,
    without: Collection[int],
    needed: int,
    *,
    common: Collection[Term] = (),
) -> Any:
    """The same documents, each with its score, for which `common` terms do not count.

    All terms of all fields side by side: tantivy is slower at sums of sums.
    """
    passed = passed_by(query, filters, without, needed)
    if query.is_empty:
        return passed
    ranking = [(tantivy.Occur.Should, part) for field in BOOSTS for part in _ranking_in(field, query, common)]
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, passed), *ranking])


def ranked_by(query: SearchQuery, *, common: Collection[Term] = ()) -> Any:
    """Whatever has any word of the query in any field, with the score that `found_by` gives it."""
    return _any(part for field in BOOSTS for part in _ranking_in(field, query, common))


def among(passed: Any, document_ids: Collection[int]) -> Any:
    """Those of the documents that pass; without a score.

    They are few: each looked up by itself, which a set of terms of tantivy is slower at until there are thousands.
    """
    numbered = _any(_term("id", number) for number in document_ids)
    return tantivy.Query.const_score_query(_all([passed, numbered]), 0.0)


def scored_in(
    field: str, query: SearchQuery, document_ids: Collection[int], *, common: Collection[Term] = ()
) -> Any:
    """Those of the documents that have any word of the query in `field`, with what that adds to their scores."""
    among = tantivy.Query.const_score_query(
        tantivy.Query.term_set_query(SCHEMA, "id", list(document_ids)), 0.0
    )
    return _all([among, _any(_ranking_in(field, query, common))])


def alike_to(weights: Mapping[str, float]) -> Any:
    """Documents that have any of these words; the score is the sum of the weights of those they have."""
    return _any(
        tantivy.Query.const_score_query(_term("words", word), weight) for word, weight in weights.items()
    )


@dataclass(frozen=True)
class Asked:
    """One reading of a search: `needed` words of the query, and the filters."""

    query: SearchQuery
    filters: SearchFilters
    without: Collection[int]
    needed: int

    def passed(self) -> Any:
        return passed_by(self.query, self.filters, self.without, self.needed)

    def ranked(self, searcher: Any) -> Any:
        return ranked_by(self.query, common=common_terms(searcher, self.query))

    def found(self, searcher: Any) -> Any:
        common = common_terms(searcher, self.query)
        return found_by(self.query, self.filters, self.without, self.needed, common=common)

    def may_find_more_than(self, number: int, searcher: Any) -> bool:
        """Whether any of its words will do, and so many documents have one.

        As many, at the most, as have the rarest pairs of the words.
        """
        if self.needed != 1 or self.query.phrases or not self.filters.is_empty:
            return False
        rarest = (min(int(searcher.doc_freq("grams", gram)) for gram in grams) for grams in self.query.needed)
        return sum(rarest) > number
