"""From text to terms, the same way for documents and for queries.

The analysis is ours and not the index's, so that every backend finds and ranks alike:

1. *join* (documents only: a blank in a query was typed on purpose): an office program breaks a line of Chinese
   anywhere and an English word at a hyphen; what the page tore apart is put together again.
2. *fold*: each character by NFKC and case folding, so that `ＷＰＳ`, `wps` and `WPS` are one word, and from
   Traditional to Simplified (OpenCC), so that 文檔 and 文档 are; control characters become blanks.
3. Two streams of terms are made of the runs of characters of one kind:
   - *words*: Chinese, cut by a dictionary;
   - *grams*: each character followed by the pair it begins (文库房 → 文 文库 库 库房 房), so that a wrong cut
     loses nothing and a phrase is a row of neighbouring terms.
   Words of other scripts are stemmed (Snowball, English) and stripped of accents in both; numbers stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import add

import rjieba
import tantivy
from opencc import OpenCC

from wenlan.core.text import clean_line

QUERY_MAX_CHARACTERS = 200
"""What a query says beyond this is not read."""
TERM_MAX_CHARACTERS = 64
SECTION_BREAK = "¶"
"""A term between title, tags, pages …, so that no phrase reaches from one into the next."""

#: Scripts written without blanks: Han, Kana, Hangul (which has blanks, but glues particles to its words).
UNSPACED = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U000323af"

_RUN = re.compile(rf"(?P<unspaced>[{UNSPACED}]+)|(?P<number>\d+)|(?P<word>[^\W\d_{UNSPACED}]+)")
_UNSPACED_WORD = re.compile(f"[{UNSPACED}]+")
_UNSEEN = re.compile("\u00ad\r?\n?|[\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_HYPHENATED = re.compile(r"-\r?\n(?=[^\W\d_])")
# From the first blank of a row on and without a way back, or many blanks take the square of their time; `\s+` at the
# beginning would be three times as slow.
_BROKEN = re.compile(rf"\s(?<=[{UNSPACED}]\s)\s*+(?=[{UNSPACED}])")
_QUOTED = re.compile('["“”„«»「」『』]([^"“”„«»「」『』]*)["“”„«»「」『』]')

#: Words that a document need not have because a question has them; they still count for the ranking.
FILLERS = frozenset(
    [
        "的",
        "了",
        "是",
        "在",
        "和",
        "与",
        "及",
        "或",
        "吗",
        "呢",
        "吧",
        "啊",
        "有",
        "为",
        "被",
        "把",
        "对",
        "从",
        "到",
        "由",
        "于",
        "以",
        "之",
        "什么",
        "如何",
        "怎么",
        "怎样",
        "哪",
        "哪些",
        "哪个",
        "哪里",
        "谁",
        "几",
        "多少",
        "为什么",
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "and",
        "or",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "do",
        "doe",
        "did",
        "what",
        "which",
        "who",
        "whom",
        "when",
        "where",
        "why",
        "how",
        "it",
        "its",
        "this",
        "that",
        "there",
    ]
)


class _FoldTable(dict[int, str]):
    """What `str.translate` asks for each character, worked out once per character."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character).casefold()
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            folded = " "
        elif _UNSPACED_WORD.fullmatch(folded):
            folded = _TO_SIMPLIFIED.convert(folded)
        self[code] = folded
        return folded


_TO_SIMPLIFIED = OpenCC("t2s")
_FOLD_TABLE = _FoldTable()
_STEMMER = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    .filter(tantivy.Filter.ascii_fold())
    .filter(tantivy.Filter.stemmer("english"))
    .build()
)


def fold(text: str) -> str:
    """`text` without the differences of width, case, script and composition that a reader does not search by."""
    return unicodedata.normalize("NFC", text).translate(_FOLD_TABLE)


def joined(text: str) -> str:
    """Text of a document in NFC, with what its layout tore apart joined again."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    text = _HYPHENATED.sub(_nothing_after_letter, text)
    return _BROKEN.sub("", text)


def _nothing_after_letter(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    return "" if before.isalpha() else match.group()


def origins_of_fold(text: str) -> list[int]:
    """For each character of `fold(text)`, the index in `text` (which is in NFC) that it came from."""
    return [index for index, character in enumerate(text) for _ in _FOLD_TABLE[ord(character)]]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """`reports` → `report`, `résumé` → `resum`; of a word that was folded."""
    analysed = _STEMMER.analyze(word[:TERM_MAX_CHARACTERS])
    return str(analysed[0]) if analysed else word[:TERM_MAX_CHARACTERS]


def _cut_words(run: str) -> Iterable[str]:
    return rjieba.cut_for_search(run) if len(run) > 1 else (run,)


def _cut_grams(run: str) -> Iterator[str]:
    pairs = map(add, run, run[1:])
    yield from chain.from_iterable(zip(run, pairs, strict=False))
    yield run[-1]


def words_of(folded: str) -> Iterator[str]:
    """The words of folded text; Chinese by dictionary, long words with the shorter ones in them."""
    for match in _RUN.finditer(folded):
        if match.lastgroup == "unspaced":
            yield from _cut_words(match.group())
        else:
            yield _spaced_term(match)


def grams_of(folded: str) -> Iterator[str]:
    """Characters and pairs of neighbours; words of scripts with blanks as one term each."""
    for match in _RUN.finditer(folded):
        if match.lastgroup == "unspaced":
            yield from _cut_grams(match.group())
        else:
            yield _spaced_term(match)


def _spaced_term(match: re.Match[str]) -> str:
    return stem(match.group()) if match.lastgroup == "word" else match.group()[:TERM_MAX_CHARACTERS]


@dataclass(frozen=True)
class SearchQuery:
    """What a reader typed, as terms.

    `needed` has one tuple of grams per word that a document should have (all grams of the tuple);
    `phrases` one tuple of neighbouring grams per quoted part, which it must have; `words` and `grams` rank.
    """

    text: str
    words: tuple[str, ...]
    grams: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]
    phrases: tuple[tuple[str, ...], ...]

    @property
    def is_empty(self) -> bool:
        """Nothing to search for: blanks, punctuation, pictures."""
        return not self.grams

    def without_quotes(self) -> SearchQuery:
        """The same words, which then need not stand together."""
        return query_of(_QUOTED.sub(r" \1 ", self.text)) if self.phrases else self


def query_of(text: str) -> SearchQuery:
    """Read what somebody typed. Never fails, whatever it is; quotes without a partner are plain blanks."""
    text = clean_line(text[:QUERY_MAX_CHARACTERS])
    folded = fold(text)
    phrases = [tuple(grams_of(joined(quoted))) for quoted in _QUOTED.findall(folded)]
    plain = _QUOTED.sub(" ", folded)
    words = list(words_as_typed(plain))
    telling = [word for word in words if word not in FILLERS] or words
    return SearchQuery(
        text=text,
        words=tuple(dict.fromkeys(words_of(folded))),
        grams=tuple(dict.fromkeys(grams_of(folded))),
        needed=tuple(dict.fromkeys(_grams_needed(word) for word in telling)),
        phrases=tuple(phrase for phrase in dict.fromkeys(phrases) if phrase),
    )


def words_as_typed(folded: str) -> Iterator[str]:
    """The words of folded text without overlap: Chinese cut into neighbours, the others stemmed."""
    for match in _RUN.finditer(folded):
        if match.lastgroup == "unspaced":
            yield from rjieba.cut(match.group())
        else:
            yield _spaced_term(match)


def words_with_places(folded: str) -> Iterator[tuple[str, int, int]]:
    """`words_as_typed`, each with the places in `folded` where it begins and ends."""
    for match in _RUN.finditer(folded):
        if match.lastgroup == "unspaced":
            end = match.start()
            for word in rjieba.cut(match.group()):
                start, end = end, end + len(word)
                yield word, start, end
        else:
            yield _spaced_term(match), match.start(), match.end()


def in_dictionary(word: str) -> bool:
    """Whether a Chinese word is one that is written so, and not one that the cutting guessed."""
    return len(word) == 1 or list(rjieba.cut(word, False)) == [word]


def _grams_needed(word: str) -> tuple[str, ...]:
    """The pairs of a Chinese word (its one character if it is that short); another word as it is.

    Of a long word only the pairs within the words it is made of (年度报告: 年度, 报告), so that a text which
    has these apart is found as well.
    """
    if len(word) == 1 or not _UNSPACED_WORD.fullmatch(word):
        return (word,)
    parts = [part for part in rjieba.cut_for_search(word) if part != word] if len(word) > 3 else []
    if sum(map(len, parts)) < len(word):  # not a word made of words
        parts = [word]
    return tuple(dict.fromkeys(part[i : i + 2] for part in parts for i in range(len(part) - 1)))
