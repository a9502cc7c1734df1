"""What a text is about, in its own words: keywords and a short summary, by machine.

Both follow TextRank (Mihalcea and Tarau 2004): words that stand near many others that count, and sentences that share
words with many others that count, count. It asks nothing but the text, so a first document gets as good a digest as
the ten thousandth.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from wenlan.search.analysis import FILLERS, UNSPACED, fold, in_dictionary, joined, words_with_places

KEYWORDS_MAX = 6
JOINT_CHARACTERS = 8
"""Of two words that are shown as one keyword."""
SENTENCES_MAX = 3
SUMMARY_CHARACTERS = 240
"""Of Chinese; a text with blanks takes twice as many."""
TEXT_MAX_CHARACTERS = 60_000
"""Of a text that are read: who wants to know what it is about says so early."""
SENTENCES_READ = 400
_WINDOW = 5
_ROUNDS = 30
_DAMPING = 0.85
_LEAD_BONUS = 0.5
"""What the place at the beginning of a text counts, beside the rank."""
_SENTENCE_LETTERS = (12, 160)
_SIMILAR = 0.5
"""Of the words of a sentence: one that says so much of what is said already is left out."""

_UNSPACED_START = re.compile(f"[{UNSPACED}]")
_BLANK_AFTER_MARK = re.compile("(?<=[，。！？；：、”’」』）》]) +")
_FORM_BLANK = re.compile("[_＿]{2}|…{3}|\\.{4}")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+(?:[。！？!?；;]+[”’」』）)\"']*|(?=\n)|$)")
_ENGLISH_END = re.compile(r"(?<=[a-z0-9)\"”’])\.(?=\s+[A-Z“\"])")
_ANY_NUMBER = re.compile(r"\d+|[ivxIVX]+\b")
_PAGE_LINE = re.compile(
    r"[-—–\s]*(?:第?\s*\d+\s*页?(?:\s*[/，,]?\s*共?\s*\d+\s*页?)?|page \d+(?: of \d+)?)[-—–\s]*",
    re.IGNORECASE,
)
_LIST_POINT = re.compile(
    r"\s*(?:[•·●○■□▪◆★➢✓\-–*]|[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|第[一二三四五六七八九十\d]+[章节条])\s*\S"
)
_SHORT_LINE = 0.8
_COUNTED = re.compile("第.+|[一二三四五六七八九十两几每各半][一-鿿]|[一二三四五六七八九十两几]+[一-鿿]?")
_NUMBERED = re.compile(
    r"^[\s•·●○■□▪◆★➢✓*]*(?:\d+(?:\.\d+)*\s+(?=[A-Z])|[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|第[一二三四五六七八九十\d]+[章节条篇、])?\s*"
)
_ENDS_A_SENTENCE = re.compile(r"[。！？!?.][”’」』）)\"']*$")

#: Words that stand in every kind of text and say nothing of any.
_GENERAL = frozenset(
    re.findall(
        r"\S+",
        """
        我们 你们 他们 自己 大家 这个 那个 这些 那些 这样 那样 一个 一些 一种 一定 一切 各种 其他 其中 其它 之间 之后 之前 以后 以前 以上
        以下 因此 因为 所以 如果 但是 而且 并且 以及 或者 还是 可以 能够 应该 应当 必须 需要 进行 使用 通过 根据 按照 对于 关于 由于
        为了 没有 不是 就是 不能 不要 非常 比较 更加 特别 尤其 主要 重要 基本 有关 相关 具有 成为 作为 开展 做好 加强 提高 方面 问题
        情况 时候 时间 今年 去年 明年 目前 现在 同时 此外 另外 首先 其次 最后 第一 第二 第三 内容 部分 包括 例如 已经 不断 进一步
        however also more most such only other than then these those they their them have has had been being will would could
        should may might can not but all any some one two our your his her its into over under about between through during
        可能 知道 地方 今天 昨天 明天 许多 一下 出来 起来 下来 上来 过去 过来 得到 看到 想到 说明 要求 以来 左右 本书 本文 共同 不同 相同
        完成 发现 认为 觉得 表示 指出 提出 实现 变化 分别 单位 人员 用于 发生 存在 属于 不得 方法 图表 见图 见表
        you are two three four five six seven eight nine ten why how per even let get set how who what when where which
        here now way see say still yet own same few lot lots want need know without within per etc than too did does
        before after while because therefore each every both many much very just like make made use used using new first last
        """,
    )
)


@dataclass(frozen=True)
class Digest:
    """Keywords, most telling first, as the text writes them; and whole sentences of it, in its order."""

    keywords: tuple[str, ...]
    sentences: tuple[str, ...]


class _Word(NamedTuple):
    """A telling word: as a term, as it is written, and where in its sentence."""

    term: str
    written: str
    start: int
    end: int


def digest_of(pages: Iterable[str], *, title: str = "") -> Digest:
    """The digest of a text by its pages; empty where there is too little of it. Words of the title count more."""
    paragraphs = paragraphs_of(_beginning(pages))
    sentences = [sentence for part in paragraphs for sentence in _sentences(part)][:SENTENCES_READ]
    words = [_words(sentence) for sentence in sentences]
    titled = {word.term for word in _words(title)}
    ranked = _word_ranks(words)
    weights = {term: rank * (2.0 if term in titled else 1.0) for term, rank in ranked.items()}
    return Digest(_keywords(weights, words), _summary(sentences, words, weights))


def _beginning(pages: Iterable[str]) -> list[str]:
    texts: list[str] = []
    length = 0
    for page in pages:
        texts.append(page[: TEXT_MAX_CHARACTERS - length])
        length += len(page)
        if length >= TEXT_MAX_CHARACTERS:
            break
    return texts


def paragraphs_of(pages: Sequence[str]) -> list[str]:
    """The paragraphs of pages whose lines end where the paper does; no page numbers, no headers that repeat.

    A line ends its paragraph when it ends well before the others do, or when the next one begins a point of a list.
    """
    lines = [line.strip() for page in pages for line in page.split("\n")]
    repeated = _repeated(pages)
    paragraphs: list[list[str]] = [[]]
    usual = _usual_width(lines)
    for line in lines:
        if not line or _ANY_NUMBER.sub("#", line) in repeated or _PAGE_LINE.fullmatch(line):
            continue
        if _LIST_POINT.match(line):
            paragraphs.append([])
        paragraphs[-1].append(line)
        if _width(line) < usual * _SHORT_LINE:
            paragraphs.append([])
    return [
        _BLANK_AFTER_MARK.sub("", joined("\n".join(each)).replace("\n", " ")) for each in paragraphs if each
    ]


def _repeated(pages: Sequence[str]) -> set[str]:
    """First and last lines that more than one page has, whatever numbers are in them."""
    edges: Counter[str] = Counter()
    for page in pages:
        lines = [line.strip() for line in page.split("\n") if line.strip()]
        edges.update({_ANY_NUMBER.sub("#", line) for line in (*lines[:2], *lines[-2:])})
    return {line for line, count in edges.items() if count > 1}


def _width(line: str) -> int:
    """In halves of a Chinese character."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in line)


def _usual_width(lines: Iterable[str]) -> int:
    """What nine tenths of the lines do not exceed."""
    widths = sorted(_width(line) for line in lines if line)
    return widths[len(widths) * 9 // 10] if widths else 0


def _sentences(text: str) -> list[str]:
    """The sentences of a line; a line of its own without an end, such as a heading, is one as well."""
    parted = _ENGLISH_END.sub(".\x00", text)
    return [
        sentence
        for part in parted.split("\x00")
        for match in _SENTENCE.finditer(part)
        if (sentence := match.group().strip())
    ]


def _words(sentence: str) -> list[_Word]:
    """The telling words of a sentence."""
    folded = fold(sentence)
    written = sentence if len(folded) == len(sentence) else folded
    return [
        _Word(term, written[start:end], start, end)
        for term, start, end in words_with_places(folded)
        if _tells(term, folded[start:end])
    ]


def _tells(term: str, written: str) -> bool:
    if term in FILLERS or written in _GENERAL or term in _GENERAL or not written.isalpha():
        return False
    if _UNSPACED_START.match(written):
        return len(written) > 1 and not _COUNTED.fullmatch(written)
    return len(written) > 2


def _word_ranks(sentences: list[list[_Word]]) -> dict[str, float]:
    """TextRank of the words: those that stand within a few words of each other speak for each other."""
    links: dict[str, Counter[str]] = defaultdict(Counter)
    for words in sentences:
        terms = [word.term for word in words]
        for place, term in enumerate(terms):
            for other in terms[place + 1 : place + _WINDOW]:
                if other != term:
                    links[term][other] += 1
                    links[other][term] += 1
    return _ranked(links)


def _ranked(links: Mapping[str, Counter[str]]) -> dict[str, float]:
    if not links:
        return {}
    sums = {term: others.total() for term, others in links.items()}
    ranks = dict.fromkeys(links, 1.0)
    for _round in range(_ROUNDS):
        ranks = {
            term: 1
            - _DAMPING
            + _DAMPING * sum(ranks[other] * count / sums[other] for other, count in others.items())
            for term, others in links.items()
        }
    return ranks


def _keywords(weights: Mapping[str, float], sentences: list[list[_Word]]) -> tuple[str, ...]:
    """The best words that stand there more than once; two that mostly stand together are one (公文 写作 → 公文写作)."""
    counts = Counter(word.term for words in sentences for word in words)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for words in sentences:
        for word in words:
            spellings[word.term][word.written] += 1
    written = {term: found.most_common(1)[0][0] for term, found in spellings.items()}
    chosen: dict[str, float] = {}
    taken: set[str] = set()
    for (first, second), count in _side_by_side(sentences).most_common():
        joint = written[first] + written[second]
        is_one = (
            count > 2 and count * 2 >= min(counts[first], counts[second]) and len(joint) <= JOINT_CHARACTERS
        )
        if is_one and first != second and not {first, second} & taken:
            chosen[joint] = weights.get(first, 0) + weights.get(second, 0)
            taken |= {first, second}
    for term, weight in weights.items():
        if term not in taken and counts[term] > 1 and (_is_spaced(term) or in_dictionary(written[term])):
            chosen[written[term]] = weight
    best = sorted(chosen, key=lambda word: (-chosen[word], word))
    return tuple(best[:KEYWORDS_MAX])


def _side_by_side(sentences: list[list[_Word]]) -> Counter[tuple[str, str]]:
    """How often one Chinese word follows another with nothing between."""
    return Counter(
        (first.term, second.term)
        for words in sentences
        for first, second in pairwise(words)
        if first.end == second.start and not _is_spaced(first.term) and not _is_spaced(second.term)
    )


def _is_spaced(term: str) -> bool:
    return not _UNSPACED_START.match(term)


def _summary(sentences: list[str], words: list[list[_Word]], weights: Mapping[str, float]) -> tuple[str, ...]:
    scores: dict[int, float] = {}
    for place, (sentence, own) in enumerate(zip(sentences, words, strict=True)):
        letters = sum(map(str.isalnum, sentence))
        shortest, longest = _SENTENCE_LETTERS
        spaced = not re.search(f"[{UNSPACED}]", sentence)
        if not shortest <= letters <= longest * (2 if spaced else 1) or not _is_whole(sentence):
            continue
        terms = {word.term for word in own}
        if len(terms) >= 3:
            lead = _LEAD_BONUS * math.exp(-place / 8)
            average = sum(weights.get(term, 0) for term in terms) / (len(terms) + 6)
            scores[place] = average * (1 + lead)
    return tuple(_NUMBERED.sub("", sentences[place]) for place in sorted(_chosen(scores, sentences, words)))


def _is_whole(sentence: str) -> bool:
    """Whether it begins and ends as a sentence does: not in the middle of a line, no question."""
    beginning = _NUMBERED.sub("", sentence)[:1]
    return (
        bool(_ENDS_A_SENTENCE.search(sentence))
        and not sentence.endswith(("?", "？"))
        and beginning.isalnum()
        and not beginning.islower()
        and not _FORM_BLANK.search(sentence)
    )


def _chosen(scores: Mapping[int, float], sentences: list[str], words: list[list[_Word]]) -> list[int]:
    """The best sentences that fit into a summary and do not repeat each other."""
    chosen: list[int] = []
    said: set[str] = set()
    room = SUMMARY_CHARACTERS
    for place in sorted(scores, key=lambda place: (-scores[place], place)):
        terms = {word.term for word in words[place]}
        cost = len(sentences[place]) // (1 if re.search(f"[{UNSPACED}]", sentences[place]) else 2)
        if cost > room or len(terms & said) > _SIMILAR * len(terms):
            continue
        chosen.append(place)
        said |= terms
        room -= cost
        if len(chosen) == SENTENCES_MAX:
            break
    return chosen
