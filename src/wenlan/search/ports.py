"""What the search room asks of an index, whichever it is."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from wenlan.search.analysis import SearchQuery


class SearchUnavailable(Exception):
    """The index cannot answer or be written now; `reason` says why, for operators and for the repair."""

    class Reason(enum.Enum):
        MISSING = "missing"
        DAMAGED = "damaged"
        UNWRITABLE = "unwritable"
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
    those of what everybody may read of it, so that nobody can read the rest out by asking for phrases.
    """

    document_id: int
    title: list[str]
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


@dataclass(frozen=True)
class SearchFilters:
    """Facts that a hit must have; an empty value asks for nothing. `format` is a name of `documents.formats`."""

    category: str = ""
    format: str = ""
    language: str = ""
    is_free: bool | None = None
    pages_min: int | None = None
    pages_max: int | None = None

    @property
    def is_empty(self) -> bool:
        return self == SearchFilters()


class SearchOrder(enum.Enum):
    RELEVANCE = "relevance"
    NEWEST = "newest"


@dataclass(frozen=True)
class Hits:
    """Documents found, best first, and how many there are altogether.

    `is_partial` when no document has all phrases and as many words as asked for, and these have some of the words.
    """

    document_ids: list[int]
    total: int
    is_partial: bool = False


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
    """One writer at a time across the machine, which holds `writing`; any number of readers."""

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
        timeout_seconds: float,
    ) -> Hits:
        """Documents with all phrases and enough of the words; an empty query finds all that pass the filters.

        A phrase has to stand in what everybody may read; a word may be on any page.
        `most_words` asks for most of the words of a long query, where ranking would sort out the rest.
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

    def count(self) -> int:
        """How many documents the index holds. Raises SearchUnavailable."""
