"""Names that people search for, and which of them everybody may see now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from django.db.models import Exists, OuterRef, QuerySet

from wenlan.accounts.models import User
from wenlan.documents.models import Category, Document, Tag, on_the_shelf
from wenlan.search.models import CountedSearch, Suggestion

#: A document, author, tag, category or search by number, with one of the texts it is called by.
Name = tuple[str, int, str]


def published() -> QuerySet[Document]:
    return Document.objects.filter(on_the_shelf()).order_by()


def names_of(document_ids: Collection[int]) -> Iterator[Name]:
    """What the published ones of these documents are found by: titles, authors, tags; and every category in use."""
    documents = published().filter(pk__in=document_ids)
    for pk, title in documents.values_list("pk", "title"):
        yield Suggestion.Kind.DOCUMENT, pk, title
    yield from names_seen(Suggestion.Kind.AUTHOR, set(documents.values_list("author_id", flat=True)))
    tags = Tag.objects.filter(documents__in=documents).values_list("pk", flat=True)
    yield from names_seen(Suggestion.Kind.TAG, set(tags))
    yield from names_seen(Suggestion.Kind.CATEGORY, set(Category.objects.values_list("pk", flat=True)))


def names_seen(kind: str, numbers: Collection[int]) -> Iterator[Name]:
    """The names by which those of these that everybody may see are called at this moment."""
    if numbers:
        for row in _SEEN[kind](numbers):
            yield from ((kind, row[0], text) for text in row[1:] if text)


def _documents(numbers: Collection[int]) -> Iterable[tuple[int, str]]:
    return published().filter(pk__in=numbers).values_list("pk", "title")


def _authors(numbers: Collection[int]) -> Iterable[tuple[int, str]]:
    written = Exists(published().filter(author=OuterRef("pk")))
    return User.objects.filter(written, pk__in=numbers, is_active=True).values_list("pk", "display_name")


def _tags(numbers: Collection[int]) -> Iterable[tuple[int, str]]:
    return Tag.objects.filter(Exists(published().filter(tags=OuterRef("pk"))), pk__in=numbers).values_list(
        "pk", "name"
    )


def _categories(numbers: Collection[int]) -> Iterable[tuple[int, str, str]]:
    filled = Exists(published().filter(category=OuterRef("pk")))
    return Category.objects.filter(filled, pk__in=numbers).values_list("pk", "name_zh", "name_en")


def _searches(numbers: Collection[int]) -> Iterable[tuple[int, str]]:
    return searches_common().filter(pk__in=numbers).values_list("pk", "text")


def searches_common() -> QuerySet[CountedSearch]:
    """Searches of several people that found something, and that no operator hides."""
    return CountedSearch.objects.filter(is_common=True, is_hidden=False, found__gt=0)


_SEEN: dict[str, Callable[[Collection[int]], Iterable[tuple[int, str] | tuple[int, str, str]]]] = {
    Suggestion.Kind.DOCUMENT: _documents,
    Suggestion.Kind.AUTHOR: _authors,
    Suggestion.Kind.TAG: _tags,
    Suggestion.Kind.CATEGORY: _categories,
    Suggestion.Kind.SEARCH: _searches,
}
