"""Reading what the public pages show: shelves, numbers, lists. Every list starts from published documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import Http404

from wenlan.accounts.models import User
from wenlan.documents.formats import FORMAT_FAMILIES
from wenlan.documents.models import Category, Document, on_the_shelf
from wenlan.documents.selectors import (
    categories_with_documents,
    covers_load,
    documents_published,
    documents_visible_to,
)
from wenlan.insights.models import Reading
from wenlan.insights.selectors import reading_history
from wenlan.orders.models import Entitlement
from wenlan.orders.selectors import entitlements_of, library_bought

SORT_ORDERS: dict[str, tuple[str, ...]] = {
    "newest": ("-published_at", "-id"),
    "popular": ("-view_count", "-published_at", "-id"),
    "price": ("price_minor", "-published_at", "-id"),
}


FORMATS_SECONDS = 60
"""How long a process keeps which formats a list has; the documents themselves are asked for anew each time."""


@dataclass(frozen=True)
class HouseNumbers:
    """How much there is to read."""

    documents: int
    pages: int
    authors: int


@dataclass(frozen=True)
class ListFilter:
    """What a reader narrowed a list down to; anything unknown in the address counts as not chosen."""

    format: str = ""
    price: str = ""
    sort: str = "newest"

    @classmethod
    def from_query(cls, query: dict[str, str]) -> ListFilter:
        file_format, price, sort = query.get("format", ""), query.get("price", ""), query.get("sort", "")
        return cls(
            format=file_format if file_format in FORMAT_FAMILIES else "",
            price=price if price in {"free", "paid"} else "",
            sort=sort if sort in SORT_ORDERS else "newest",
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.format or self.price)

    def apply(self, documents: QuerySet[Document]) -> QuerySet[Document]:
        documents = self._at_price(documents)
        if self.format:
            documents = documents.filter(current_revision__format__in=FORMAT_FAMILIES[self.format])
        return documents.order_by(*SORT_ORDERS[self.sort])

    def formats(self, documents: QuerySet[Document], *, name: str) -> list[str]:
        """What of FORMAT_FAMILIES there is to choose among `documents` at this price, and what is chosen already.

        Each process remembers it for a minute by the `name` of the list.
        """
        key = f"formats:{name}:{self.price}"
        held: set[str] | None = caches["process"].get(key)
        if held is None:
            listed = self._at_price(documents).prefetch_related(None).order_by()
            held = set(listed.values_list("current_revision__format", flat=True).distinct())
            caches["process"].set(key, held, FORMATS_SECONDS)
        return [
            family
            for family, formats in FORMAT_FAMILIES.items()
            if family == self.format or not held.isdisjoint(formats)
        ]

    def _at_price(self, documents: QuerySet[Document]) -> QuerySet[Document]:
        if self.price == "free":
            return documents.filter(price_minor=0)
        return documents.filter(price_minor__gt=0) if self.price == "paid" else documents


def house_numbers() -> HouseNumbers:
    """Published documents, their pages, and the people who wrote them, in one query."""
    numbers = Document.objects.filter(on_the_shelf()).aggregate(
        documents=Count("pk"),
        pages=Sum("current_revision__page_count"),
        authors=Count("author", distinct=True),
    )
    return HouseNumbers(
        documents=numbers["documents"], pages=numbers["pages"] or 0, authors=numbers["authors"]
    )


def shelves() -> QuerySet[Category]:
    """Every category in shelf order, each with `document_count`, the published documents on it."""
    return categories_with_documents().annotate(
        document_count=Count("documents", filter=on_the_shelf("documents__"))
    )


def newest_documents(limit: int) -> QuerySet[Document]:
    return documents_published().order_by(*SORT_ORDERS["newest"])[:limit]


def popular_documents(limit: int) -> QuerySet[Document]:
    return documents_published().order_by(*SORT_ORDERS["popular"])[:limit]


def author_or_404(pk: int) -> User:
    """A person with a public page: an author, or whoever once published something."""
    person = User.objects.filter(pk=pk, is_active=True).first()
    if person is None or not (person.is_author or documents_published().filter(author=person).exists()):
        raise Http404
    return person


@dataclass(frozen=True)
class LibraryItem:
    """A document on a reader's own shelf, since when it is theirs, and the page they have come to, if they read it."""

    document: Document
    entitlement: Entitlement | None = None
    last_page: int | None = None


def library_page(*, user: User, tab: str, number: str | None, size: int) -> ListPage[Any]:
    """One page of LibraryItems of a reader's tab (`bought`, `favourites`, `history`), the latest first."""
    page = Paginator(_LIBRARY_TABS[tab](user), size).get_page(number)
    rows = [
        (row.document, row.last_page) if isinstance(row, Reading) else (row, None) for row in page.object_list
    ]
    documents = [document for document, _last_page in rows]
    covers_load(documents)
    kept = entitlements_of(reader=user, documents=documents)
    page.object_list = [
        LibraryItem(document, entitlement=kept.get(document.pk), last_page=last_page)
        for document, last_page in rows
    ]
    return page


def _favourites(user: User) -> QuerySet[Document]:
    return (
        documents_visible_to(user).filter(favourites__reader=user).order_by("-favourites__created_at", "-pk")
    )


_LIBRARY_TABS: dict[str, Callable[[User], QuerySet[Any]]] = {
    "bought": library_bought,
    "favourites": _favourites,
    "history": reading_history,
}
LIBRARY_TABS = tuple(_LIBRARY_TABS)
