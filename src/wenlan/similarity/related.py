"""Documents worth a look after another, or for one reader, and why.

Three things speak for a document: its words (the search index knows who shares the telling ones), what the same people
did with both (opened, bought, kept as favourites; always of several people, so that nobody's shelf can be read off), and
in the end that it is new in the category.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from wenlan.accounts.models import User
from wenlan.core.handlers import handlers
from wenlan.documents.models import Document, Favourite
from wenlan.documents.selectors import documents_published, documents_visible_to
from wenlan.search.analysis import FILLERS, fold, grams_of, joined, words_of
from wenlan.search.index import search_index
from wenlan.search.ports import SearchUnavailable
from wenlan.similarity.models import Finding

logger = logging.getLogger(__name__)

CANDIDATES = 40
"""Documents alike that are looked at for the few that are shown."""
SAME_SUBJECT_SHARE = 0.2
"""Of the weight of the telling words: from here on two documents of one category are about the same."""
ALIKE_SHARE = 0.3
"""The same for documents of different categories, where a long one shares words with everything."""
SAME_TITLE_SHARE = 0.7
"""Of the character pairs of two titles (Jaccard): from here on they read alike."""
SAME_TITLE_MAX = 2
"""So many documents with titles that read alike are shown; more would say nothing new."""
READ_PAGES = 3
READ_PAGE_CHARACTERS = 4000
TIMEOUT_SECONDS = 1.0
REMEMBERED_SECONDS = 600
"""How long a process keeps the candidates of a document; who may see them is asked anew each time."""

#: What a word of the title and of a tag counts, beside one of the text.
_TITLE_WEIGHT, _TAG_WEIGHT = 6, 6
PEOPLE_MIN = 3
"""So many different people must have done the same with two documents before anybody is told."""
SEEDS = 12
"""Of what a reader bought, kept and opened last: what `documents_for` starts from."""
SEEDS_READ = 3
"""Of these, the texts that others are compared with."""


class Reason(models.TextChoices):
    """Why a document is shown beside another, as readers are told."""

    SAME_SUBJECT = "same_subject", _("Same subject")
    BOUGHT_TOO = "bought_too", _("Readers also bought")
    OPENED_TOO = "opened_too", _("Readers also opened")
    KEPT_TOO = "kept_too", _("Readers also like")
    SAME_CATEGORY = "same_category", _("New in the same category")
    NEW = "new", _("New here")
    ALIKE = "alike", ""
    """Shares many words from another category: worth a look, but not for saying why."""


class _Candidate(NamedTuple):
    document_id: int
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
    return _shown(_candidates(document), user, limit, without=[document.pk])


def documents_for(*, user: User | AnonymousUser, limit: int = 6) -> list[Related]:
    """Published documents for somebody who looks for nothing in particular; at most `limit`, with reasons.

    From what they bought, kept and opened last to what others did with it and to texts about the same, then the newest.
    Never one that is theirs or that they opened lately. A stranger gets the newest. The number of queries is bounded.
    """
    seeds = _seeds(user) if user.is_authenticated else []
    candidates = [*_used_together(seeds), *_about_the_same(seeds[:SEEDS_READ])] if seeds else []
    newest = documents_visible_to(AnonymousUser()).order_by("-published_at", "-pk")[:CANDIDATES]
    candidates += [_Candidate(number, Reason.NEW) for number in newest.values_list("pk", flat=True)]
    return _shown(candidates, user, limit, without=seeds)


def _shown(
    candidates: list[_Candidate], user: User | AnonymousUser, limit: int, *, without: list[int]
) -> list[Related]:
    """Those of the candidates that may be offered, no text twice, at most `limit`."""
    numbers = [candidate.document_id for candidate in candidates]
    titles = dict(_offered(user).filter(pk__in=numbers).exclude(pk__in=without).values_list("pk", "title"))
    texts = _same_texts({*titles, *without})
    chosen = {item.document_id: item.reason for item in _diverse(candidates, titles, texts, without, limit)}
    documents = documents_published().prefetch_related(None).in_bulk(chosen)
    return [
        Related(documents[number], str(reason.label))
        for number, reason in chosen.items()
        if number in documents
    ]


def _same_texts(numbers: Collection[int]) -> dict[int, int]:
    """For documents that hold the same text, as far as anybody knows: one number for all of them."""
    same = Finding.objects.filter(
        kind=Finding.Kind.SAME_TEXT,
        fingerprint__document_number__in=numbers,
        earlier__document_number__in=numbers,
    ).exclude(state=Finding.State.DISMISSED)
    first: dict[int, int] = {}
    for one, other in same.values_list("fingerprint__document_number", "earlier__document_number"):
        kept, gone = first.get(other, other), first.get(one, one)
        first = {number: kept if work == gone else work for number, work in first.items()}
        first |= {one: kept, other: kept}
    return first


def _seeds(user: User) -> list[int]:
    """What `user` has to do with, the last first: bought, kept as a favourite, opened."""
    kept = Favourite.objects.filter(reader=user).order_by("-created_at").values_list("document_id", flat=True)
    found = [number for used_by in handlers("documents_used_by") for number in used_by(user, SEEDS)]
    return list(dict.fromkeys([*found, *kept[:SEEDS]]))[: 2 * SEEDS]


def _used_together(seeds: list[int]) -> list[_Candidate]:
    """What at least `PEOPLE_MIN` people bought, opened or like who did the same with one of these, most of them first."""
    found: list[tuple[float, int, Reason]] = []
    for used_with in handlers("documents_used_with"):
        name, people = used_with(seeds, PEOPLE_MIN, CANDIDATES)
        found += [(share, number, Reason(name)) for number, share in people.items()]
    likes = Favourite.objects.filter(reader__in=Favourite.objects.filter(document__in=seeds).values("reader"))
    rows = (
        likes.exclude(document__in=seeds).values("document").annotate(people=Count("reader", distinct=True))
    )
    rows = rows.filter(people__gte=PEOPLE_MIN).order_by("-people", "document")[:CANDIDATES]
    found += [(row["people"], row["document"], Reason.KEPT_TOO) for row in rows]
    order = [Reason.BOUGHT_TOO, Reason.KEPT_TOO, Reason.OPENED_TOO]
    found.sort(key=lambda item: (order.index(item[2]), -item[0], item[1]))
    return [_Candidate(number, reason) for _share, number, reason in found]


def _about_the_same(seeds: list[int]) -> list[_Candidate]:
    """What is about the same as each of these, in turns."""
    documents = documents_published().prefetch_related("tags").in_bulk(seeds)
    try:
        rows = [_alike(documents[number])[0] for number in seeds if number in documents]
    except SearchUnavailable as error:
        logger.info("documents for a reader without the index: %s", error)
        return []
    return [candidate for turn in zip_longest(*rows) for candidate in turn if candidate is not None]


def _offered(user: User | AnonymousUser) -> QuerySet[Document]:
    """Published documents that are not yet the reader's own."""
    offered = documents_visible_to(AnonymousUser())
    if user.is_authenticated:
        kept = Q(author=user)
        for kept_by in handlers("documents_kept_by"):
            kept |= kept_by(user)
        offered = offered.exclude(kept)
    return offered


def _candidates(document: Document) -> list[_Candidate]:
    """What may be shown beside `document`, whoever reads, best first."""
    remembered = caches["process"]
    key = f"related:{document.pk}:{document.current_revision_id}:{document.category_id}"
    candidates: list[_Candidate] | None = remembered.get(key)
    if candidates is None:
        same_language, other_language = _newest_in_category(document)
        try:
            same_subject, elsewhere = _alike(document)
        except SearchUnavailable as error:
            logger.info("related documents by category alone: %s", error)
            return [*same_language, *other_language]
        together = _used_together([document.pk])
        candidates = [*_in_turns(same_subject, together), *same_language, *elsewhere, *other_language]
        remembered.set(key, candidates, REMEMBERED_SECONDS)
    return candidates


def _in_turns(first: list[_Candidate], second: list[_Candidate]) -> Iterator[_Candidate]:
    """Two of the first, one of the second, and so on: what people did says as much as half of what the text says."""
    rest = iter(second)
    for place, candidate in enumerate(first, start=1):
        yield candidate
        if place % 2 == 0:
            yield from islice(rest, 1)
    yield from rest


def _alike(document: Document) -> tuple[list[_Candidate], list[_Candidate]]:
    """Documents that share the telling words of this one, most alike first: of its category, and of others."""
    found = search_index().find_alike(_words(document), limit=CANDIDATES, timeout_seconds=TIMEOUT_SECONDS)
    alike = {item.document_id: item.share for item in found if item.share >= SAME_SUBJECT_SHARE}
    category = document.category_id
    together = set(
        Document.objects.filter(pk__in=alike, category__isnull=False, category=category).values_list(
            "pk", flat=True
        )
    )
    same_subject = [_Candidate(number, Reason.SAME_SUBJECT) for number in alike if number in together]
    elsewhere = [
        _Candidate(number, Reason.ALIKE)
        for number, share in alike.items()
        if number not in together and share >= ALIKE_SHARE
    ]
    return same_subject, elsewhere


def _newest_in_category(document: Document) -> tuple[list[_Candidate], list[_Candidate]]:
    """The newest documents of the category: those in the language of this one, and the others."""
    if document.category_id is None:
        return [], []
    published = documents_visible_to(AnonymousUser()).filter(category_id=document.category_id)
    rows = published.order_by("-published_at", "-pk").values_list("pk", "language")[:CANDIDATES]
    own: list[_Candidate] = []
    other: list[_Candidate] = []
    for number, language in rows:
        (own if language == document.language else other).append(_Candidate(number, Reason.SAME_CATEGORY))
    return own, other


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


def _diverse(
    candidates: Iterable[_Candidate],
    titles: dict[int, str],
    texts: dict[int, int],
    without: Iterable[int],
    limit: int,
) -> Iterator[_Candidate]:
    """The first `limit` candidates that have a title, each text once, without a third title that reads like two before."""
    shown: dict[int, frozenset[str]] = {}
    known = {texts.get(number, number) for number in without}
    for candidate in candidates:
        if len(shown) == limit:
            return
        text = texts.get(candidate.document_id, candidate.document_id)
        if candidate.document_id not in titles or text in known:
            continue
        title = frozenset(grams_of(fold(titles[candidate.document_id])))
        if sum(_reads_alike(title, other) for other in shown.values()) < SAME_TITLE_MAX:
            shown[candidate.document_id] = title
            known.add(text)
            yield candidate


def _reads_alike(title: frozenset[str], other: frozenset[str]) -> bool:
    union = len(title | other)
    return union == 0 or len(title & other) / union >= SAME_TITLE_SHARE
