"""Texts that may share something with another, found by the marks they have in common."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from itertools import islice

from django.db import connection

from wenlan.similarity.engine.marks import KEYS_ENOUGH, cut, key_of
from wenlan.similarity.samples import samples_of

ASKED_MAX = 4_000
"""Marks of a long text that are looked up."""
HOLDERS_MAX = 64
"""Texts of one mark that are looked at, the earliest ones: what stands in more of them tells them apart no more."""
CANDIDATES_MAX = 20
SHARED_MIN = 2
"""One mark in common may be chance, if many are asked for, or if it is the only one of all."""
FEW_MARKS = 1_000
_AT_ONCE = 100
_HOLDERS_OF_ONE = (
    "SELECT * FROM (SELECT value, fingerprint_id FROM similarity_mark"
    " WHERE value = %s ORDER BY fingerprint_id LIMIT %s) AS held"
)


@dataclass(frozen=True)
class Candidate:
    """A text and how many of all marks it shares with the one that is asked about."""

    fingerprint_id: int
    shared: int


def candidates_for(
    marks: Set[int], *, without: Collection[int] = (), limit: int = CANDIDATES_MAX
) -> list[Candidate]:
    """The texts that share the most telling marks, best first; none of `without`.

    A mark that many texts have weighs little: 1/n², if n have it. Each text can be looked up by some of its marks; of
    those that were found all marks are looked at. Time grows with the marks asked for, hardly with the number of texts
    here.
    """
    best = _found_by(nsmallest(ASKED_MAX, map(key_of, marks)), without, limit)
    if len(marks) <= KEYS_ENOUGH:
        return best
    own = cut(marks)
    shared = {number: len(own & sample) for number, sample in samples_of(one.fingerprint_id for one in best)}
    looked_at = [Candidate(one.fingerprint_id, shared.get(one.fingerprint_id, one.shared)) for one in best]
    return [one for one in looked_at if one.shared >= SHARED_MIN]


def _found_by(asked: Collection[int], without: Collection[int], limit: int) -> list[Candidate]:
    """The texts that share the most of the marks with these keys, and how many."""
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for value, fingerprint_id in _holders(asked):
        holders[value].append(fingerprint_id)
    weights: Counter[int] = Counter()
    shared: Counter[int] = Counter()
    for found in holders.values():
        weight = 1 / len(found) ** 2
        for fingerprint_id in found:
            weights[fingerprint_id] += weight  # type: ignore[assignment]  # a Counter of fractions
            shared[fingerprint_id] += 1
    shared_min = SHARED_MIN if len(asked) > FEW_MARKS else 1
    for fingerprint_id, count in shared.items():
        if count < shared_min or fingerprint_id in without:
            del weights[fingerprint_id]
    # A text with many copies here shares only marks that weigh little, but very many of them.
    best = dict.fromkeys(
        [
            *nlargest(limit, weights, key=weights.__getitem__),
            *nlargest(limit, weights, key=shared.__getitem__),
        ]
    )
    return [Candidate(number, shared[number]) for number in best]


def _holders(marks: Iterable[int]) -> Iterator[tuple[int, int]]:
    """(mark, fingerprint) for each text that has one of these marks, of a mark the first `HOLDERS_MAX`."""
    with connection.cursor() as cursor:
        rest = iter(marks)
        while batch := list(islice(rest, _AT_ONCE)):  # itertools.batched is new in Python 3.12
            asked = [part for value in batch for part in (value, HOLDERS_MAX)]
            cursor.execute(" UNION ALL ".join([_HOLDERS_OF_ONE] * len(batch)), asked)
            yield from cursor.fetchall()
