"""Marks: a sample of the pairs of words in a text, by which the texts that share some are found."""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from heapq import nsmallest

REACH = 4
"""A pair is a word and one of so many that follow it: dropped and added words leave some of them whole."""
SAMPLING = 8
"""One pair of so many is a mark: it is chosen by its value alone, so that both sides choose the same."""
SHORT_WORDS, SHORT_SAMPLING = 1_000, 4
"""A text of so few words has a mark of one pair of four; those of the longer ones are among them."""
MARKS_MAX = 20_000
"""Of a very long text those of the lowest values are kept."""
KEY_SAMPLINGS = SHORT_SAMPLING, SAMPLING, 16
KEYS_ENOUGH = 180
"""A text is looked up by one pair of four, eight or sixteen: the first of these that leaves it no more keys than so
many. A third of it then has some six of them, though every third word of that was swapped."""

_BITS = 64
_ALL = (1 << _BITS) - 1
_CUT, _CHOOSING = 31, 15
_FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F  # odd, so that no bit of a word is lost


@lru_cache(maxsize=1 << 17)
def _word_values(word: str) -> tuple[int, int]:
    """What a word gives to a pair as its first and as its second."""
    value = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
    return value * _FIRST & _ALL, value * _SECOND & _ALL


def pair_values(words: Sequence[str]) -> Iterator[int]:
    """The value of each pair, a number of 64 bits, in the order of the text."""
    both = [_word_values(word) for word in words]
    seconds = [second for _, second in both]
    for place, (first, _) in enumerate(both, 1):
        for second in seconds[place : place + REACH]:
            pair = (first ^ second) * _FIRST & _ALL
            yield pair ^ pair >> 29


def pair_starts(length: int) -> Iterator[int]:
    """The place of the first word of each pair, in a text of so many words."""
    for place in range(length):
        for _ in range(min(REACH, length - 1 - place)):
            yield place


def marks_of(words: Sequence[str]) -> set[int]:
    """The marks of a text: at most `MARKS_MAX` numbers of 63 bits, which any database can hold."""
    others = (SAMPLING if len(words) > SHORT_WORDS else SHORT_SAMPLING) - 1
    marks = {value >> 1 for value in pair_values(words) if not value >> 32 & others}
    return marks if len(marks) <= MARKS_MAX else set(nsmallest(MARKS_MAX, marks))


def key_of(mark: int) -> int:
    """The number by which a mark is looked up; no other mark has it.

    Those that a text of any length has come first, then those of shorter ones: as an index is in the order of its keys,
    what only short texts have is together, and away from the rest.
    """
    return (mark >> _CUT & _CHOOSING) << _CUT + 28 | mark >> _CUT + 4 << _CUT | mark & (1 << _CUT) - 1


def keys_of(marks: Iterable[int]) -> set[int]:
    """The keys by which a text can be looked up: of all its marks if it is short, of a longer one those of some.

    They are chosen by their value alone. Of texts of unlike length both have those that the longer one has.
    """
    keys = {key_of(mark) for mark in marks}
    for sampling in KEY_SAMPLINGS:
        keys = {key for key in keys if not key >> _CUT + 28 & sampling - 1}
        if len(keys) <= KEYS_ENOUGH:
            break
    return keys


def cut(marks: Iterable[int]) -> set[int]:
    """The marks without their lower half, which is enough to count those that two texts share."""
    return {mark >> _CUT for mark in marks}


def packed(marks: Iterable[int]) -> bytes:
    """The cut marks as numbers of 32 bits, the lowest byte first, in their order."""
    numbers = array("I", sorted(cut(marks)))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def unpacked(marks: bytes | memoryview) -> frozenset[int]:
    """Cut marks as `packed` has left them."""
    numbers = array("I")
    numbers.frombytes(marks)
    if sys.byteorder == "big":
        numbers.byteswap()
    return frozenset(numbers)


def in_one_sample(mine: Set[int], other: Set[int]) -> tuple[Set[int], Set[int], int]:
    """The cut marks of two texts that can be counted against each other, and how many pairs each stands for.

    Of a short text beside a long one those that a long text has, too.
    """
    samples = _of_long(mine), _of_long(other)
    if len(samples[0]) < len(mine) and len(samples[1]) < len(other):
        return mine, other, SHORT_SAMPLING
    return *samples, SAMPLING


def _of_long(marks: Set[int]) -> Set[int]:
    return {mark for mark in marks if not mark & SAMPLING - 1}
