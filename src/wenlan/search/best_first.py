"""The best match first: the hits of the index, reordered by how good the documents are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings

from wenlan.search.ports import Hits
from wenlan.search.ranking import BLENDED_HITS, Ranked, ranked
from wenlan.search.standing import qualities_of


@dataclass(frozen=True)
class RankedHits(Hits):
    """Hits in the order of their scores; `ranks` tells of each how it came to its place."""

    ranks: list[Ranked] = field(default_factory=list)


def quality_weight() -> float:
    return float(settings.QUALITY_WEIGHT_PERCENT) / 100


def best_first(find: Callable[[int, int], Hits], *, start: int, size: int) -> RankedHits:
    """The hits from `start` on, `size` of them at most; `find` takes a limit and an offset and orders by fit.

    Whoever leafs through them meets each document once: the BLENDED_HITS that fit best are reordered among themselves,
    always the same ones, and the rest stays in its order behind them.
    """
    blended = BLENDED_HITS if quality_weight() else 0
    if start < blended:
        hits = find(max(blended, start + size), 0)
        ranks = _ranks(hits, blended)[start : start + size]
    else:
        hits = find(size, start)
        ranks = _unmoved(hits, start)
    return RankedHits(
        document_ids=[rank.document_id for rank in ranks],
        total=hits.total,
        is_partial=hits.is_partial,
        scores=[rank.score for rank in ranks],
        ranks=ranks,
    )


def _ranks(hits: Hits, blended: int) -> list[Ranked]:
    numbers, fits = hits.document_ids[:blended], hits.scores[:blended]
    best = ranked(numbers, fits, qualities_of(numbers), weight=quality_weight())
    return [*best, *_unmoved(hits, 0)[blended:]]


def _unmoved(hits: Hits, start: int) -> list[Ranked]:
    return ranked(hits.document_ids, hits.scores, {}, weight=0, first_place=start + 1)
