"""What the index holds of one document, made of its texts and facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from wenlan.search import analysis
from wenlan.search.ports import IndexedDocument

TEXT_MAX_CHARACTERS = 2_000_000
"""Of the pages of one document; a text beyond this is found by its beginning."""
HEADINGS_MAX = 1000
HEADING_MAX_CHARACTERS = 200


class Heading(NamedTuple):
    """An entry of the table of contents, and the page it leads to."""

    page: int
    text: str


def entry_of(
    *,
    document_id: int,
    title: str,
    pages: Iterable[str],
    open_pages: int | None = None,
    headings: Iterable[Heading] = (),
    tags: Iterable[str] = (),
    author: str = "",
    description: str = "",
    category: str = "",
    format: str = "",  # noqa: A002 - the word of the house for it
    language: str = "",
    price_minor: int = 0,
    page_count: int = 0,
    published_at: int = 0,
) -> IndexedDocument:
    """The terms of a document. Every text is analysed by `wenlan.search.analysis`.

    The first `open_pages` of the pages are everybody's to read; None means that all of them are. A heading that no
    page says, as in a scanned book with bookmarks, is found like a word of its page.
    """
    tags = list(tags)
    texts = _within_limit(pages)
    open_text = "\n".join(islice(texts, open_pages))
    sections = [title, *tags, author, description, open_text]
    folded = [analysis.fold(analysis.joined(section)) for section in sections]
    hidden = analysis.fold(analysis.joined("\n".join(texts)))
    marked = [(page, _folded(text)) for page, text in islice(headings, HEADINGS_MAX)]
    unsaid = [(page, text) for page, text in marked if text not in folded[-1] and text not in hidden]
    folded += [text for page, text in unsaid if open_pages is None or page <= open_pages]
    hidden = "\n".join(
        [hidden, *(text for page, text in unsaid if open_pages is not None and page > open_pages)]
    )
    open_grams = list(
        chain.from_iterable((*analysis.grams_of(text), analysis.SECTION_BREAK) for text in folded)
    )
    return IndexedDocument(
        document_id=document_id,
        title=list(analysis.grams_of(folded[0])),
        headings=list(chain.from_iterable(analysis.grams_of(text) for _, text in marked)),
        tags=list(chain.from_iterable(analysis.grams_of(tag) for tag in folded[1 : 1 + len(tags)])),
        author=list(analysis.grams_of(folded[1 + len(tags)])),
        words=list(chain.from_iterable(analysis.words_of(text) for text in (*folded, hidden))),
        grams=[*open_grams, *analysis.grams_of(hidden)],
        open_grams=open_grams,
        category=category,
        format=format,
        language=language,
        price_minor=price_minor,
        page_count=page_count,
        published_at=published_at,
    )


def _folded(text: str) -> str:
    return analysis.fold(analysis.joined(text[:HEADING_MAX_CHARACTERS])).strip()


def _within_limit(pages: Iterable[str]) -> Iterator[str]:
    left = TEXT_MAX_CHARACTERS
    for page in pages:
        yield page[:left]
        left -= len(page)
        if left <= 0:
            return
