"""Finding documents, and showing where the words were found."""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef
from django.utils.safestring import SafeString

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.documents.selectors import documents_published, readable_page_counts
from wenlan.search.analysis import SearchQuery
from wenlan.search.beside import begun
from wenlan.search.best_first import RankedHits, best_first
from wenlan.search.catching_up import passing
from wenlan.search.facets import facet_spans
from wenlan.search.index import search_index
from wenlan.search.models import IndexState
from wenlan.search.places import Places, places_in
from wenlan.search.ports import FacetCounts, Hits, SearchFilters, SearchOrder, SearchUnavailable
from wenlan.search.queries import TypedQuery, typed_query
from wenlan.search.services import index_repair_request
from wenlan.search.snippets import Highlighter
from wenlan.search.why import WhyHere, why_here

logger = logging.getLogger(__name__)

PAGE_SIZE = 10
WINDOW_SIZE = 1000
"""How many hits can be leafed through; "most popular" orders the best so many."""
FIND_TIMEOUT_SECONDS = 3.0
COUNT_TIMEOUT_SECONDS = 2.0
"""For the numbers beside the results, which are counted while these are found and shown without them if late."""
SNIPPETS_SHOWN = 2


class Sort(enum.Enum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    POPULAR = "popular"
    CHEAPEST = "cheapest"
    DEAREST = "dearest"


@dataclass(frozen=True)
class PageLink:
    """A page that the reader may see."""

    page_number: int
    url: str


@dataclass(frozen=True)
class Snippet:
    """A passage of a page that the reader may see, with the words found in <mark>."""

    page_number: int
    html: SafeString
    url: str


@dataclass
class Result:
    """A document found, and where: never with words of a page that this reader may not see."""

    document: Document
    title: SafeString
    description: SafeString
    snippets: list[Snippet] = field(default_factory=list)
    more_pages: list[PageLink] = field(default_factory=list)
    is_beyond_preview: bool = False
    why: WhyHere | None = None
    """Only for operators, and only where the best match comes first."""

    @property
    def url(self) -> str:
        return self.snippets[0].url if self.snippets else self.document.get_absolute_url()


@dataclass
class Results:
    """One page of results. `is_catching_up`: the index could not be asked, and only titles were looked at.

    `query` are the words of what was `typed`. `counts` are None when the index could not count.
    """

    query: SearchQuery
    page: ListPage[Result]
    total: int
    is_partial: bool = False
    is_catching_up: bool = False
    counts: FacetCounts | None = None

    @property
    def is_cut(self) -> bool:
        """Whether there are more than can be leafed through."""
        return self.total > WINDOW_SIZE


def documents_search(
    *,
    query: str | TypedQuery,
    user: User | AnonymousUser,
    filters: SearchFilters | None = None,
    sort: Sort = Sort.RELEVANCE,
    page: int = 1,
    is_explained: bool = False,
) -> Results:
    """Published documents that have what `query` says, with snippets for `user`; never an error.

    The index says which, the database whether they are still published, so that a withdrawn document is gone
    at once, from what is counted as well. The number of queries does not depend on the number of results.
    `is_explained` says why each is where it is.
    """
    typed = query if isinstance(query, TypedQuery) else typed_query(query)
    wanted, narrowed = typed.words, typed.narrowing(filters or SearchFilters())
    page = max(1, min(page, WINDOW_SIZE // PAGE_SIZE))
    is_catching_up = False
    leaving = documents_leaving()
    counts = begun(_counting(wanted, narrowed, sort, leaving))
    try:
        hits, documents = _found(wanted, narrowed, sort, page, leaving)
    except SearchUnavailable as error:
        if index_repair_request():
            logger.warning("%s", error)
        is_catching_up = True
        hits, documents = _found_by_title(wanted, narrowed, sort, page)
    listing = Paginator(range(min(hits.total, WINDOW_SIZE)), PAGE_SIZE).get_page(page)
    if listing.number != page:  # beyond the last page
        return documents_search(
            query=typed, user=user, filters=filters, sort=sort, page=listing.number, is_explained=is_explained
        )
    rows = _results(documents, wanted, user)
    if is_explained and isinstance(hits, RankedHits):
        reasons = why_here(wanted, hits)
        for row in rows:
            row.why = reasons.get(row.document.pk)
    return Results(
        query=wanted,
        page=ListPage(rows, listing.number, listing.paginator),  # type: ignore[arg-type]  # it counts, we found
        total=hits.total,
        is_partial=hits.is_partial,
        is_catching_up=is_catching_up,
        counts=counts(),
    )


# ── Which documents ───────────────────────────────────────────────────────────────────────────────────────
def documents_leaving() -> list[int]:
    """Numbers of documents that the index may still hold though readers may no longer find them.

    One query over the few rows that wait for the index.
    """
    published = documents_published().filter(pk=OuterRef("document_id")).order_by()
    waiting = IndexState.objects.filter(wanted_version__gt=F("indexed_version")).order_by()
    return list(waiting.exclude(Exists(published)).values_list("document_id", flat=True))


def _found(
    query: SearchQuery, filters: SearchFilters, sort: Sort, page: int, without: Collection[int]
) -> tuple[Hits, list[Document]]:
    if not _asks_for_something(query, filters):
        return Hits([], 0), []
    index = search_index()
    start = (page - 1) * PAGE_SIZE
    if sort is Sort.POPULAR:
        hits = index.find(
            query,
            filters=filters,
            limit=WINDOW_SIZE,
            most_words=True,
            without=without,
            timeout_seconds=FIND_TIMEOUT_SECONDS,
        )
        popular = documents_published().filter(pk__in=hits.document_ids).order_by("-view_count", "-pk")
        return hits, list(popular[start : start + PAGE_SIZE])
    order = _order(query, sort)

    def find(limit: int, offset: int) -> Hits:
        return index.find(
            query,
            filters=filters,
            limit=limit,
            offset=offset,
            order=order,
            most_words=order is not SearchOrder.RELEVANCE,
            without=without,
            timeout_seconds=FIND_TIMEOUT_SECONDS,
        )

    if order is SearchOrder.RELEVANCE:
        hits = best_first(find, start=start, size=PAGE_SIZE)
    else:
        hits = find(PAGE_SIZE, start)
    return hits, documents_in_order(hits.document_ids)


def _asks_for_something(query: SearchQuery, filters: SearchFilters) -> bool:
    """Punctuation alone finds nothing, and so does nothing at all."""
    return not query.is_empty or not (query.text or filters.is_empty)


def _order(query: SearchQuery, sort: Sort) -> SearchOrder:
    """The order to ask the index for; without a word there is no best match."""
    if sort in _ORDERS:
        return _ORDERS[sort]
    return SearchOrder.NEWEST if query.is_empty else SearchOrder.RELEVANCE


_ORDERS = {
    Sort.NEWEST: SearchOrder.NEWEST,
    Sort.CHEAPEST: SearchOrder.CHEAPEST,
    Sort.DEAREST: SearchOrder.DEAREST,
}


def _counting(
    query: SearchQuery, filters: SearchFilters, sort: Sort, without: Collection[int]
) -> Callable[[], FacetCounts | None]:
    """What counts the numbers beside the results, without a word to the database.

    Where nothing was asked for they are those of the whole library. None when the index cannot count.
    """
    index, spans = search_index(), facet_spans()

    def run() -> FacetCounts | None:
        try:
            return index.count_facets(
                query,
                filters=filters,
                spans=spans,
                most_words=sort is Sort.POPULAR or _order(query, sort) is not SearchOrder.RELEVANCE,
                without=without,
                timeout_seconds=COUNT_TIMEOUT_SECONDS,
            )
        except SearchUnavailable as error:
            logger.warning("%s", error)
            return None

    return run if _asks_for_something(query, filters) or not query.text else dict


def documents_in_order(numbers: list[int]) -> list[Document]:
    """The published ones of these documents, in the order of `numbers`."""
    found = {document.pk: document for document in documents_published().filter(pk__in=numbers)}
    return [found[number] for number in numbers if number in found]


def _found_by_title(
    query: SearchQuery, filters: SearchFilters, sort: Sort, page: int
) -> tuple[Hits, list[Document]]:
    """What the database can say without the index: published documents whose title has every word."""
    if not _asks_for_something(query, filters):
        return Hits([], 0), []
    documents = documents_published().filter(passing(filters))
    for needle in Highlighter(query).needles:
        documents = documents.filter(title__icontains=needle)
    order = {Sort.POPULAR: "-view_count", Sort.CHEAPEST: "price_minor", Sort.DEAREST: "-price_minor"}.get(
        sort, "-published_at"
    )
    start = (page - 1) * PAGE_SIZE
    found = list(documents.order_by(order, "-published_at", "-pk")[start : start + PAGE_SIZE])
    return Hits([document.pk for document in found], documents.count()), found


# ── Where in them ─────────────────────────────────────────────────────────────────────────────────────────
def _results(documents: list[Document], query: SearchQuery, user: User | AnonymousUser) -> list[Result]:
    highlighter = Highlighter(query)
    readable = readable_page_counts(documents=documents, user=user)
    places = places_in(documents, highlighter=highlighter, readable=readable)
    return [_result(document, query, highlighter, places[document.pk]) for document in documents]


def _result(document: Document, query: SearchQuery, highlighter: Highlighter, places: Places) -> Result:
    def address(number: int) -> str:
        return document.page_url(number, query=query.text)

    snippets = [
        Snippet(page.number, highlighter.excerpt(page.text).html, address(page.number))
        for page in places.pages[:SNIPPETS_SHOWN]
    ]
    more = sorted(page.number for page in places.pages[SNIPPETS_SHOWN:])
    return Result(
        document=document,
        title=highlighter.marked(document.title),
        description=highlighter.excerpt(document.description).html,
        snippets=snippets,
        more_pages=[PageLink(number, address(number)) for number in more],
        is_beyond_preview=places.is_beyond,
    )
