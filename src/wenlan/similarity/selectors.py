"""Documents like another."""

from __future__ import annotations

import enum
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from wenlan.accounts.models import User
from wenlan.core.handlers import handlers
from wenlan.documents.models import Document
from wenlan.documents.selectors import documents_published
from wenlan.search.analysis import FILLERS, fold, grams_of, joined, words_of
from wenlan.search.index import search_index
from wenlan.search.ports import SearchUnavailable

logger = logging.getLogger(__name__)

CANDIDATES = 40
"""Documents alike that are looked at for the few that are shown."""
SAME_SUBJECT_SHARE = 0.2
"""Of the weight of the telling words: from here on two documents are about the same."""
SAME_TITLE_SHARE = 0.7
"""Of the character pairs of two titles (Jaccard): from here on they read alike."""
SAME_TITLE_MAX = 2
"""So many documents with titles that read alike are shown; more would say nothing new."""
READ_PAGES = 3
READ_PAGE_CHARACTERS = 4000
TIMEOUT_SECONDS = 1.0

#: What a word of the title and of a tag counts, beside one of the text.
_TITLE_WEIGHT, _TAG_WEIGHT = 6, 6


class Reason(enum.Enum):
    """Why a document is shown beside another, as readers are told."""

    SAME_SUBJECT = _("same subject")
    SAME_CATEGORY = _("new in the same category")


class _Candidate(NamedTuple):
    document_id: int
    title: str
    reason: Reason


@dataclass(frozen=True)
class Related:
    """A document worth a look after another; `reason` is in the reader's language."""

    document: Document
    reason: str


def documents_related(*, document: Document, user: User | AnonymousUser, limit: int = 6) -> list[Related]:
    """Published documents about the same as `document`, then the newest of its category; at most `limit`.

    Never the document itself, nor one that is `user`'s already; at most two whose titles read alike. The number
    of queries is constant. Without an index there remains the category.
    """
    offered = _offered(document, user)
    candidates = chain(_same_subject(document, offered), _newest_in_category(document, offered))
    chosen = {item.document_id: item.reason for item in _diverse(candidates, limit)}
    documents = {other.pk: other for other in documents_published().filter(pk__in=chosen)}
    return [
        Related(documents[number], str(reason.value))
        for number, reason in chosen.items()
        if number in documents
    ]


def _offered(document: Document, user: User | AnonymousUser) -> QuerySet[Document]:
    """Published documents that are not this one and not yet the reader's."""
    offered = documents_published().exclude(pk=document.pk)
    if user.is_authenticated:
        kept = Q(author=user)
        for kept_by in handlers("documents_kept_by"):
            kept |= kept_by(user)
        offered = offered.exclude(kept)
    return offered


def _same_subject(document: Document, offered: QuerySet[Document]) -> list[_Candidate]:
    """Documents that share the telling words of this one, most alike first."""
    try:
        alike = search_index().find_alike(_words(document), limit=CANDIDATES, timeout_seconds=TIMEOUT_SECONDS)
    except SearchUnavailable as error:
        logger.info("related documents by category alone: %s", error)
        return []
    numbers = [item.document_id for item in alike if item.share >= SAME_SUBJECT_SHARE]
    titles = dict(offered.filter(pk__in=numbers).values_list("pk", "title"))
    return [_Candidate(number, titles[number], Reason.SAME_SUBJECT) for number in numbers if number in titles]


def _newest_in_category(document: Document, offered: QuerySet[Document]) -> list[_Candidate]:
    if document.category_id is None:
        return []
    newest = offered.filter(category_id=document.category_id).order_by("-published_at", "-pk")
    rows = newest.values_list("pk", "title")[:CANDIDATES]
    return [_Candidate(number, title, Reason.SAME_CATEGORY) for number, title in rows]


def _words(document: Document) -> dict[str, float]:
    """How much each word says about `document`: how often it stands on its first pages, title and tags more."""
    counts = Counter(_telling(_first_pages(document)))
    for text, weight in (
        (document.title, _TITLE_WEIGHT),
        *((tag.name, _TAG_WEIGHT) for tag in document.tags.all()),
    ):
        for word in _telling([text]):
            counts[word] += weight
    # The tenth time a word stands there says less than the second (sublinear term frequency).
    return {word: count**0.5 for word, count in counts.items()}


def _first_pages(document: Document) -> Iterable[str]:
    """The text of the first pages, whoever may read them: it leads to other documents and is not shown."""
    revision = document.current_revision
    if revision is None:
        return []
    pages = revision.pages.filter(number__lte=READ_PAGES).order_by("number")
    return pages.annotate(start=Substr("text", 1, READ_PAGE_CHARACTERS)).values_list("start", flat=True)


def _telling(texts: Iterable[str]) -> Iterator[str]:
    """Words that can name a subject: no single characters, fillers or numbers."""
    for text in texts:
        for word in words_of(fold(joined(text))):
            if len(word) > 1 and not word.isdecimal() and word not in FILLERS:
                yield word


def _diverse(candidates: Iterable[_Candidate], limit: int) -> Iterator[_Candidate]:
    """The first `limit` candidates, each once, without a third title that reads like two before it."""
    shown: dict[int, frozenset[str]] = {}
    for candidate in candidates:
        if len(shown) == limit:
            return
        title = frozenset(grams_of(fold(candidate.title)))
        is_one_more = sum(_reads_alike(title, other) for other in shown.values()) >= SAME_TITLE_MAX
        if candidate.document_id not in shown and not is_one_more:
            shown[candidate.document_id] = title
            yield candidate


def _reads_alike(title: frozenset[str], other: frozenset[str]) -> bool:
    union = len(title | other)
    return union == 0 or len(title & other) / union >= SAME_TITLE_SHARE
