"""Which of the documents found comes first: how well it fits what was asked, and a little how good it is.

::

    score   = fit × (1 + weight × quality)
    quality = the sum of the parts of its signals, between −1 and 1

`fit` is what the index says, BM25 of every word in every field; `weight` is WENLAN_QUALITY_WEIGHT_PERCENT of 100. The part
of a signal is its share of the whole, as far as it goes:

=====================  ======  =========================================================================
signal                 share   how far it goes
=====================  ======  =========================================================================
``fidelity``           +0.25   1 for a faithful preview, 0 for small differences, −1 for pages to look at
``favourites``         +0.25   n / (n + 10) for n readers
``sales``              +0.30   n / (n + 10) for n readers who bought it and kept it, or took it for free
``readers``            +0.20   n / (n + 30) for n people with an account who opened it
``complaints_upheld``  −0.50   n / (n + 1)
``complaints_open``    −0.25   n / (n + 4) for n people; nobody has decided about these yet
=====================  ======  =========================================================================

What is good adds up to 1 at most, what is bad to −1 at least, and no signal has more than half of either. What is not
known of a document counts as 0, so that a new one stands where its words put it. With the usual weight of 0.2 no
signal that others can drive up moves a score by more than 6 %, and a document whose fit is less than two thirds of
another's never passes it (`reach`).

This file knows neither Django nor the index: `script/test tests/search/test_ranking.py` tries its laws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BLENDED_HITS = 200
"""So many of the hits that fit best are put into another order; those after them keep that of the index."""


@dataclass(frozen=True)
class Signal:
    """How much one signal counts: `share` of the quality at most, half of it at a count of `half`.

    Without `half` the signal is no count but goes from −1 to 1 itself.
    """

    share: float
    half: float | None = None

    def part(self, value: float) -> float:
        """What `value` adds to the quality."""
        if self.half is None:
            return self.share * max(-1.0, min(1.0, value))
        count = max(0.0, value)
        return self.share * (1.0 - self.half / (count + self.half))


SIGNALS: dict[str, Signal] = {
    "fidelity": Signal(0.25),
    "favourites": Signal(0.25, half=10),
    "sales": Signal(0.30, half=10),
    "readers": Signal(0.20, half=30),
    "complaints_upheld": Signal(-0.50, half=1),
    "complaints_open": Signal(-0.25, half=4),
}


def quality_parts(signals: Mapping[str, float]) -> dict[str, float]:
    """What each known signal adds to the quality, in the order of SIGNALS; others count for nothing."""
    return {name: signal.part(signals[name]) for name, signal in SIGNALS.items() if name in signals}


def quality_of(signals: Mapping[str, float]) -> float:
    """How good a document is, from −1 to 1; 0 when nothing is known of it."""
    return max(-1.0, min(1.0, sum(quality_parts(signals).values())))


def blend(fit: float, quality: float, *, weight: float) -> float:
    """The score of a hit; `weight` is less than 1."""
    return fit * (1.0 + weight * quality)


def reach(weight: float) -> float:
    """How many times better than another a document has to fit for no quality to put that one before it."""
    return (1.0 + weight) / (1.0 - weight)


@dataclass(frozen=True)
class Ranked:
    """A hit in its place, counted from 1, and the place it has by its fit alone."""

    document_id: int
    fit: float
    quality: float
    score: float
    place: int
    place_by_fit: int


def ranked(
    document_ids: Sequence[int],
    fits: Sequence[float],
    qualities: Mapping[int, float],
    *,
    weight: float,
    first_place: int = 1,
) -> list[Ranked]:
    """The hits, which come in the order of their fits, best first by score.

    Those without a quality are neutral; hits with the same score stay in the order in which they come.
    """
    hits = [
        (blend(fit, qualities.get(number, 0.0), weight=weight), place, number, fit)
        for place, (number, fit) in enumerate(zip(document_ids, fits, strict=True), start=first_place)
    ]
    hits.sort(key=lambda hit: (-hit[0], hit[1]))
    return [
        Ranked(number, fit, qualities.get(number, 0.0), score, place, place_by_fit)
        for place, (score, place_by_fit, number, fit) in enumerate(hits, start=first_place)
    ]
