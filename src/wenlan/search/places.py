"""On which pages of the documents found the words stand, and on which of them this reader may see that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models.functions import Substr

from wenlan.documents.models import Document, Page
from wenlan.search.snippets import Highlighter, is_contents

PLACES_SHOWN = 6
"""Pages of one document that are named at most."""
CHECKED_PAGES = 40
"""Pages of one document, those that seem to have most of the words first, that are looked at closely."""
READ_CHARACTERS = 20_000
"""Of each page."""


class Place(NamedTuple):
    """A page with words of the query, and its text."""

    number: int
    text: str


@dataclass
class Places:
    """Where in one document the words stand.

    `pages` are those that this reader may see, those with most of the words first. Of the others is only known
    whether there are any.
    """

    pages: list[Place] = field(default_factory=list)
    is_beyond: bool = False


class _Candidate(NamedTuple):
    number: int
    text: str
    needles: int


def places_in(
    documents: Iterable[Document], *, highlighter: Highlighter, readable: dict[int, int]
) -> dict[int, Places]:
    """The places in each document by its number, in one query; `readable` says how many pages may be seen of each.

    Of a page beyond those only whole words of the query are told: what tells of parts of words would tell the text
    bit by bit.
    """
    documents = list(documents)
    candidates = _candidates(documents, highlighter)
    places: dict[int, Places] = {}
    for document in documents:
        pages = candidates[document.current_revision_id]
        limit = readable[document.pk]
        hidden = _best(page for page in pages if page.number > limit)
        places[document.pk] = Places(
            _with_words((page for page in pages if page.number <= limit), highlighter),
            any(highlighter.has_word(page.text, page.needles) for page in hidden),
        )
    return places


def _candidates(
    documents: Iterable[Document], highlighter: Highlighter
) -> dict[int | None, list[_Candidate]]:
    """The pages that may have a word, by revision."""
    found: dict[int | None, list[_Candidate]] = defaultdict(list)
    if not highlighter.needles:
        return found
    pages = Page.objects.filter(revision_id__in=[document.current_revision_id for document in documents])
    rows = pages.order_by().values_list("revision_id", "number", Substr("text", 1, READ_CHARACTERS))
    for revision_id, number, text in rows:
        needles = highlighter.needles_in(text)
        if needles is not None:
            found[revision_id].append(_Candidate(number, text, needles))
    return found


def _best(pages: Iterable[_Candidate]) -> list[_Candidate]:
    """Those that seem to have most of the words, the first pages first."""
    return sorted(pages, key=lambda page: (-page.needles.bit_count(), page.number))[:CHECKED_PAGES]


def _with_words(pages: Iterable[_Candidate], highlighter: Highlighter) -> list[Place]:
    """Those that do have words, those with most of them first; of as many a table of contents comes last."""
    counted = [
        (highlighter.count_in(page.text, page.needles), Place(page.number, page.text))
        for page in _best(pages)
    ]
    found = sorted(
        (item for item in counted if item[0]),
        key=lambda item: (-item[0], is_contents(item[1].text), item[1].number),
    )
    return [place for _, place in found[:PLACES_SHOWN]]
