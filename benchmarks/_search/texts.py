"""Made-up documents and queries: words as often as in real Chinese, the same ones in each run.

The words and how often each occurs are those of jieba's list, asked of the installed `rjieba`, which keeps the list to
itself but answers for each word. Asked for are all single characters, the pairs of common ones, and words of three and four
characters made of common words: some 138,000 of the 349,000 words of that list, 93 % of all that it counted.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import rjieba

from wenlan.search.analysis import FILLERS

WORDS_OF_A_DOCUMENT = 400
WORDS_OF_A_TITLE = 4
WORDS_OF_A_QUERY = (1, 2, 3, 4)
DRAWN_FROM = 2_000_000
_COMMON_CHARACTERS, _COMMON_WORDS, _COMMON_ENDS = 3500, 3000, 800


class Document(NamedTuple):
    number: int
    title: str
    text: str
    segmented: str
    """The words of the text with blanks between them, for those that cannot cut Chinese themselves."""


def word_counts() -> dict[str, int]:
    """Words of jieba's list, the commonest first, and how often each was counted."""
    has = rjieba.has_word
    count = rjieba.suggest_freq  # of a word in the list: how often it was counted

    def common(words: Iterable[str], most: int) -> list[str]:
        return sorted(words, key=count, reverse=True)[:most]

    characters = [character for character in map(chr, range(0x4E00, 0xA000)) if has(character)]
    usual = common(characters, _COMMON_CHARACTERS)
    pairs = [word for a in usual for b in usual if has(word := a + b)]
    words, ends = common(pairs, _COMMON_WORDS), usual[:_COMMON_ENDS]
    found = {*characters, *pairs}
    found |= {longer for word in words for end in ends for longer in (word + end, end + word) if has(longer)}
    found |= {longer for one in words for other in words if has(longer := one + other)}
    counts = {word: count(word) for word in found}
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


class Writer:
    """Writes documents; number n is the same one whoever writes it."""

    def __init__(self, counts: dict[str, int]) -> None:
        share = DRAWN_FROM / sum(counts.values())
        #: Each word as often as it is to be drawn; drawing from that is quicker than weighing.
        self._words = [word for word, count in counts.items() for _ in range(max(1, round(count * share)))]

    def document(self, number: int) -> Document:
        chance = random.Random(number)  # noqa: S311 (a fixed sequence)
        words = chance.choices(self._words, k=WORDS_OF_A_DOCUMENT)
        sentences, start = [], 0
        while start < len(words):
            end = start + chance.randint(5, 20)
            sentences.append("".join(words[start:end]))
            start = end
        title = "".join(words[-WORDS_OF_A_TITLE:])
        return Document(number, title, "。\n".join(sentences) + "。", " ".join(words))

    def queries(self, documents: int, count: int, words: int) -> list[str]:
        """Words of two characters and more that stand in one document, as somebody would ask for it."""
        chance = random.Random(words)  # noqa: S311 (a fixed sequence)
        asked: list[str] = []
        while len(asked) < count:
            text = self.document(chance.randint(1, documents)).segmented
            telling = sorted({word for word in text.split() if len(word) > 1 and word not in FILLERS})
            asked.append(" ".join(chance.sample(telling, words)))
        return asked


def batches(documents: int, size: int) -> Iterator[range]:
    return (range(first, min(first + size, documents + 1)) for first in range(1, documents + 1, size))


class Store:
    """The texts in SQLite, as the site keeps its pages: what each way to search takes them from, and snippets are made of."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = sqlite3.connect(path)
        self.connection.execute("PRAGMA journal_mode = OFF")
        self.connection.execute("PRAGMA synchronous = OFF")
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS texts (number INTEGER PRIMARY KEY, title TEXT, text TEXT, segmented TEXT)"
        )

    def write(self, documents: Iterable[Document]) -> None:
        with self.connection:
            self.connection.executemany("INSERT INTO texts VALUES (?, ?, ?, ?)", documents)

    def read(self, numbers: range) -> list[Document]:
        rows = self.connection.execute(
            "SELECT number, title, text, segmented FROM texts WHERE number BETWEEN ? AND ?",
            (numbers.start, numbers.stop - 1),
        )
        return [Document(*row) for row in rows]

    def texts(self, numbers: list[int]) -> list[tuple[str, str]]:
        """Title and text of each, in the order of `numbers`."""
        marks = ",".join("?" * len(numbers))
        rows = self.connection.execute(
            f"SELECT number, title, text FROM texts WHERE number IN ({marks})",  # noqa: S608 (question marks)
            numbers,
        )
        found = {number: (title, text) for number, title, text in rows}
        return [found[number] for number in numbers]
