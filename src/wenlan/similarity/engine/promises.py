"""What a title promises, and whether the text keeps it.

Each rule looks for one kind of promise in the title and then for the text that would keep it. A rule that cannot be sure
says nothing: an author who is warned for no reason stops reading warnings. So every rule that goes by the wording is
silent about texts shorter than `TEXT_LETTERS_MIN`, and about scans, which have no text at all.
"""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from wenlan.search.analysis import FILLERS, UNSPACED, fold, joined, stem, words_as_typed

TEXT_LETTERS_MIN = 200
"""Letters that a text needs before what is not in it says something."""
TEXT_MAX_CHARACTERS = 400_000
"""Of a text that are looked at."""
SUBJECT_SHARE_MIN = 0.34
"""Of the letters of a title's subject words: what the text has to have of them."""
SUBJECT_LETTERS_MIN = 4
PAGES_SHARE_MIN = 0.8
PARTS_SHARE_MIN = 0.5
KEYWORDS_MIN = 6
YEAR_MENTIONS_MIN = 2
EVIDENCE_WORDS = 8


class Kind(enum.Enum):
    """What was promised."""

    SUBJECT = "subject"
    YEAR = "year"
    ANSWERS = "answers"
    PARTS = "parts"
    PAGES = "pages"
    FORMAT = "format"
    BREAKS_OFF = "breaks_off"
    KEYWORDS = "keywords"


@dataclass(frozen=True)
class Mismatch:
    """A promise that is not kept: what the title says, and what the text has instead (empty: nothing of it)."""

    kind: Kind
    promised: str
    found: str = ""


@dataclass(frozen=True)
class Content:
    """What a title is held against: the text of all pages, how many there are, and the family of the format.

    `family` is a name of `documents.formats.FORMAT_FAMILIES`.
    """

    text: str
    page_count: int
    family: str

    @cached_property
    def folded(self) -> str:
        """Without blanks between what belongs together, widths, cases and scripts."""
        return fold(joined(self.text[:TEXT_MAX_CHARACTERS]))

    @cached_property
    def plain(self) -> str:
        return re.sub(r"\s+", "", self.folded)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(stem(word) for word in set(_LATIN.findall(self.folded)))

    @cached_property
    def years(self) -> Counter[int]:
        return Counter(_years_in(self.folded))

    @property
    def is_telling(self) -> bool:
        return sum(map(str.isalnum, self.folded)) >= TEXT_LETTERS_MIN


#: What kind of text something is, how good and how much of it: no subject, and rarely said in the text itself.
_GENRES = frozenset(
    re.findall(
        r"\S+",
        """
        范文 模板 模版 范本 样本 样例 大全 全集 汇总 汇编 合集 精选 精品 最新 最全 全套 完整 完整版 完整篇 版本 免费 下载
        文档 资料 材料 文件 文章 文案 论文 报告 总结 小结 方案 计划 规划 讲稿 讲话 发言 发言稿 演讲 演讲稿 心得 体会
        心得体会 课件 教案 教材 教程 讲义 试卷 试题 习题 练习 练习题 题库 真题 答案 参考答案 解析 详解 说明 说明书 介绍
        简介 概述 手册 指南 表格 表 一览表 清单 图 图片 样表 格式 合同 协议 协议书 合同书 通知 公告 申请 申请书 简历
        word excel ppt pptx doc docx xls xlsx pdf 可编辑 编辑 打印 打印版 电子版 修改版 修订版 终稿 定稿 初稿 草稿 副本 新版
        第一 第二 第三 上册 下册 上 下 年度 年 月 日 版 篇 份 页 套 个 条 篇章 字 通用 通用版 实用 优秀 经典 推荐 关于
        free full complete edition version sample template example report summary paper guide manual notes draft final
        copy new latest best pdf word download collection document file page pages
        """,
    )
)
_LATIN = re.compile(rf"[^\W\d_{UNSPACED}]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SPOKEN_YEAR = re.compile("(二[〇零○o0][一二三四五六七八九〇零○o0]{2})年")
_SPOKEN_DIGITS = str.maketrans("〇零○o一二三四五六七八九", "0000123456789")
_ANSWERS_PROMISED = re.compile(
    r"(?:含|附|带|及|和|与|有)?(?:参考)?答案|答案解析|with (?:the )?(?:answers|solutions)|answer key"
)
_ANSWERS_GIVEN = re.compile(
    r"答案|解析|详解|解答|【?答】|答[:：]|略解|正确选项|对应(?:选项|题)|\banswers?\b|\bsolutions?\b|\bkey\b"
    r"|(?:\d{1,3}[.、:)）]?\s*[a-e]\b\W{0,3}){3}|\d{1,3}\s*[-—~～]+\s*\d{1,3}\s*[:：]?\s*[a-e]{3,}"
)
_PARTS_PROMISED = re.compile(r"(?:共|精选|合集|大全)?\(?(?:共|精选)?(\d{1,3})\s*(?:篇|份|套|则)\)?")
_PART_NUMBERED = re.compile(
    r"(?:篇|范文|第|之|例文|样本|套卷|试卷)\s*[(（]?\s*(\d{1,3}|[一二三四五六七八九十]{1,3})"
)
_PAGES_PROMISED = re.compile(r"(?<!第)(?<![\d第.])(\d{1,4})\s*(?:页|pages?\b)")
_FORMATS_PROMISED = {
    "ppt": re.compile(r"(?<![a-z])pptx?(?![a-z])|幻灯片|powerpoint"),
    "doc": re.compile(r"(?<![a-z])(?:word|docx?)(?:版|文档|模板|格式|$)|可编辑|editable"),
    "xls": re.compile(r"(?<![a-z])(?:excel|xlsx?)(?:版|表|表格|模板|格式|$)"),
}
#: Formats that keep the promise of another, too: what can be edited is not only Word's.
_KEEPS = {"doc": {"doc", "txt", "ppt", "xls"}, "ppt": {"ppt"}, "xls": {"xls"}}
_BREAKS_OFF = re.compile(
    "(?:下载|购买|付费)后?(?:可|即可)?(?:查看|阅读|获取)(?:全文|完整|剩余)|(?:以下|剩余|其余)(?:内容|部分)?(?:省略|略去|请下载)"
    "|(?:加|添加)(?:微信|qq)(?:号)?(?:领取|获取|索取)(?:全文|完整|全套)|试读(?:结束|完)|预览结束|未完待续"
)
_COMPLETE = re.compile(r"全套|全集|全文|完整|大全|(?<![a-z])(?:complete|full)(?![a-z])")
_BETWEEN_KEYWORDS = re.compile(r"[\s,，、;；|/_+&·]+")
_NUMERALS = {character: number for number, character in enumerate("一二三四五六七八九十", 1)}


def mismatches(title: str, content: Content) -> list[Mismatch]:
    """The promises of `title` that `content` does not keep, the gravest first; empty when nothing can be said."""
    folded = fold(title)
    return [found for rule in _RULES if (found := rule(folded, content)) is not None]


def subject_words(folded: str) -> Iterator[str]:
    """The words of a title that say what it is about; not what kind of text it is, nor numbers."""
    seen = set()
    for word in words_as_typed(folded):
        if word not in seen and not word.isdecimal() and word not in FILLERS and word not in _STEMMED_GENRES:
            seen.add(word)
            yield word


_STEMMED_GENRES = _GENRES | {stem(word) for word in _GENRES if word.isascii()}


def _subject(title: str, content: Content) -> Mismatch | None:
    words = [word for word in subject_words(_YEAR.sub(" ", title)) if len(word) > 1]
    letters = sum(map(len, words))
    if (
        not content.is_telling
        or letters < SUBJECT_LETTERS_MIN
        or len(words) < 2
        or _other_language(words, content)
    ):
        return None
    missing = [word for word in words if not _has(word, content)]
    if 1 - sum(map(len, missing)) / letters >= SUBJECT_SHARE_MIN:
        return None
    written = {stem(word): word for word in _LATIN.findall(title)}
    return Mismatch(Kind.SUBJECT, _listed(written.get(word, word) for word in missing))


def _has(word: str, content: Content) -> bool:
    """Whether the text has a word, or of a Chinese one any pair of its characters: 动员大会 of 动员会."""
    if word.isascii():
        return word in content.stems or word in content.plain
    return any(word[i : i + 2] in content.plain for i in range(max(1, len(word) - 1)))


def _other_language(words: list[str], content: Content) -> bool:
    """Whether a title of one script stands over a text of the other, which is no reproach."""
    latin_title = all(word.isascii() for word in words)
    unspaced = len(re.findall(f"[{UNSPACED}]", content.folded[:20_000]))
    latin = sum(map(len, _LATIN.findall(content.folded[:20_000])))
    return unspaced > latin if latin_title else unspaced * 20 < latin


def _year(title: str, content: Content) -> Mismatch | None:
    """A year in the title, and a text that speaks of others only, none of them next to it."""
    promised = set(_years_in(title))
    found = content.years
    if not promised or not content.is_telling or found.total() < YEAR_MENTIONS_MIN:
        return None
    if any(abs(year - other) <= 1 for year in promised for other in found):
        return None
    often = sorted(year for year, _count in found.most_common(EVIDENCE_WORDS))
    return Mismatch(Kind.YEAR, _listed(map(str, sorted(promised))), _listed(map(str, often)))


def _years_in(folded: str) -> Iterator[int]:
    yield from map(int, _YEAR.findall(folded))
    for spoken in _SPOKEN_YEAR.findall(folded):
        yield int(spoken.replace("二", "2").translate(_SPOKEN_DIGITS))


def _answers(title: str, content: Content) -> Mismatch | None:
    promised = _ANSWERS_PROMISED.search(title)
    if promised is None or not content.is_telling or _ANSWERS_GIVEN.search(content.folded):
        return None
    return Mismatch(Kind.ANSWERS, promised.group())


def _parts(title: str, content: Content) -> Mismatch | None:
    """`(共20篇)` beside a text whose parts are numbered, but not so far."""
    promised = _PARTS_PROMISED.search(title)
    if promised is None or not content.is_telling:
        return None
    numbers = {_number(text) for text in _PART_NUMBERED.findall(content.folded)}
    highest = max((number for number in numbers if {1, 2} <= numbers and number), default=0)
    wanted = int(promised.group(1))
    if not 2 <= highest < wanted * PARTS_SHARE_MIN:
        return None
    return Mismatch(Kind.PARTS, promised.group().strip("()"), str(highest))


def _number(text: str) -> int:
    """`12`, `十二` or `二十` as a number; 0 for what is none of these."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _NUMERALS.get(text, 0)
    return _NUMERALS.get(tens, 1) * 10 + _NUMERALS.get(ones, 0)


def _pages(title: str, content: Content) -> Mismatch | None:
    """Fewer pages than the title says; a text that came out longer cheats nobody."""
    promised = _PAGES_PROMISED.search(title)
    if promised is None or content.page_count == 0:
        return None
    wanted = int(promised.group(1))
    if content.page_count >= wanted * PAGES_SHARE_MIN or content.page_count >= wanted - 1:
        return None
    return Mismatch(Kind.PAGES, str(wanted), str(content.page_count))


def _format(title: str, content: Content) -> Mismatch | None:
    for family, pattern in _FORMATS_PROMISED.items():
        promised = pattern.search(title)
        if promised is not None and content.family not in _KEEPS[family]:
            return Mismatch(Kind.FORMAT, promised.group(), content.family)
    return None


def _breaks_off(title: str, content: Content) -> Mismatch | None:
    """A text that says itself that the rest is to be had elsewhere."""
    said = _BREAKS_OFF.search(content.plain)
    if said is None:
        return None
    promised = _COMPLETE.search(title)
    return Mismatch(Kind.BREAKS_OFF, promised.group() if promised else "", said.group())


def _keywords(title: str, content: Content) -> Mismatch | None:
    """A title that is a row of search words: many short pieces, most of them kinds of texts."""
    pieces = [piece for piece in _BETWEEN_KEYWORDS.split(title) if piece]
    unspaced = [piece for piece in pieces if re.fullmatch(f"[{UNSPACED}]{{1,6}}", piece)]
    if len(unspaced) < KEYWORDS_MIN or len(unspaced) < len(pieces) * 0.7:
        return None
    genres = [piece for piece in unspaced if all(word in _GENRES for word in words_as_typed(piece))]
    return Mismatch(Kind.KEYWORDS, _listed(unspaced)) if len(genres) >= 2 else None


def _listed(words: Iterable[str]) -> str:
    return "、".join(islice(words, EVIDENCE_WORDS))


_RULES: tuple[Callable[[str, Content], Mismatch | None], ...] = (
    _subject,
    _year,
    _answers,
    _parts,
    _pages,
    _breaks_off,
    _format,
    _keywords,
)
