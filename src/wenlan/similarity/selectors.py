"""Documents like another, and what was found about copies."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from wenlan.accounts.models import User
from wenlan.core.handlers import handlers
from wenlan.documents.models import Document, Revision
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
COPIES_TOLD = 3
REMEMBERED_SECONDS = 600
"""How long a process keeps the candidates of a document; who may see them is asked anew each time."""

#: What a word of the title and of a tag counts, beside one of the text.
_TITLE_WEIGHT, _TAG_WEIGHT = 6, 6


class Reason(models.TextChoices):
    """Why a document is shown beside another, as readers are told."""

    SAME_SUBJECT = "same_subject", _("Same subject")
    SAME_CATEGORY = "same_category", _("New in the same category")
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
    candidates = _candidates(document)
    titles = dict(
        _offered(document, user)
        .filter(pk__in=[candidate.document_id for candidate in candidates])
        .values_list("pk", "title")
    )
    chosen = {item.document_id: item.reason for item in _diverse(candidates, titles, limit)}
    documents = documents_published().prefetch_related(None).in_bulk(chosen)
    return [
        Related(documents[number], str(reason.label))
        for number, reason in chosen.items()
        if number in documents
    ]


def _offered(document: Document, user: User | AnonymousUser) -> QuerySet[Document]:
    """Published documents that are not this one and not yet the reader's own."""
    offered = documents_visible_to(AnonymousUser()).exclude(pk=document.pk)
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
        candidates = [*same_subject, *same_language, *elsewhere, *other_language]
        remembered.set(key, candidates, REMEMBERED_SECONDS)
    return candidates


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


def _diverse(candidates: Iterable[_Candidate], titles: dict[int, str], limit: int) -> Iterator[_Candidate]:
    """The first `limit` candidates that have a title, each once, without a third title that reads like two before."""
    shown: dict[int, frozenset[str]] = {}
    for candidate in candidates:
        if len(shown) == limit:
            return
        if candidate.document_id not in titles or candidate.document_id in shown:
            continue
        title = frozenset(grams_of(fold(titles[candidate.document_id])))
        if sum(_reads_alike(title, other) for other in shown.values()) < SAME_TITLE_MAX:
            shown[candidate.document_id] = title
            yield candidate


def _reads_alike(title: frozenset[str], other: frozenset[str]) -> bool:
    union = len(title | other)
    return union == 0 or len(title & other) / union >= SAME_TITLE_SHARE


def findings_about(revision: Revision) -> QuerySet[Finding]:
    """What was found about the text of `revision`, the strongest first, the earlier text and its document loaded."""
    return _findings().filter(fingerprint__revision=revision)


def findings_after(revision: Revision) -> QuerySet[Finding]:
    """What came later and is like the text of `revision`, as far as it left its author's desk; the strongest first."""
    later = _findings().filter(earlier__revision=revision).exclude(state=Finding.State.DISMISSED)
    return later.filter(fingerprint__revision__isnull=False).exclude(
        fingerprint__revision__document__state=Document.State.DRAFT
    )


def findings_strongest(revisions: Iterable[Revision]) -> dict[int, Finding]:
    """For each of these revisions the strongest finding that nobody has dismissed, by its number; one query."""
    findings = Finding.objects.select_related("fingerprint", "earlier")
    findings = findings.filter(fingerprint__revision__in=list(revisions)).defer("passages", "swapped")
    strongest: dict[int, Finding] = {}
    for finding in findings.exclude(state=Finding.State.DISMISSED):
        if finding.fingerprint.revision_id is not None:
            strongest.setdefault(finding.fingerprint.revision_id, finding)
    return strongest


def findings_on_the_shelf() -> QuerySet[Finding]:
    """What was found about texts that readers can see and nobody has decided about, the latest first."""
    # From the few findings to their documents, not the other way: an optimizer without statistics does not know.
    undecided = Finding.objects.filter(state=Finding.State.OPEN).values("pk")
    return (
        _findings()
        .filter(
            pk__in=undecided,
            fingerprint__revision__document__state=Document.State.PUBLISHED,
            fingerprint__revision__document__current_revision=F("fingerprint__revision"),
        )
        .defer("passages", "swapped")
        .order_by("-found_at", "-pk")
    )


def copies_told(revision: Revision) -> list[Finding]:
    """What readers of `revision` are told: whose text it has, as a reviewer confirmed, of those that they can open."""
    confirmed = _findings().filter(
        fingerprint__revision=revision,
        state=Finding.State.CONFIRMED,
        kind__in=[Finding.Kind.SAME_TEXT, Finding.Kind.PART_OF],
        earlier__revision__document__state=Document.State.PUBLISHED,
        earlier__revision__document__current_revision=F("earlier__revision"),
    )
    return list(confirmed.defer("passages", "swapped")[:COPIES_TOLD])


def finding_of(number: int) -> Finding | None:
    """A finding with both texts and their documents."""
    return _findings().filter(pk=number).first()


def _findings() -> QuerySet[Finding]:
    return Finding.objects.select_related(
        "fingerprint__revision__document__author",
        "earlier__revision__document__author",
        "earlier__owner",
        "decided_by",
    )
