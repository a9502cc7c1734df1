"""What a search with a slip of the pen, or with the right sound in the wrong characters, may have meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from wenlan.search.analysis import QUERY_MAX_CHARACTERS, UNSPACED, fold, origins_of_fold
from wenlan.search.models import Word
from wenlan.search.pinyin import alike, sounds_of
from wenlan.search.suggestions import names_with
from wenlan.search.vocabulary import LONG_WORD, forms_of, is_unspaced

CANDIDATES_MAX = 3
WORDS_READ = 12
CHARACTERS_READ = 24
"""Of each run of Chinese; nobody is corrected in a text longer than this."""
ROW_MAX = 6
PART_OFF = 0.4
LOOKED_AT = 300

#: Operators and what they ask for, which are not words to be corrected: -word, format:ppt, author:"two words".
_OPERATORS = re.compile(r"""(?:(?<!\S)[-－]|[^\s"“”:：]+[:：])(?:"[^"]*"|“[^”]*”|\S+)""")


_WORD = re.compile(rf"[{UNSPACED}]+|[^\W\d_{UNSPACED}]+")


@dataclass(frozen=True)
class _Span:
    """Something written in folded text from `start` to `end`: a word, or a row of Chinese characters."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class _Correction:
    span: _Span
    word: str
    distance: float


def corrections(text: str) -> list[str]:
    """Other searches that `text` may have meant, the likeliest first; none when nothing comes near.

    The words are those of titles, tags and names that everybody may see. Nobody has looked yet whether they find
    anything.
    """
    text = text[:QUERY_MAX_CHARACTERS]
    folded = fold(text)
    spans = list(_spans(_OPERATORS.sub(lambda found: " " * len(found[0]), folded)))
    found = sorted(
        _corrections(spans), key=lambda one: (one.distance, one.span.start - one.span.end, one.word)
    )
    together = _apart(found)
    chosen = {one.span for one in together}
    ways = [together, *([one] for one in found if one.span in chosen)]
    origins = [*origins_of_fold(text), len(text)]
    return list(dict.fromkeys(_written(text, way, origins) for way in ways if way))[:CANDIDATES_MAX]


def _spans(folded: str) -> Iterator[_Span]:
    """Each word of letters; of Chinese, which is cut wrongly where it is written wrongly, each row of a few characters."""
    for match in list(_WORD.finditer(folded))[:WORDS_READ]:
        start, end = match.span()
        if not is_unspaced(match.group()):
            yield _Span(start, end, match.group())
            continue
        for first in range(start, min(end, start + CHARACTERS_READ)):
            for last in range(first + 2, min(end, first + ROW_MAX) + 1):
                yield _Span(first, last, folded[first:last])


def _corrections(spans: list[_Span]) -> Iterator[_Correction]:
    """The nearest words of the library for each span that is none itself; a word that is one is left alone."""
    forms = {span.text: forms_of(span.text) for span in spans if len(span.text) > 1}
    if not forms:
        return
    words = set(
        Word.objects.filter(forms__form__in=set().union(*forms.values()))
        .order_by("word")
        .values_list("word", flat=True)
        .distinct()[:LOOKED_AT]
    )
    for span in spans:
        if span.text in words:
            continue
        near = sorted((_distance(span.text, word), word) for word in words)
        for distance, word in near[:2]:
            if distance < _tolerated(span.text) and names_with(word):
                yield _Correction(span, word, distance)


def _distance(written: str, word: str) -> float:
    """How far apart two words are: 0.2 if they sound the same, 0.5 if to many, else letters to change.

    Few leave letters away and mean the rest: a word that is a part of what was written is further off.
    """
    sounds, others = _sounds(written), _sounds(word)
    if sounds & others:
        return 0.2 if is_unspaced(written) == is_unspaced(word) else 0.4
    if {alike(sound) for sound in sounds} & {alike(sound) for sound in others}:
        return 0.5
    return OSA.distance(written, word) + PART_OFF * (word in written)


def _sounds(word: str) -> set[str]:
    return set(sounds_of(word)) if is_unspaced(word) else {word}


def _tolerated(written: str) -> float:
    """Changed letters from which on two words have nothing to do with each other."""
    if is_unspaced(written):
        return 1.5 if len(written) > 2 else 1.0
    return 2.5 if len(written) >= LONG_WORD else 1.5


def _apart(found: list[_Correction]) -> list[_Correction]:
    """As many corrections as do not meddle with each other, the best first."""
    chosen: list[_Correction] = []
    for one in found:
        if all(one.span.end <= other.span.start or other.span.end <= one.span.start for other in chosen):
            chosen.append(one)
    return chosen


def _written(text: str, way: list[_Correction], origins: list[int]) -> str:
    """`text` with the corrections in it, whatever else it has left as it is."""
    for one in sorted(way, key=lambda one: -one.span.start):
        start, end = origins[one.span.start], origins[one.span.end]
        text = text[:start] + one.word + text[end:]
    return text
