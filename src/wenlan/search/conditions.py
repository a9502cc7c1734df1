"""What narrows a search down, as `format:ppt` in the query or chosen from the panel, and how it is said in words.

A condition is read from the name of a field and a value that somebody typed. Values of numbers and dates are
`10`, `>10`, `>=10`, `<10`, `<=10`, `5..10`, `5..` or `..10`; a price may be `free` or `paid`, a date `2025`,
`2025-06`, `2025-06-15`, `week`, `month`, `year` or `older`.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from wenlan.core.text import clean_line
from wenlan.documents.formats import FORMAT_FAMILIES, format_shown
from wenlan.documents.models import Category, Document
from wenlan.search import ranges
from wenlan.search.analysis import fold, grams_of, query_of
from wenlan.search.ports import SearchFilters

VALUE_MAX_CHARACTERS = 100


class Field(enum.Enum):
    """What can be asked of a document by name; the value is the name of it in addresses."""

    FORMAT = "format"
    AUTHOR = "author"
    TAG = "tag"
    CATEGORY = "category"
    LANGUAGE = "language"
    TITLE = "title"
    PAGES = "pages"
    PRICE = "price"
    DATE = "date"


@dataclass(frozen=True)
class Condition:
    """One thing that a search is narrowed down by; `filters` are the values of `SearchFilters` that say so.

    `value` is how addresses write it and `label` how readers read it. `field` is None of a word to leave out.
    """

    field: Field | None
    value: str
    label: str
    filters: tuple[tuple[str, Any], ...]


def condition_of(field: Field, value: str) -> Condition | None:
    """What `value` asks of `field`; None where it makes no sense."""
    value = clean_line(value[:VALUE_MAX_CHARACTERS])
    return _READERS[field](value) if fold(value).strip() else None


def exclusion_of(word: str, *, is_phrase: bool) -> Condition | None:
    """That a hit is not to have `word`; None where there is no word in it.

    A phrase is looked for only where everybody may read. A word may be on any page, and is asked for exactly as
    the search for it would do, so that leaving it out tells no more of hidden pages.
    """
    query = query_of(f'"{word}"' if is_phrase else word)
    if query.is_empty:
        return None
    grams = tuple(dict.fromkeys(gram for needed in query.needed for gram in needed))
    filters = ("without_phrases", query.phrases) if is_phrase else ("without_words", (grams,))
    return Condition(None, word, _("Without “%(word)s”") % {"word": word}, (filters,))


def filters_of(conditions: Iterable[Condition], filters: SearchFilters | None = None) -> SearchFilters:
    """All of the conditions together, and with `filters`; of two categories, formats or languages the last."""
    filters = filters or SearchFilters()
    for condition in conditions:
        both = {name: _both(name, getattr(filters, name), value) for name, value in condition.filters}
        filters = replace(filters, **both)
    return filters


def _both(name: str, before: Any, value: Any) -> Any:
    if isinstance(value, tuple):
        return (*before, *value)
    if isinstance(value, int) and before is not None:
        return max(before, value) if name.endswith(("_min", "_from")) else min(before, value)
    return value


# ── Values of the fields ──────────────────────────────────────────────────────────────────────────────────
def _format(value: str) -> Condition | None:
    typed = fold(value).strip().removeprefix(".")
    name = _FORMAT_NAMES.get(typed, typed)
    if name not in FORMAT_FAMILIES and not any(name in family for family in FORMAT_FAMILIES.values()):
        return None
    return Condition(Field.FORMAT, name, _labelled(Field.FORMAT, format_shown(name)), (("format", name),))


_FORMAT_NAMES = {
    "word": "doc",
    "powerpoint": "ppt",
    "excel": "xls",
    "text": "txt",
    "文本": "txt",
    "picture": "image",
    "pictures": "image",
    "图片": "image",
    "jpeg": "jpg",
    "markdown": "md",
}


def _category(value: str) -> Condition | None:
    name = fold(value).strip()
    named = Q(slug=name) | Q(name_zh__in=[name, value]) | Q(name_en__iexact=name)
    shelf = Category.objects.filter(named).first()
    if shelf is None:
        return None
    label = _labelled(Field.CATEGORY, shelf.name)
    return Condition(Field.CATEGORY, shelf.slug, label, (("category", shelf.slug),))


def _language(value: str) -> Condition | None:
    name = fold(value).strip()
    language = _LANGUAGE_NAMES.get(name, name)
    if language not in Document.Language.values:
        return None
    label = _labelled(Field.LANGUAGE, str(Document.Language(language).label))
    return Condition(Field.LANGUAGE, language, label, (("language", language),))


_LANGUAGE_NAMES = {
    "zh": "zh-hans",
    "zh-hant": "zh-hans",
    "zh-cn": "zh-hans",
    "zh-tw": "zh-hans",
    "chinese": "zh-hans",
    "中文": "zh-hans",
    "汉语": "zh-hans",
    "english": "en",
    "英文": "en",
    "英语": "en",
    "其他": "other",
}


def _in_field(field: Field, name: str) -> Callable[[str], Condition | None]:
    """A reader of words that the field `name` of the index has to have."""

    def read(value: str) -> Condition | None:
        grams = tuple(dict.fromkeys(grams_of(fold(value))))
        label = _labelled(field, f"“{value}”")
        return Condition(field, value, label, ((name, grams),)) if grams else None

    return read


def _in_range(
    field: Field, read_filters: Callable[[str], dict[str, int] | None], shown: Callable[[str], str]
) -> Callable[[str], Condition | None]:
    """A reader of numbers or dates."""

    def read(value: str) -> Condition | None:
        written = re.sub(r"\s", "", fold(value))
        filters = read_filters(written)
        return None if filters is None else Condition(field, written, shown(written), tuple(filters.items()))

    return read


_READERS: dict[Field, Callable[[str], Condition | None]] = {
    Field.FORMAT: _format,
    Field.AUTHOR: _in_field(Field.AUTHOR, "author"),
    Field.TAG: _in_field(Field.TAG, "tags"),
    Field.CATEGORY: _category,
    Field.LANGUAGE: _language,
    Field.TITLE: _in_field(Field.TITLE, "title"),
    Field.PAGES: _in_range(Field.PAGES, ranges.pages_filters, ranges.pages_shown),
    Field.PRICE: _in_range(Field.PRICE, ranges.price_filters, ranges.price_shown),
    Field.DATE: _in_range(Field.DATE, ranges.date_filters, ranges.date_shown),
}


def field_shown(field: Field) -> str:
    """What readers call a field."""
    return {
        Field.FORMAT: _("Format"),
        Field.AUTHOR: _("Author"),
        Field.TAG: _("Tag"),
        Field.CATEGORY: _("Category"),
        Field.LANGUAGE: _("Language"),
        Field.TITLE: _("Title"),
        Field.PAGES: _("Pages"),
        Field.PRICE: _("Price"),
        Field.DATE: _("Date"),
    }[field]


def _labelled(field: Field, value: str) -> str:
    return f"{field_shown(field)} {value}"
