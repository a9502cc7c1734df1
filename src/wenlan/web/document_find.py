"""What a reader searched for in one document: how often it is on which page, and where on those that are shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser

from wenlan.accounts.models import User
from wenlan.documents.models import Document, Revision
from wenlan.documents.selectors import readable_page_count
from wenlan.search.analysis import query_of
from wenlan.search.matches import DocumentMatches, document_matches
from wenlan.search.snippets import Highlighter
from wenlan.web.marks import PageMarks, marks_of_pages


@dataclass(frozen=True)
class FoundPage:
    """A page with matches that this reader may see."""

    number: int
    count: int
    url: str


@dataclass(frozen=True)
class Found:
    """What the search bar of the reader says. `is_refused`: this visitor searches too much, and nothing was looked for.

    There is nothing in here about a page that the reader may not see, except whether one of those has a word.
    `marks` are those of pages that the reader has before them already.
    """

    query: str
    pages: list[FoundPage] = field(default_factory=list)
    total: int = 0
    is_beyond: bool = False
    is_refused: bool = False
    marks: list[PageMarks] = field(default_factory=list)


def found_in_document(
    *,
    document: Document,
    revision: Revision,
    user: User | AnonymousUser,
    query: str,
    marked: range = range(0),
) -> Found:
    """Where `query` is in `revision`, as far as `user` may know; with the marks of the pages in `marked`."""
    highlighter = Highlighter(query_of(query))
    readable = readable_page_count(document=document, revision=revision, user=user)
    matches = document_matches(revision=revision, highlighter=highlighter, readable=readable)
    return Found(
        query=query,
        pages=[
            FoundPage(page.number, page.count, document.page_url(page.number, query=query))
            for page in matches.pages
        ],
        total=matches.total,
        is_beyond=matches.is_beyond,
        marks=_marks(matches, revision, highlighter, marked),
    )


def _marks(
    matches: DocumentMatches, revision: Revision, highlighter: Highlighter, marked: range
) -> list[PageMarks]:
    numbers = [page.number for page in matches.pages if page.number in marked]
    return (
        list(marks_of_pages(revision=revision, numbers=numbers, highlighter=highlighter)) if numbers else []
    )
