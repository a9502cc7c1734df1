"""Seeds, pairs of words that two texts share, put together into chains, as programs that align genomes do.

However often the texts repeat themselves, time grows with the number of seeds, and that is bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wenlan.similarity.engine.wording import Wording

GAP_WORDS = 20
"""So many words may stand between two seeds of a passage, in either text."""
PASSAGE_WORDS_MIN = 12
SEEDS_MIN = 6
WORDS_PER_SEED_MAX = 4
"""A passage has a seed for so many of its words at least: thinner ones come by chance where texts have few words."""
OCCURRENCES_MAX = 6
"""A pair that stands in the shorter text more often than this says nothing about where in it."""
DENSE_WORDS = 60_000
"""Of a longer text only every second pair, every third … is a seed: its passages are longer, too."""
SEEDS_MAX = 1_000_000
"""Seeds of two texts that are looked at; more are only in texts made of the same few words."""
_SWEEP_WORDS = 2_000
_CHAINS_AT_ONE_PLACE = 4


@dataclass(eq=False)
class Chain:
    """Seeds that follow each other closely in both texts: places of words in either."""

    seeds: list[tuple[int, int]]
    values: set[int]

    def is_worth_a_look(self, words_per_seed: int) -> bool:
        words = _words(self.seeds)
        return words >= PASSAGE_WORDS_MIN and len(self.values) >= max(SEEDS_MIN, words / words_per_seed)


def spans_a_passage(seeds: list[tuple[int, int]]) -> bool:
    return _words(seeds) >= PASSAGE_WORDS_MIN


def _words(seeds: list[tuple[int, int]]) -> int:
    """From the first seed to the last one, in the text in which that is less."""
    (first, other_first), (last, other_last) = seeds[0], seeds[-1]
    return min(last - first, other_last - other_first) + 1


def chained(mine: Wording, other: Wording) -> list[Chain]:
    """All chains worth a look, the longest first."""
    if len(mine) <= len(other):
        chains = _chained(mine, other)
    else:
        chains = _chained(other, mine)
        for chain in chains:
            chain.seeds = [(place, other_place) for other_place, place in chain.seeds]
    return sorted(chains, key=lambda chain: len(chain.values), reverse=True)


def _chained(short: Wording, long: Wording) -> list[Chain]:
    every = 1 + len(short) // DENSE_WORDS
    row = _Row(GAP_WORDS + 4 * (every - 1), WORDS_PER_SEED_MAX * every)
    for count, (place, long_place, value) in enumerate(_seeds(short, long, every)):
        if count == SEEDS_MAX:
            break
        row.add(place, long_place, value)
    return row.finished()


def _seeds(short: Wording, long: Wording, every: int) -> Iterator[tuple[int, int, int]]:
    """The place in either text and the value of each pair they share, in the order of the longer one."""
    if every > 1:
        index = _index(pair for pair in short.pairs() if pair[0] % every == 0)
    else:
        shared = short.pairs_shared(long)
        if len(shared) < SEEDS_MIN:
            return
        index = _index(pair for pair in short.pairs() if pair[0] in shared)
    for value, long_place in long.pairs():
        places = index.get(value)
        if places is not None and len(places) <= OCCURRENCES_MAX:
            for place in places:
                yield place, long_place, value


def _index(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    index: dict[int, list[int]] = {}
    for value, place in pairs:
        index.setdefault(value, []).append(place)
    return index


class _Row:
    """The chains there are so far, by the place in the shorter text where they end, a few at each."""

    def __init__(self, gap: int, words_per_seed: int) -> None:
        self._gap = gap
        self._words_per_seed = words_per_seed
        self._ends: dict[int, list[Chain]] = {}
        self._done: list[Chain] = []
        self._sweep_at = _SWEEP_WORDS

    def add(self, place: int, long_place: int, value: int) -> None:
        """Put a seed at the end of the chain it follows most closely, or let it begin one."""
        if long_place >= self._sweep_at:
            self._sweep(long_place)
        there = self._ends.setdefault(place, [])
        for chain in there:
            if chain.seeds[-1][1] == long_place:
                chain.values.add(value)
                return
        followed = self._followed(place, long_place)
        if followed is None:
            followed = Chain([(place, long_place)], {value})
        else:
            self._ends[followed.seeds[-1][0]].remove(followed)
            followed.seeds.append((place, long_place))
            followed.values.add(value)
        there.append(followed)
        if len(there) > _CHAINS_AT_ONE_PLACE:
            self._drop_one(there, long_place)

    def _followed(self, place: int, long_place: int) -> Chain | None:
        best, nearest = None, self._gap + 1
        for step in range(1, self._gap + 1):
            for chain in self._ends.get(place - step, ()):
                long_step = long_place - chain.seeds[-1][1]
                if 0 < long_step <= self._gap and abs(step - long_step) < nearest:
                    best, nearest = chain, abs(step - long_step)
            if nearest == 0:
                break
        return best

    def _drop_one(self, chains: list[Chain], long_place: int) -> None:
        """End one that nothing can follow any more, else the shortest."""
        chain = min(chains, key=lambda chain: (self._is_open(chain, long_place), len(chain.seeds)))
        chains.remove(chain)
        self._end(chain)

    def _is_open(self, chain: Chain, long_place: int) -> bool:
        return long_place - chain.seeds[-1][1] <= self._gap

    def _end(self, chain: Chain) -> None:
        if chain.is_worth_a_look(self._words_per_seed):
            self._done.append(chain)

    def _sweep(self, long_place: int) -> None:
        """Forget chains that nothing can follow any more."""
        ends, self._ends = self._ends, {}
        for place, chains in ends.items():
            still_open = [chain for chain in chains if self._is_open(chain, long_place)]
            for chain in chains:
                if chain not in still_open:
                    self._end(chain)
            if still_open:
                self._ends[place] = still_open
        self._sweep_at = long_place + _SWEEP_WORDS

    def finished(self) -> list[Chain]:
        for chains in self._ends.values():
            for chain in chains:
                self._end(chain)
        return self._done
