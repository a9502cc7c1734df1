"""The best matches first, where there are many without scoring every one of them.

tantivy finds the best of a plain union of terms by leaving out whole blocks that cannot hold any (block-max WAND), which
it cannot do where a condition stands beside the terms or the matches are counted. So the best of whatever has any of
the terms are found first; of these remain those that the search would find as well, and what it finds is counted apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from wenlan.search.backends.tantivy.queries import Asked, among
from wenlan.search.backends.tantivy.reader import Reader
from wenlan.search.ports import Hits

MANY_MATCHES = 10_000
"""Fewer are scored one by one as quickly."""
SPARE = 20
"""So many more candidates than wanted: some are no match, and some are equal to the last."""
EQUAL_SHARE = 1e-6
"""Scores that differ by less than this share of theirs are equal: the terms are summed up in changing order."""


class Match(NamedTuple):
    score: float
    place: tuple[int, int]
    """Its segment and its number there, by which tantivy orders what has equal scores."""
    document_id: int


def matches_of(reader: Reader, result: Any) -> list[Match]:
    """What tantivy found, in its order."""
    addresses = [address for _, address in result.hits]
    numbers = reader.searcher.fast_field_values("id", addresses) if addresses else []
    return [
        Match(float(score), (address.segment_ord, address.doc), int(number))
        for (score, address), number in zip(result.hits, numbers, strict=True)
    ]


def find_best(reader: Reader, asked: Asked, limit: int, offset: int) -> Hits:
    """What is found, best first; of equal scores always in one order, however many are asked for."""
    if asked.may_find_more_than(MANY_MATCHES, reader.searcher):
        total = reader.count(asked.passed())
        matches = _best_of_many(reader, asked, limit + offset)[offset : offset + limit]
    else:
        result = reader.search(asked.found(reader.searcher), limit=limit, offset=offset)
        total, matches = int(result.count), matches_of(reader, result)
    return Hits([match.document_id for match in matches], total, scores=[match.score for match in matches])


def _best_of_many(reader: Reader, asked: Asked, wanted: int) -> list[Match]:
    def best_by(query: Any) -> list[Match]:
        return matches_of(reader, reader.search(query, limit=wanted + SPARE, count=False))

    candidates = best_by(asked.ranked(reader.searcher))
    best = _passing(reader, asked, candidates)
    if len(best) < wanted or _are_equal(best[wanted - 1].score, candidates[-1].score):
        best = best_by(asked.found(reader.searcher))  # the candidates leave open which are the best
    return _steady(best)


def _passing(reader: Reader, asked: Asked, candidates: list[Match]) -> list[Match]:
    if not candidates:
        return []
    query = among(asked.passed(), [match.document_id for match in candidates])
    result = reader.search(query, limit=len(candidates), count=False)
    places = {match.place for match in matches_of(reader, result)}
    return [match for match in candidates if match.place in places]


def _steady(matches: list[Match]) -> list[Match]:
    """Matches in the order of their scores; those with equal ones in the order of their places."""
    return [match for group in _equals(matches) for match in sorted(group, key=lambda match: match.place)]


def _equals(matches: list[Match]) -> Iterator[list[Match]]:
    group: list[Match] = []
    for match in matches:
        if group and not _are_equal(group[-1].score, match.score):
            yield group
            group = []
        group.append(match)
    if group:
        yield group


def _are_equal(score: float, lower: float) -> bool:
    return score - lower <= EQUAL_SHARE * score
