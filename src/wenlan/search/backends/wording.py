"""What a search asks for, whichever index is asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from wenlan.search.analysis import SearchQuery

#: How much a field counts in the ranking, beside the whole text.
BOOSTS = {"grams": 1.0, "words": 1.0, "title": 1.0, "headings": 0.6, "tags": 0.5, "author": 0.3}

RARE_SHARE = 0.25
"""Of all documents; what more of them have says little about any."""
RARE_DOCUMENTS = 10_000
"""Fewer are scored so quickly that every term may count."""

Term = tuple[str, str]
"""A field and what stands in it."""


def needed_count(words: int, *, most_words: bool) -> int:
    """How many of the words of a query a document must have.

    Both of two. A third of a sentence when the best come first: a question is asked in other words than it
    is answered in, and what has more of them ranks higher anyway (measured by benchmarks/relevance.py). Two
    thirds when another order would mix what hardly fits with what does.
    """
    if words <= 2:
        return words
    return math.ceil(words * 2 / 3) if most_words else max(1, words // 3)


def readings(query: SearchQuery, most_words: bool) -> Iterator[tuple[SearchQuery, int]]:
    """The query and how many of its words are needed: as it was asked, then with less and less to ask for.

    Words that were quoted need not stand together when they do so nowhere where everybody may read.
    """
    needed = needed_count(len(query.needed), most_words=most_words)
    yield query, needed
    loose = query.without_quotes()
    loosely_needed = needed_count(len(loose.needed), most_words=most_words)
    if loose is not query:
        yield loose, loosely_needed
    if loosely_needed > 1:
        yield loose, 1


def common_among(query: SearchQuery, frequency: Callable[[str, str], int], *, total: int) -> frozenset[Term]:
    """Terms of the whole text that so many documents have that they tell little, and cost most to count.

    `frequency` tells in how many of the `total` documents a term stands in a field. At least the rarest term of the
    query is never among them; and titles are few words, where every one counts.
    """
    most = max(RARE_DOCUMENTS, int(total * RARE_SHARE))
    common: set[Term] = set()
    for field, terms in (("grams", query.grams), ("words", query.words)):
        by_frequency = sorted((frequency(field, term), term) for term in terms)
        common |= {(field, term) for count, term in by_frequency[1:] if count > most}
    return frozenset(common)


def telling(
    words: Mapping[str, float], frequencies: Mapping[str, int], *, total: int, limit: int
) -> dict[str, float]:
    """The words that say most about a text: weight × inverse document frequency.

    `frequencies` is how many of the `total` documents have each word. Words that only one document has connect it
    with nothing, and words that most of them have say nothing.
    """
    weights: dict[str, float] = {}
    for word, weight in words.items():
        frequency = frequencies.get(word, 0)
        if 2 <= frequency <= max(3, total // 2):
            weights[word] = weight * math.log(1 + total / frequency)
    best = sorted(weights, key=lambda word: (-weights[word], word))[:limit]
    return {word: weights[word] for word in best}
