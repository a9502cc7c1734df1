"""The filters as far as the database can answer them, while the index cannot."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q

from wenlan.documents.formats import formats_called
from wenlan.documents.models import Document
from wenlan.search.ports import SearchFilters


def passing(filters: SearchFilters) -> Q:
    """The filters as a condition over Document; of the words to leave out only the titles are asked."""
    condition = Q(**dict(_facts(filters)))
    condition &= _having("author__display_name", filters.author) & _having("title", filters.title)
    for gram in filters.tags:
        condition &= Q(pk__in=Document.objects.filter(tags__name__icontains=gram).values("pk"))
    for grams in (*filters.without_words, *filters.without_phrases):
        condition &= ~_having("title", grams)
    return condition


def _facts(filters: SearchFilters) -> list[tuple[str, Any]]:
    facts = [
        ("category__slug", filters.category),
        ("current_revision__format__in", formats_called(filters.format) if filters.format else ""),
        ("language", filters.language),
        ("price_minor__gte", filters.price_min),
        ("price_minor__lte", filters.price_max),
        ("current_revision__page_count__gte", filters.pages_min),
        ("current_revision__page_count__lte", filters.pages_max),
        ("published_at__gte", _moment(filters.published_from)),
        ("published_at__lt", _moment(filters.published_before)),
    ]
    return [(name, value) for name, value in facts if value not in ("", None)]


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _having(column: str, grams: tuple[str, ...]) -> Q:
    return reduce(and_, (Q(**{f"{column}__icontains": gram}) for gram in grams), Q())
