"""Which fonts are laid out with which others where they are missing, and how like those are."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from xml.etree import ElementTree

from .fonts import CONFIGURATION

SYMBOLS = "OpenSymbol"
LAST_RESORTS = (
    "Liberation Serif",
    "Liberation Sans",
    "Wenlan Hei",
    "WenQuanYi Micro Hei",
    "Noto Sans CJK SC",
)
"""What text is set in whose font nobody has heard of: by the office program, the first two; Chinese in the others."""

#: What a PDF calls a family whose own name it does not use.
_NAMES_IN_PDF = {"BousungEG": "AR PL SungtiL GB", "GBZenKai": "AR PL KaitiM GB"}

#: Which families have, letter by letter, the widths of which others: a line breaks where it did. The Liberation and
#: Crosextra fonts were drawn for it; the Wenlan ones set Chinese in an em and Latin in half of one, as those did.
_SAME_WIDTHS = {
    "Liberation Sans": {"Arial", "Helvetica"},
    "Liberation Serif": {"Times New Roman", "TimesNewRoman", "Times"},
    "Liberation Mono": {"Courier New", "Courier"},
    "Liberation Sans Narrow": {"Arial Narrow"},
    "Carlito": {"Calibri"},
    "Caladea": {"Cambria"},
    "Wenlan Song": {"SimSun", "宋体", "NSimSun", "新宋体", "SimSun-ExtB"},
    "Wenlan Fang": {"FangSong", "仿宋", "FangSong_GB2312", "仿宋_GB2312"},
    "Wenlan Kai": {"KaiTi", "楷体", "KaiTi_GB2312", "楷体_GB2312"},
}
#: Families of Chinese, all of whose characters are an em wide, as those of the fonts they stand for are. So Chinese
#: lines break where they did; what may be wider or narrower is a Latin word among it.
_CHINESE = {
    "Wenlan Song",
    "Wenlan Fang",
    "Wenlan Kai",
    "Wenlan Hei",
    "AR PL SungtiL GB",
    "AR PL KaitiM GB",
    "WenQuanYi Micro Hei",
}
#: Part of the name of a family that is written by another hand than what stands in for it: clerical, running, round.
_OTHER_HANDS = ("隶", "行", "圆", "LiSu", "Liti", "Xingkai", "YouYuan")
#: Fonts of signs instead of letters, which office programs translate into their own.
_SIGNS = {
    "symbol",
    "wingdings",
    "wingdings2",
    "wingdings3",
    "webdings",
    "monotypesorts",
    "itczapfdingbats",
    "zapfdingbats",
}
#: Fonts that formulas are set in and text is not.
_FORMULAS = {"cambriamath", "xitsmath", "mtextra", "stixtwomath"}


class Likeness(StrEnum):
    """How like a stand-in is to the font it stands for. The list is closed."""

    SAME_WIDTHS = "same_widths"
    SAME_KIND = "same_kind"
    OTHER = "other"


def likeness(stand_in: str, family: str) -> Likeness:
    """How like text set in `stand_in` is to text set in `family`, which it may stand for."""
    if _key(family) in set(map(_key, _SAME_WIDTHS.get(stand_in, ()))):
        return Likeness.SAME_WIDTHS
    if stand_in == SYMBOLS:
        return Likeness.SAME_KIND
    is_chinese = stand_in in _CHINESE and stand_in in stand_ins_for(family)
    if is_chinese and not any(_key(hand) in _key(family) for hand in _OTHER_HANDS):
        return Likeness.SAME_KIND
    return Likeness.OTHER


@cache
def stand_ins() -> dict[str, tuple[str, ...]]:
    """Which family is laid out with which others where it is missing, best first, as `fonts.conf` says."""
    aliases = _configuration().iterfind("alias[accept]")
    return {
        alias.findtext("family", ""): tuple(family.text or "" for family in alias.iterfind("accept/family"))
        for alias in aliases
    }


def stand_ins_for(family: str) -> tuple[str, ...]:
    """The same for any family, by what its name says when it is not listed; empty for one that says nothing."""
    key = _key(family)
    if key in _SIGNS:
        return (SYMBOLS,)
    if listed := _by_key().get(key):
        return listed
    # What a later rule appends stands before what an earlier one did.
    said = [families for part, families in _by_part_of_name() if part in family]
    return tuple(dict.fromkeys(name for families in reversed(said) for name in families))


def is_ours(family: str) -> bool:
    """Whether it is one of the stand-ins itself, or a font that no text is set in."""
    key = _key(family)
    return key in _FORMULAS or key in _families() or key.startswith(("dejavu", "noto", "starsymbol"))


def stand_in_of(name_in_pdf: str) -> str:
    """The stand-in that a font of a PDF belongs to (`LiberationSerif-Bold`); empty if it is none."""
    stem = name_in_pdf.partition("-")[0]
    return _NAMES_IN_PDF.get(stem) or _families().get(_key(stem), "")


def is_named(family: str, name_in_pdf: str) -> bool:
    """Whether a font of a PDF (`Impact-Regular`) is the family itself."""
    return _key(name_in_pdf.partition("-")[0]) == _key(family.partition("-")[0])


def _key(family: str) -> str:
    """A name as fontconfig compares it: without blanks, in lower case."""
    return "".join(family.split()).casefold()


def _configuration() -> ElementTree.ElementTree[ElementTree.Element]:
    return ElementTree.parse(CONFIGURATION)  # noqa: S314 - our own file


@cache
def _families() -> dict[str, str]:
    """Every stand-in, by its name as it is compared."""
    listed = (family for families in stand_ins().values() for family in families)
    return {_key(family): family for family in (*listed, *LAST_RESORTS, SYMBOLS)}


@cache
def _by_key() -> dict[str, tuple[str, ...]]:
    return {_key(family): families for family, families in stand_ins().items()}


@cache
def _by_part_of_name() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(_rules())


def _rules() -> Iterator[tuple[str, tuple[str, ...]]]:
    for rule in _configuration().iterfind("match[@target='pattern']"):
        if (part := rule.findtext("test[@compare='contains']/string")) is not None:
            families = tuple(item.text or "" for item in rule.iterfind("edit[@name='family']/string"))
            if families:
                yield part, families
