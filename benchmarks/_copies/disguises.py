"""Copies of texts, disguised in the ways that fill sites of this kind."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass, field

import rjieba

_SENTENCE = re.compile(r".+?(?:[。！？；]|[.!?;](?=\s)|$)", re.DOTALL)
_WORD = re.compile(r"[\u4e00-\u9fff]{2,}|[^\W\d_\u4e00-\u9fff]{3,}")


@dataclass(frozen=True)
class Copied:
    """A copy of the text `number`, and the other texts that it has something of, too."""

    number: int
    text: str
    others: frozenset[int]


def sentences(text: str) -> list[str]:
    return _SENTENCE.findall(text)


@dataclass
class Disguise:
    """Swaps words and shuffles sentences, the same way in each run."""

    texts: list[str]
    synonyms: dict[str, list[str]]
    random: random.Random = field(default_factory=lambda: random.Random(20260101))  # noqa: S311 (a fixed sequence)
    words: int = 0
    words_swapped: int = 0

    def swapped(self, text: str, share: float) -> str:
        """The text with so many of its words swapped, or as many as have synonyms; blanks are no words."""
        words = list(rjieba.cut(text))
        count = sum(not word.isspace() for word in words)
        able = [place for place, word in enumerate(words) if self.synonyms.get(word)]
        chosen = self.random.sample(able, min(len(able), round(share * count)))
        for place in chosen:
            words[place] = self.random.choice(self.synonyms[words[place]])
        self.words += count
        self.words_swapped += len(chosen)
        return "".join(words)

    def whole(self, number: int, share: float) -> Copied:
        """The whole text without one of its sentences, with another one moved and one of another text added."""
        parts = sentences(self.texts[number])
        if len(parts) > 3:
            parts.pop(self.random.randrange(len(parts)))
        moved = parts.pop(self.random.randrange(len(parts)))
        parts.insert(self.random.randrange(len(parts) + 1), moved)
        donor = self.random.randrange(len(self.texts))
        added = self.random.choice(sentences(self.texts[donor]))
        parts.insert(self.random.randrange(len(parts) + 1), added)
        return Copied(number, self.swapped("".join(parts), share), frozenset({donor} - {number}))

    def third(self, number: int, share: float) -> Copied:
        """Another text with a third of this one in its middle."""
        text = self.texts[number]
        length = len(text) // 3
        start = self.random.randrange(len(text) - length + 1)
        host = (number + len(self.texts) // 2) % len(self.texts)
        half = len(self.texts[host]) // 2
        copied = self.swapped(text[start : start + length], share)
        whole = self.texts[host][:half] + copied + self.texts[host][half:]
        return Copied(number, whole, frozenset({host}))


def words_of_same_length(texts: list[str]) -> dict[str, list[str]]:
    """For each word of two characters and more three others, which stand in no relation to it: the worst disguise."""
    chance = random.Random(1)  # noqa: S311 (a fixed sequence)
    known = sorted({word for text in texts for word in rjieba.cut(text) if _WORD.fullmatch(word)})
    by_length: dict[int, list[str]] = defaultdict(list)
    for word in known:
        by_length[len(word)].append(word)
    return {word: [chance.choice(by_length[len(word)]) for _ in range(3)] for word in known}
