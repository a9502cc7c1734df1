"""What the search room asks of an index, whichever it is."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from wenlan.search.analysis import SearchQuery


class SearchUnavailable(Exception):
    """The index cannot answer or be written now; `reason` says why, for operators and for the repair."""

    class Reason(enum.Enum):
        MISSING = "missing"
        DAMAGED = "damaged"
        UNWRITABLE = "unwritable"
        UNREACHABLE = "unreachable"
        TIMED_OUT = "timed out"
        BUSY = "busy"

    def __init__(self, reason: Reason, detail: object = "") -> None:
        super().__init__(
            f"search index {reason.value}: {detail}" if detail else f"search index {reason.value}"
        )
        self.reason = reason


@dataclass(frozen=True)
class IndexedDocument:
    """One document as the index holds it: terms in the order of the text, and the facts to filter by.

    `words` and `grams` are those of everything: title, tags, author, description and every page; `open_grams`
    those of what everybody may read of it, so that nobody can read the rest out by asking for phrases. `headings`
    are those of every page, for the ranking alone.
    """

    document_id: int
    title: list[str]
    headings: list[str]
    tags: list[str]
    author: list[str]
    words: list[str]
    grams: list[str]
    open_grams: list[str]
    category: str
    format: str
    language: str
    price_minor: int
    page_count: int
    published_at: int
    """Seconds since 1970, UTC."""


class Facet(enum.Enum):
    """A fact by which what was found is counted and narrowed down; its value is the name of it in addresses."""

    CATEGORY = "category"
    FORMAT = "format"
    LANGUAGE = "language"
    PAGES = "pages"
    PRICE = "price"
    DATE = "date"


@dataclass(frozen=True)
class SearchFilters:
    """Facts that a hit must have; an empty value asks for nothing.

    `format` is a name of `documents.formats`, `language` one of `Document.Language`; prices are minor units.
    `published_from` is the first second that counts and `published_before` the first that no longer does, both
    since 1970, UTC. `author`, `title` and `tags` are grams, all of which the field has.

    `without_words` has one tuple of grams per word that a hit must not have anywhere (all grams of the tuple),
    `without_phrases` one of neighbouring grams per quoted part that it must not have where everybody may read.
    """

    category: str = ""
    format: str = ""
    language: str = ""
    price_min: int | None = None
    price_max: int | None = None
    pages_min: int | None = None
    pages_max: int | None = None
    published_from: int | None = None
    published_before: int | None = None
    author: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    without_words: tuple[tuple[str, ...], ...] = ()
    without_phrases: tuple[tuple[str, ...], ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == SearchFilters()

    def beside(self, facet: Facet) -> SearchFilters:
        """These filters without those of `facet`, for its counts: what other choices of it would find."""
        return replace(self, **{name: getattr(_NO_FILTERS, name) for name in FILTERS_OF[facet]})


_NO_FILTERS = SearchFilters()
FILTERS_OF: dict[Facet, tuple[str, ...]] = {
    Facet.CATEGORY: ("category",),
    Facet.FORMAT: ("format",),
    Facet.LANGUAGE: ("language",),
    Facet.PAGES: ("pages_min", "pages_max"),
    Facet.PRICE: ("price_min", "price_max"),
    Facet.DATE: ("published_from", "published_before"),
}
"""Which filters choose something of a facet."""


class Span(NamedTuple):
    """The whole numbers from `start` on and below `stop`; None is without an end."""

    start: int | None
    stop: int | None


Spans = Mapping[Facet, Mapping[str, Span]]
"""For each facet of numbers (pages, price, date) the spans to count in, by a name; none reaches into another."""

FacetCounts = dict[Facet, dict[str, int]]
"""How many documents have which value of a facet, or are in which of its spans; what none has is left out."""


class SearchOrder(enum.Enum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    CHEAPEST = "cheapest"
    DEAREST = "dearest"


@dataclass(frozen=True)
class Hits:
    """Documents found, best first, and how many there are altogether.

    `is_partial` when no document has all phrases and as many words as asked for, and these have some of the words.
    `scores`, one for each document, say how well it fits; there are none in another order than by relevance.
    """

    document_ids: list[int]
    total: int
    is_partial: bool = False
    scores: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Alike:
    """A document like another: `share` (0 to 1) of the weight of the telling words is in both."""

    document_id: int
    share: float


class Rebuild(Protocol):
    """An index being built beside the live one; readers know nothing of it."""

    def replace(self, documents: Iterable[IndexedDocument]) -> None:
        """Write documents; findable after `take_over`."""

    def remove(self, document_ids: Collection[int]) -> None:
        """Forget documents again."""

    def take_over(self) -> None:
        """Stand in the place of the live index, for all processes at once. Needs `writing` of that one."""


class SearchIndex(Protocol):
    """One writer at a time, among all processes that share it, which holds `writing`; any number of readers."""

    def writing(self, *, timeout_seconds: float) -> AbstractContextManager[None]:
        """The right to write. Raises SearchUnavailable (BUSY) when another process keeps it all that time."""

    def prepare(self) -> bool:
        """Make sure there is a sound index; true when a new and empty one had to be made. Needs `writing`."""

    def replace(self, documents: Iterable[IndexedDocument]) -> None:
        """Write documents in place of what was held of them; findable on return. Needs `writing`.

        Raises SearchUnavailable; then nothing was written.
        """

    def remove(self, document_ids: Collection[int]) -> None:
        """Forget documents; unknown ones are no error. Needs `writing`. Raises SearchUnavailable."""

    def rebuilding(self) -> AbstractContextManager[Rebuild]:
        """An empty index beside the live one; thrown away unless it takes over inside the block.

        Raises SearchUnavailable (BUSY) when another process is rebuilding.
        """

    def find(
        self,
        query: SearchQuery,
        *,
        limit: int,
        offset: int = 0,
        filters: SearchFilters = SearchFilters(),
        order: SearchOrder = SearchOrder.RELEVANCE,
        most_words: bool = False,
        without: Collection[int] = (),
        timeout_seconds: float,
    ) -> Hits:
        """Documents with all phrases and enough of the words; an empty query finds all that pass the filters.

        A phrase has to stand in what everybody may read; a word may be on any page.
        `most_words` asks for most of the words of a long query, where ranking would sort out the rest.
        The documents numbered in `without` are as if they were not in the index.
        Raises SearchUnavailable; never blocks longer than the timeout.
        """

    def count_facets(
        self,
        query: SearchQuery,
        *,
        filters: SearchFilters = SearchFilters(),
        spans: Spans,
        most_words: bool = False,
        without: Collection[int] = (),
        timeout_seconds: float,
    ) -> FacetCounts:
        """How many documents `find` would find with each value of each facet in place of the one chosen of it.

        Formats and languages are counted as documents have them. A facet of numbers is counted by `spans`, and is
        left out where these do not name it.
        Raises SearchUnavailable; never blocks longer than the timeout.
        """

    def find_alike(
        self,
        words: Mapping[str, float],
        *,
        limit: int,
        term_limit: int = 30,
        timeout_seconds: float,
    ) -> list[Alike]:
        """Documents that have the most telling of these words (weight × rarity), best first.

        Raises SearchUnavailable; never blocks longer than the timeout.
        """

    def explain(
        self, query: SearchQuery, document_ids: Collection[int], *, timeout_seconds: float
    ) -> dict[int, dict[str, float]]:
        """What each field adds to the score that these documents have when `query` finds them, by document number.

        The fields are title, headings, tags, author, words and grams; one that adds nothing is left out. Of a query
        that finds in part the caller asks `without_quotes`, as `find` does.
        Raises SearchUnavailable; never blocks longer than the timeout.
        """

    def count(self) -> int:
        """How many documents the index holds. Raises SearchUnavailable."""
