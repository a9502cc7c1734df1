"""What somebody typed into the search box, read as words and as conditions.

===================================  =====================================================
``"annual report"``                  a phrase, which stays with the words
``-draft``, ``-"first draft"``       what a hit is not to have
``format:ppt``, ``格式：ppt``          a condition (`wenlan.search.conditions`); ``title:`` asks for its words as well
===================================  =====================================================

A condition stands at the beginning or after a blank or a Chinese comma. What makes no sense as one, such as
``pages:abc``, is read as words; nothing is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wenlan.core.text import clean_line
from wenlan.search.analysis import QUERY_MAX_CHARACTERS, SearchQuery, fold, query_of
from wenlan.search.conditions import Condition, Field, condition_of, exclusion_of, filters_of
from wenlan.search.ports import Facet, SearchFilters

#: What the fields are called in the query, folded.
FIELD_NAMES = {
    "format": Field.FORMAT,
    "filetype": Field.FORMAT,
    "格式": Field.FORMAT,
    "author": Field.AUTHOR,
    "作者": Field.AUTHOR,
    "tag": Field.TAG,
    "tags": Field.TAG,
    "标签": Field.TAG,
    "category": Field.CATEGORY,
    "分类": Field.CATEGORY,
    "类别": Field.CATEGORY,
    "language": Field.LANGUAGE,
    "lang": Field.LANGUAGE,
    "语言": Field.LANGUAGE,
    "title": Field.TITLE,
    "标题": Field.TITLE,
    "pages": Field.PAGES,
    "页数": Field.PAGES,
    "price": Field.PRICE,
    "价格": Field.PRICE,
    "date": Field.DATE,
    "日期": Field.DATE,
}

_QUOTE = '"＂“”„«»「」『』'
_QUOTED = f"[{_QUOTE}](?P<{{}}>[^{_QUOTE}]*)[{_QUOTE}]"
_BREAK = r"\s，、；。"
_PART = re.compile(
    rf"(?<![^{_BREAK}])(?:"
    rf"[-－−](?:{_QUOTED.format('phrase')}|(?P<word>[^-－−{_BREAK}{_QUOTE}][^{_BREAK}]*))"
    rf"|(?P<name>[^\W\d_]{{2,10}})[:：](?:{_QUOTED.format('quoted')}|(?P<value>[^{_BREAK}]*))"
    rf")|{_QUOTED.format('other')}"
)


@dataclass(frozen=True)
class TypedCondition:
    """A condition, where it stands in the text, and what of it counts among the words."""

    condition: Condition | None
    start: int
    end: int
    words: str = ""


@dataclass(frozen=True)
class TypedQuery:
    """What somebody typed: `text` as it was, `words` to find and rank by, and the conditions beside them."""

    text: str
    words: SearchQuery
    parts: tuple[TypedCondition, ...]

    @property
    def conditions(self) -> list[Condition]:
        return [part.condition for part in self.parts if part.condition]

    def narrowing(self, chosen: SearchFilters) -> SearchFilters:
        """All filters together; what is typed of a facet stands in the place of what was chosen of it."""
        facets = {facet.value: facet for facet in Facet}
        for condition in self.conditions:
            if condition.field and (facet := facets.get(condition.field.value)):
                chosen = chosen.beside(facet)
        return filters_of(self.conditions, chosen)

    def without(self, *conditions: Condition) -> str:
        """The text without these conditions, to search for in its place; the words of a title stay."""
        return _replaced(self.text, [part for part in self.parts if part.condition in conditions])

    def without_field(self, field: Field) -> str:
        """The text without what it says of one field."""
        return self.without(*(condition for condition in self.conditions if condition.field is field))


def typed_query(text: str) -> TypedQuery:
    """Read what somebody typed. Never fails, whatever it is."""
    text = clean_line(text[:QUERY_MAX_CHARACTERS])
    parts = tuple(_parts(text))
    return TypedQuery(text, query_of(_replaced(text, parts)), parts)


def _parts(text: str) -> Iterator[TypedCondition]:
    for match in _PART.finditer(text):
        if match["phrase"] or match["word"]:
            condition = exclusion_of(match["phrase"] or match["word"], is_phrase=bool(match["phrase"]))
            if condition:
                yield TypedCondition(condition, match.start(), match.end())
        elif match["name"] and (field := FIELD_NAMES.get(fold(match["name"]))):
            value = match["value"].strip(_QUOTE) if match["quoted"] is None else match["quoted"]
            condition = condition_of(field, value)
            if condition or not value.strip():
                words = value if field is Field.TITLE else ""
                yield TypedCondition(condition, match.start(), match.end(), words)


def _replaced(text: str, parts: Iterable[TypedCondition]) -> str:
    """The text with nothing but their words in the place of these parts."""
    pieces, position = [], 0
    for part in parts:
        pieces += [text[position : part.start], part.words]
        position = part.end
    return clean_line(" ".join([*pieces, text[position:]]))
