"""What two texts share: seeds (pairs of words in both) are chained into passages, as programs that align genomes do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from wenlan.similarity.engine.marks import pairs_of
from wenlan.similarity.engine.wording import Wording

GAP_WORDS = 12
"""So many words may stand between two seeds of a passage, in either text."""
PASSAGE_WORDS_MIN = 12
SEEDS_MIN = 6
OCCURRENCES_MAX = 6
"""A pair that stands in my text more often than this says nothing about where in it."""


@dataclass(frozen=True)
class Passage:
    """A stretch of one text that is in the other, too; places are those of words, the last ones included.

    `seeds` are the places of words that stand in both, in the order of either text.
    """

    first: int
    last: int
    other_first: int
    other_last: int
    seeds: tuple[tuple[int, int], ...]
    values: frozenset[int]

    @property
    def words(self) -> int:
        return self.last - self.first + 1

    @property
    def other_words(self) -> int:
        return self.other_last - self.other_first + 1


@dataclass(frozen=True)
class Comparison:
    """The passages that `mine` shares with `other`, none of which overlap in either text."""

    mine: Wording
    other: Wording
    passages: tuple[Passage, ...]

    @cached_property
    def share(self) -> float:
        """How much of my text stands in the other: 0 to 1 of its letters."""
        return _share(self.mine, [(passage.first, passage.last) for passage in self.passages])

    @cached_property
    def other_share(self) -> float:
        """How much of the other text stands in mine."""
        return _share(self.other, [(passage.other_first, passage.other_last) for passage in self.passages])

    @cached_property
    def words(self) -> int:
        """Words of mine in passages."""
        return sum(passage.words for passage in self.passages)

    @cached_property
    def swapped(self) -> Counter[tuple[str, str]]:
        """Pairs of (the other's word, mine) that stand in each other's place, and how often."""
        found: Counter[tuple[str, str]] = Counter()
        for passage in self.passages:
            found.update(self._swapped_in(passage))
        return found

    def _swapped_in(self, passage: Passage) -> Iterator[tuple[str, str]]:
        """Between two seeds that are as far apart in both texts, words that differ were put for each other."""
        for (mine, other), (mine_next, other_next) in zip(passage.seeds, passage.seeds[1:], strict=False):
            if mine_next - mine == other_next - other:
                for step in range(1, mine_next - mine):
                    before, after = self.other.words[other + step], self.mine.words[mine + step]
                    if before != after:
                        yield before, after


def compare(mine: Wording, other: Wording) -> Comparison:
    """The passages of `mine` that are in `other`, word by word or disguised. Time grows with the length of both."""
    return Comparison(mine, other, tuple(_apart(_chained(mine, other))))


@dataclass(eq=False)
class _Chain:
    """Seeds that follow each other closely in both texts."""

    seeds: list[tuple[int, int]]
    values: set[int]

    @property
    def is_long(self) -> bool:
        (first, other_first), (last, other_last) = self.seeds[0], self.seeds[-1]
        return (
            len(self.values) >= SEEDS_MIN
            and min(last - first, other_last - other_first) + 1 >= PASSAGE_WORDS_MIN
        )


def _chained(mine: Wording, other: Wording) -> list[_Chain]:
    """All chains worth a look, the longest first."""
    done: list[_Chain] = []
    open_chains: list[_Chain] = []
    looked_at = 0
    for value, other_place in pairs_of(other.words):
        places = mine.pair_places.get(value)
        if places is None or len(places) > OCCURRENCES_MAX:
            continue
        if other_place != looked_at:
            looked_at = other_place
            ended = [chain for chain in open_chains if other_place - chain.seeds[-1][1] > GAP_WORDS]
            if ended:
                done += [chain for chain in ended if chain.is_long]
                open_chains = [chain for chain in open_chains if chain not in ended]
        for place in places:
            _continue(open_chains, place, other_place, value)
    done += [chain for chain in open_chains if chain.is_long]
    return sorted(done, key=lambda chain: len(chain.values), reverse=True)


def _continue(chains: list[_Chain], place: int, other: int, value: int) -> None:
    """Put a seed at the end of the chain it follows most closely, or let it begin one."""
    best, nearest = None, GAP_WORDS + 1
    for chain in chains:
        last, other_last = chain.seeds[-1]
        if (place, other) == (last, other_last):
            chain.values.add(value)
            return
        step, other_step = place - last, other - other_last
        if 0 < step <= GAP_WORDS and 0 < other_step <= GAP_WORDS:
            distance = abs(step - other_step) + 1
            if distance < nearest:
                best, nearest = chain, distance
    if best is None:
        chains.append(_Chain([(place, other)], {value}))
    else:
        best.seeds.append((place, other))
        best.values.add(value)


def _apart(chains: list[_Chain]) -> list[Passage]:
    """The chains as passages, in the order of my text; of what two chains cover the longer one has it."""
    covered: set[int] = set()
    other_covered: set[int] = set()
    passages = []
    for chain in chains:
        seeds = [
            (mine, other) for mine, other in chain.seeds if mine not in covered and other not in other_covered
        ]
        if len(seeds) < SEEDS_MIN // 2:
            continue
        (first, other_first), (last, other_last) = seeds[0], seeds[-1]
        if min(last - first, other_last - other_first) + 1 < PASSAGE_WORDS_MIN:
            continue
        span, other_span = range(first, last + 1), range(other_first, other_last + 1)
        if len(seeds) < len(chain.seeds) and (
            covered.intersection(span) or other_covered.intersection(other_span)
        ):
            continue
        covered.update(span)
        other_covered.update(other_span)
        passages.append(Passage(first, last, other_first, other_last, tuple(seeds), frozenset(chain.values)))
    return sorted(passages, key=lambda passage: passage.first)


def _share(wording: Wording, spans: list[tuple[int, int]]) -> float:
    letters = sum(end - start for first, last in spans for start, end in wording.places[first : last + 1])
    return letters / wording.letters if wording.letters else 0.0
