"""Marks: a sample of the pairs of words in a text, by which the texts that share some are found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from heapq import nsmallest

REACH = 4
"""A pair is a word and one of so many that follow it: dropped and added words leave some of them whole."""
SAMPLING = 8
"""One pair of so many is a mark: it is chosen by its value alone, so that both sides choose the same."""
MARKS_MAX = 20_000
"""Of a very long text those of the lowest values are kept."""

_BITS = 64
_ALL = (1 << _BITS) - 1
_FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F  # odd, so that no bit of a word is lost


@lru_cache(maxsize=1 << 17)
def _word_value(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")


def pairs_of(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The value of each pair, a number of 64 bits, and the place of its first word."""
    values = [_word_value(word) for word in words]
    seconds = [value * _SECOND & _ALL for value in values]
    for place, value in enumerate(values):
        first = value * _FIRST & _ALL
        for second in seconds[place + 1 : place + 1 + REACH]:
            pair = (first ^ second) * _FIRST & _ALL
            yield pair ^ pair >> 29, place


def marks_of(words: Sequence[str]) -> set[int]:
    """The marks of a text: at most `MARKS_MAX` numbers of 63 bits, which any database can hold."""
    marks = {value >> 1 for value, _ in pairs_of(words) if is_mark(value)}
    return marks if len(marks) <= MARKS_MAX else set(nsmallest(MARKS_MAX, marks))


def is_mark(value: int) -> bool:
    """Whether the pair of this value is in the sample."""
    return value >> 32 & SAMPLING - 1 == 0
