"""What two texts share: passages, how much of either they are, and the words that were swapped in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from wenlan.similarity.engine.chaining import SEEDS_MIN, Chain, chained, spans_a_passage
from wenlan.similarity.engine.wording import Wording


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
    return Comparison(mine, other, tuple(_apart(chained(mine, other), mine, other)))


def _apart(chains: list[Chain], mine: Wording, other: Wording) -> list[Passage]:
    """The chains as passages, in the order of my text; of what two chains cover the longer one has it."""
    covered, other_covered = bytearray(len(mine)), bytearray(len(other))
    passages = []
    for chain in chains:
        for seeds in _uncovered(chain.seeds, covered, other_covered):
            (first, other_first), (last, other_last) = seeds[0], seeds[-1]
            if len(seeds) >= SEEDS_MIN // 2 and spans_a_passage(seeds):
                covered[first : last + 1] = b"\1" * (last + 1 - first)
                other_covered[other_first : other_last + 1] = b"\1" * (other_last + 1 - other_first)
                values = frozenset(chain.values)
                passages.append(Passage(first, last, other_first, other_last, tuple(seeds), values))
    return sorted(passages, key=lambda passage: passage.first)


def _uncovered(
    seeds: list[tuple[int, int]], covered: bytearray, other_covered: bytearray
) -> list[list[tuple[int, int]]]:
    """The seeds in runs between which something is covered, without those that are."""
    runs: list[list[tuple[int, int]]] = []
    last, other_last = seeds[0]
    is_broken = True
    for place, other_place in seeds:
        is_broken = is_broken or 1 in covered[last:place] or 1 in other_covered[other_last:other_place]
        if covered[place] or other_covered[other_place]:
            is_broken = True
        else:
            if is_broken:
                runs.append([])
            runs[-1].append((place, other_place))
            is_broken = False
        last, other_last = place, other_place
    return runs


def _share(wording: Wording, spans: list[tuple[int, int]]) -> float:
    letters = sum(end - start for first, last in spans for start, end in wording.places[first : last + 1])
    return letters / wording.letters if wording.letters else 0.0
