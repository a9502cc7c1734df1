"""Where on a page a query is found, and how that is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from wenlan.search.analysis import (
    FILLERS,
    UNSPACED,
    SearchQuery,
    fold,
    in_dictionary,
    joined,
    origins_of_fold,
    stem,
    words_as_typed,
)

EXCERPT_CHARACTERS = 120
"""Length of an excerpt of Chinese; text with blanks needs about twice as many."""
LEAD_CHARACTERS = 24
NEEDLES_MAX = 8

_UNSPACED_RUN = re.compile(f"[{UNSPACED}]+")
_SPACED_WORD = rf"[^\W\d_{UNSPACED}]+"
_LETTERS = rf"[^\W\d_{UNSPACED}]*"
_SPACED_LETTER = re.compile(rf"[^\W\d_{UNSPACED}]")
#: Letters and digits that `fold` and `stem` make others of than `lower` does.
_FOLDED = re.compile("[À-ÖØ-öø-ɏḀ-ỿ０-９Ａ-Ｚａ-ｚ]")
#: A row of dots, dashes or lines, close together or with blanks between them; an ellipsis (…… or ...) is none.
_LEADERS = re.compile(" ?(?:(?:[-.·•‧∙⋅‥…⋯・．。｡_＿﹍﹎﹏—―─━┄┅┈┉－~～] ?){4,}|(?:[…⋯] ?){3,})")
_LEADERS_SHOWN = " … "
_PAGE_NUMBER = re.compile(r"\s?[\divxIVX]{1,5}[ \t]*$", re.MULTILINE)
_CONTENTS_ROWS = 3
_CONTENTS_CHARACTERS = 4000
"""Of a page, where a table of contents shows itself as one."""
_SENTENCE_END = re.compile(r"[。！？；.!?;]\s*")


@dataclass(frozen=True)
class Excerpt:
    """A passage with what was found marked; `found` counts the different words found in it."""

    html: SafeString
    found: int


class Highlighter:
    """Finds the words of one query in the text of documents, in the forms that the index folds into one."""

    def __init__(self, query: SearchQuery) -> None:
        folded = fold(query.text)
        self._unspaced = list(dict.fromkeys(_unspaced_terms(folded)))
        self._spaced = {stem(word) for word in re.findall(_SPACED_WORD, folded)}
        self._spaced -= FILLERS if self._spaced - FILLERS else set()
        self._numbers = set(re.findall(r"\d+", folded))
        alternatives = [
            r"\s*".join(map(re.escape, term)) for term in sorted(self._unspaced, key=len, reverse=True)
        ]
        alternatives += [_SPACED_WORD] if self._spaced else []
        alternatives += [r"\d+"] if self._numbers else []
        self._pattern = re.compile("|".join(alternatives)) if alternatives else None

        prefixes = [word[:-1] if len(word) > 3 else word for word in self._spaced]
        #: Strings of which a page has at least one, folded, if anything is found on it.
        self.needles = _needles([*prefixes, *self._numbers, *self._unspaced])
        self._unspaced_bits = _bits(self.needles, self._unspaced)
        self._word_bits = _bits(self.needles, [term for term in self._unspaced if in_dictionary(term)])
        beginnings = [rf"(?:{'|'.join(map(re.escape, prefixes))}){_LETTERS}"] if prefixes else []
        beginnings += sorted(self._numbers, key=len, reverse=True)
        self._beginning = re.compile("|".join(beginnings)) if beginnings else None

    def needles_in(self, text: str) -> int | None:
        """Which needles are in `text`: bit 0 for the first, and so on; None if nothing of the query is there.

        Quick, so that many pages can be asked. It may still be nothing: `art` is in `party`.
        """
        plain = text.replace("-\n", "").replace("\n", "").replace(" ", "").replace("\u3000", "")
        if self._beginning is not None:
            plain = plain.lower()
        found = sum(1 << place for place, needle in enumerate(self.needles) if needle in plain)
        may_be_folded = self._beginning is not None and _FOLDED.search(text)
        return found if found or may_be_folded else None

    def count_in(self, text: str, needles: int) -> int:
        """How many different words of the query are in `text`, which has these `needles`."""
        return (needles & self._unspaced_bits).bit_count() + len(self._spaced_in(text))

    def has_word(self, text: str, needles: int) -> bool:
        """Whether a whole word of the query is in `text`; of Chinese, one that a dictionary knows."""
        return bool(needles & self._word_bits) or bool(self._spaced_in(text))

    def _spaced_in(self, text: str) -> set[str]:
        """The words of scripts with blanks and the numbers of the query that are in `text`."""
        if self._beginning is None:
            return set()
        if _FOLDED.search(text):
            return {word for _, _, word in self._found(fold(joined(text))) if not _UNSPACED_RUN.match(word)}
        plain = text.replace("-\n", "").lower()
        matches = (match for match in self._beginning.finditer(plain) if self._is_whole(match, plain))
        return {match.group() if match.group().isdecimal() else stem(match.group()) for match in matches}

    def _is_whole(self, match: re.Match[str], text: str) -> bool:
        word, before = match.group(), text[match.start() - 1 : match.start()]
        if word.isdecimal():
            return not before.isdecimal() and not text[match.end() : match.end() + 1].isdecimal()
        return not _SPACED_LETTER.match(before) and stem(word) in self._spaced

    def _found(self, folded: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and normal form of each word found."""
        if self._pattern is None:
            return
        for match in self._pattern.finditer(folded):
            word = match.group()
            if _UNSPACED_RUN.match(word):
                yield match.start(), match.end(), word
            elif word.isdecimal():
                if word in self._numbers:
                    yield match.start(), match.end(), word
            elif (stemmed := stem(word)) in self._spaced:
                yield match.start(), match.end(), stemmed

    def spans_in(self, text: str) -> list[tuple[int, int]]:
        """Start and end of what is found in `text`, which is in NFC, touching finds as one."""
        origins = [*origins_of_fold(text), len(text)]
        spans: list[tuple[int, int]] = []
        for start, end, _ in self._found(fold(text)):
            begin, stop = origins[start], origins[end - 1] + 1
            if spans and spans[-1][1] >= begin:
                begin, stop = spans[-1][0], max(spans.pop()[1], stop)
            spans.append((begin, stop))
        return spans

    def marked(self, text: str) -> SafeString:
        """All of `text`, with what was found in <mark>."""
        return self._cut(joined(text), length=None).html

    def excerpt(self, text: str) -> Excerpt:
        """The passage of `text` in which most of the query is found; its beginning if nothing is.

        What only leads the eye, as the dots of a table of contents do, is shown as one ellipsis.
        """
        line = " ".join(joined(text).split())
        return self._cut(_LEADERS.sub(_LEADERS_SHOWN, line).strip(), length=EXCERPT_CHARACTERS)

    def _cut(self, text: str, *, length: int | None) -> Excerpt:
        folded = fold(text)
        found = list(self._found(folded))
        if len(folded) != len(text):
            origins = [*origins_of_fold(text), len(text)]
            found = [(origins[start], origins[end - 1] + 1, word) for start, end, word in found]
        start, end = (0, len(text)) if length is None else _window(text, found, length)
        within = [mark for mark in found if start <= mark[0] and mark[1] <= end]
        html = _with_marks(text, start, end, within)
        if start > 0:
            html = "…" + html
        if end < len(text):
            html += "…"
        return Excerpt(mark_safe(html), len({word for _, _, word in within}))  # noqa: S308 - every part is escaped


def is_contents(text: str) -> bool:
    """Whether `text`, of a page, has a table of contents: rows of dots that lead to a number."""
    beginning = text[:_CONTENTS_CHARACTERS]
    ends = (match.end() for match in _LEADERS.finditer(beginning))
    return sum(_PAGE_NUMBER.match(beginning, end) is not None for end in ends) >= _CONTENTS_ROWS


def _unspaced_terms(folded: str) -> Iterator[str]:
    """What to look for in Chinese: what was typed, and its words; its pairs where all words are single characters."""
    for run in _UNSPACED_RUN.findall(folded):
        words = [word for word in words_as_typed(run) if word not in FILLERS]
        long_words = [word for word in words if len(word) > 1]
        if len(run) <= 12:
            yield run
        yield from long_words
        if not long_words:
            yield from (run[index : index + 2] for index in range(len(run) - 1))


def _needles(terms: list[str]) -> list[str]:
    needles: list[str] = []
    for term in sorted(terms, key=lambda term: (len(term), term)):
        if not any(needle in term for needle in needles):  # the longer is found where the shorter is
            needles.append(term)
    return needles[-NEEDLES_MAX:]


def _bits(needles: list[str], terms: list[str]) -> int:
    return sum(1 << place for place, needle in enumerate(needles) if needle in terms)


def _window(text: str, found: list[tuple[int, int, str]], length: int) -> tuple[int, int]:
    """The stretch of about `length` characters of Chinese that has most different words.

    Of those with as many, one outside a table of contents, then the one with most words.
    """
    if not text.isascii() and _is_mostly_unspaced(text):
        lead = LEAD_CHARACTERS
    else:
        lead, length = LEAD_CHARACTERS * 2, length * 2
    best, best_start = (0, False, 0), 0
    for index, (start, _, _) in enumerate(found):
        stop = start + length - lead
        inside = [word for begin, end, word in found[index : index + 20] if end <= stop]
        is_prose = text.count(_LEADERS_SHOWN, start, stop) < 2
        if (len(set(inside)), is_prose, len(inside)) > best:
            best, best_start = (len(set(inside)), is_prose, len(inside)), start
    start = max(0, best_start - lead)
    start = _forward_to_start(text, start, best_start)
    end = min(len(text), start + length)
    if end < len(text) and (blank := text.rfind(" ", best_start, end)) > end - 20:
        end = max(blank, best_start + 1)
    return start, end


def _is_mostly_unspaced(text: str) -> bool:
    sample = text[:400]
    return sum(map(len, _UNSPACED_RUN.findall(sample))) * 3 > len(sample)


def _forward_to_start(text: str, start: int, limit: int) -> int:
    """A better place to begin between `start` and `limit`: a sentence, else a word."""
    if start == 0:
        return 0
    ends = [match.end() for match in _SENTENCE_END.finditer(text, start, limit)]
    if ends:
        return ends[0]
    blank = text.find(" ", start, limit)
    return blank + 1 if blank >= 0 else start


def _with_marks(text: str, start: int, end: int, found: list[tuple[int, int, str]]) -> str:
    """`text[start:end]` escaped, with touching finds under one mark."""
    parts: list[str] = []
    position = start
    merged: list[list[int]] = []
    for begin, stop, _ in found:
        if merged and merged[-1][1] >= begin:
            merged[-1][1] = max(merged[-1][1], stop)
        else:
            merged.append([begin, stop])
    for begin, stop in merged:
        parts += [escape(text[position:begin]), "<mark>", escape(text[begin:stop]), "</mark>"]
        position = stop
    parts.append(escape(text[position:end]))
    return "".join(parts)
