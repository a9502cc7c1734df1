"""A text as a row of words."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from wenlan.search.analysis import FILLERS, fold, joined, origins_of_fold, words_with_places
from wenlan.similarity.engine.marks import pair_starts, pair_values

WORDS_MAX = 400_000
"""Words of a text that are looked at, about 800,000 Chinese characters; a copy shows long before."""
CHARACTERS_MAX = 2_500_000
"""Characters of a text that are looked at, so that no time goes into endless blanks and dots."""


@dataclass(frozen=True)
class Wording:
    """The words of `text` that tell something, folded, in their order; no fillers, no punctuation.

    `places` has for each word where it begins and ends in `text`, which is the text of the document as its lines are
    joined.
    """

    text: str
    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def letters(self) -> int:
        """How many characters the words have together."""
        return sum(end - start for start, end in self.places)

    @cached_property
    def _pair_values(self) -> array[int]:
        return array("Q", pair_values(self.words))

    def pairs(self) -> Iterator[tuple[int, int]]:
        """The value of each pair of words, a number of 64 bits, and the place of its first word, in the order of the text."""
        return zip(self._pair_values, pair_starts(len(self.words)), strict=True)

    @cached_property
    def _pair_set(self) -> frozenset[int]:
        return frozenset(self._pair_values)

    def pairs_shared(self, other: Wording) -> frozenset[int]:
        """The pairs that stand in both texts; quickest when this one is the shorter."""
        return self._pair_set.intersection(other._pair_values)

    def passage(self, first: int, last: int) -> str:
        """The text from the word `first` to the word `last`, both included."""
        return self.text[self.places[first][0] : self.places[last][1]]


def wording_of(pages: Iterable[str]) -> Wording:
    """The wording of a document from the text of its pages; those beyond the limits are not asked for."""
    text = joined("\n".join(_within(CHARACTERS_MAX, pages)))
    folded = fold(text)
    origins = None if len(folded) == len(text) else [*origins_of_fold(text), len(text)]
    words: list[str] = []
    places: list[tuple[int, int]] = []
    for word, start, end in words_with_places(folded):
        if word in FILLERS:
            continue
        if len(words) == WORDS_MAX:
            break
        words.append(word)
        places.append((start, end) if origins is None else (origins[start], origins[end - 1] + 1))
    return Wording(text, tuple(words), tuple(places))


def _within(characters: int, pages: Iterable[str]) -> Iterator[str]:
    """The pages until there are so many characters, the last one cut."""
    for page in pages:
        yield page[:characters]
        characters -= len(page)
        if characters <= 0:
            break
