"""Reading what waits for a decision or an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, When

from wenlan.accounts.models import User
from wenlan.documents.models import Amendment, Document, Page, Revision
from wenlan.documents.selectors import documents_visible_to
from wenlan.similarity.models import Finding
from wenlan.similarity.selectors import findings_strongest
from wenlan.trust.models import PageProblem, Review, Ticket

_READY = Revision.objects.filter(state=Revision.State.READY)
WORDS_SHOWN, WORDS_READ = 5, 500
"""So much of what readers say of a page is shown, and so much is looked through for it."""
HAS_PAGE = Exists(Page.objects.filter(revision=OuterRef("revision"), number=OuterRef("page_number")))
"""Whether the preview still has the page that looks wrong: another preview may have fewer."""
_HAS_AMENDMENT = Q(amendment__state=Amendment.State.IN_REVIEW)


def may_review(user: User | AnonymousUser) -> bool:
    return user.is_authenticated and (user.is_reviewer or user.is_staff)


def documents_to_review(reviewer: User) -> QuerySet[Document]:
    """What waits for a decision, the longest waiting first, `ready_revisions` and `amendment` loaded.

    That is documents in review whose preview is ready, and published ones whose author asks for other words;
    `waiting_since` says since when. One's own are listed too; somebody else decides about them.
    """
    is_ready = Exists(_READY.filter(document=OuterRef("pk")))
    return (
        documents_visible_to(reviewer)
        .filter(Q(is_ready, state=Document.State.IN_REVIEW) | _HAS_AMENDMENT)
        .annotate(
            waiting_since=Case(
                When(state=Document.State.IN_REVIEW, then=F("submitted_at")),
                default=F("amendment__submitted_at"),
            )
        )
        .select_related("amendment")
        .prefetch_related(Prefetch("revisions", _READY.order_by("-number"), to_attr="ready_revisions"))
        .order_by("waiting_since", "id")
    )


@dataclass(frozen=True)
class QueueRow:
    """A document that waits, the revision to look at, and the strongest finding about its text."""

    document: Document
    revision: Revision | None
    copy: Finding | None


def queue_rows(documents: Iterable[Document]) -> list[QueueRow]:
    """What the queue says of these documents, which `documents_to_review` has loaded; one more query."""
    waiting = [(document, document.ready_revisions[:1]) for document in documents]  # type: ignore[attr-defined]
    found = findings_strongest(revision for _document, ready in waiting for revision in ready)
    return [
        QueueRow(document, ready[0], found.get(ready[0].pk)) if ready else QueueRow(document, None, None)
        for document, ready in waiting
    ]


def amendment_to_review(document: Document) -> Amendment | None:
    """The other words for `document` that wait for a decision."""
    return (
        Amendment.objects.select_related("category")
        .filter(document=document, state=Amendment.State.IN_REVIEW)
        .first()
    )


def review_undoable(reviewer: User) -> Review | None:
    """The last decision of `reviewer`, as long as it may be taken back; its document loaded."""
    last = Review.objects.filter(reviewer=reviewer).select_related("document").first()
    return last if last is not None and last.can_be_undone else None


def next_to_review(reviewer: User) -> Document | None:
    """The document that has waited longest and that `reviewer` may decide about."""
    return documents_to_review(reviewer).exclude(author=reviewer).first()


def documents_reviewable(reviewer: User) -> QuerySet[Document]:
    """Whatever left its author's desk: what reviewers may look at, decided or not."""
    return documents_visible_to(reviewer).exclude(state=Document.State.DRAFT)


@dataclass(frozen=True)
class QueueCounts:
    waiting: int
    own: int
    in_conversion: int


def queue_counts(reviewer: User) -> QueueCounts:
    """How many documents or changes wait for a reviewer, how many of them are one's own, how many have no preview yet."""
    is_ready = Exists(_READY.filter(document=OuterRef("pk")))
    waits = Q(is_ready) | _HAS_AMENDMENT
    counts = Document.objects.filter(Q(state=Document.State.IN_REVIEW) | _HAS_AMENDMENT).aggregate(
        waiting=Count("pk", filter=waits),
        own=Count("pk", filter=waits & Q(author=reviewer)),
        in_conversion=Count("pk", filter=~waits),
    )
    return QueueCounts(**counts)


def waiting_for(user: User) -> int:
    """How many documents `user` could decide about now."""
    return documents_to_review(user).exclude(author=user).count() if may_review(user) else 0


def open_ticket_count() -> int:
    return Ticket.objects.filter(state=Ticket.State.OPEN).count()


@dataclass(frozen=True)
class AuthorHistory:
    """How the documents of an author fared before."""

    published: int
    withdrawn: int
    returns: int


def author_history(author: User) -> AuthorHistory:
    counts = author.documents.aggregate(
        published=Count("pk", filter=Q(state=Document.State.PUBLISHED), distinct=True),
        withdrawn=Count("pk", filter=Q(state=Document.State.WITHDRAWN), distinct=True),
        returns=Count(
            "reviews", filter=Q(reviews__decision="returned", reviews__undone_at=None), distinct=True
        ),
    )
    return AuthorHistory(**counts)


def revision_under_review(document: Document) -> Revision | None:
    """The newest converted revision of `document`: what publishing would put on the shelf."""
    return document.revisions.filter(state=Revision.State.READY).order_by("-number").first()


def revision_was_reviewed(revision_id: int) -> bool:
    """Whether anybody has ever decided about the revision, taken back or not."""
    return Review.objects.filter(revision=revision_id).exists()


def pages_to_review(revision: Revision) -> QuerySet[Page]:
    """Every page of `revision` without its text."""
    return revision.pages.only("number", "width_points", "height_points", "images", "revision").order_by(
        "number"
    )


def ticket_by_code(code: str) -> QuerySet[Ticket]:
    """The ticket with this code, for whoever knows it."""
    return Ticket.objects.filter(code=code.lower()).select_related("document", "reporter")


def tickets_of(user: User | AnonymousUser) -> QuerySet[Ticket]:
    """The tickets a person opened while signed in, latest first."""
    return Ticket.objects.filter(reporter=user) if isinstance(user, User) else Ticket.objects.none()


def tickets_in(state: str) -> QuerySet[Ticket]:
    """Tickets in one state for operators; those that must be answered first come first."""
    order = ["due_at", "id"] if state == Ticket.State.OPEN else ["-id"]
    return Ticket.objects.filter(state=state).select_related("document", "reporter").order_by(*order)


@dataclass(frozen=True)
class PageInQuestion:
    """A page that looks wrong to readers, and what they say of it.

    `readers` counts all who left no address as one: nobody knows whether they are several. It is less than `reports`
    then.
    """

    page: Page
    document: Document
    reports: int
    readers: int
    words: list[str]

    @property
    def is_being_redrawn(self) -> bool:
        return self.page.revision.is_being_redrawn


def _open_problems(reviewer: User) -> QuerySet[PageProblem]:
    """What readers said of pages that have a preview still, in documents that `reviewer` may look at."""
    return PageProblem.objects.filter(
        HAS_PAGE,
        state__in=[PageProblem.State.OPEN, PageProblem.State.REDRAWING],
        revision__state=Revision.State.READY,
        revision__document__in=documents_reviewable(reviewer),
    )


def pages_in_question_keys(reviewer: User) -> QuerySet[PageProblem, Any]:
    """The pages that look wrong to readers, those first that look so to most; then the longest waiting ones."""
    return (
        _open_problems(reviewer)
        .values("revision_id", "page_number")
        .annotate(
            reports=Count("pk"),
            readers=Count("reporter", distinct=True) + Count("email", distinct=True, filter=Q(reporter=None)),
            since=Min("created_at"),
        )
        .order_by("-readers", "since", "revision_id", "page_number")
    )


def pages_in_question(keys: Iterable[Mapping[str, Any]]) -> list[PageInQuestion]:
    """These pages with their images and the last words of readers; a page the preview has no more is left out."""
    wanted = {(key["revision_id"], key["page_number"]): key for key in keys}
    revisions = {revision_id for revision_id, _number in wanted}
    numbers = {number for _revision_id, number in wanted}
    pages = {
        (page.revision_id, page.number): page
        for page in Page.objects.filter(revision__in=revisions, number__in=numbers)
        .select_related("revision__document__author")
        .defer("lines", "text", "revision__outline", "revision__report")
    }
    words: dict[tuple[int, int], list[str]] = {}
    said = PageProblem.objects.filter(revision__in=revisions, page_number__in=numbers).exclude(body="")
    for problem in said.filter(state__in=[PageProblem.State.OPEN, PageProblem.State.REDRAWING])[:WORDS_READ]:
        place = words.setdefault((problem.revision_id, problem.page_number), [])
        if len(place) < WORDS_SHOWN:
            place.append(problem.body)
    return [
        PageInQuestion(
            page=pages[place],
            document=pages[place].revision.document,
            reports=key["reports"],
            readers=key["readers"],
            words=words.get(place, []),
        )
        for place, key in wanted.items()
        if place in pages
    ]


def pages_in_question_count(user: User) -> int:
    return pages_in_question_keys(user).count()


def quality_signals(document_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """`complaints_open` of each document for the ranking: people who report it or a page of it, not yet settled.

    Somebody counts once, whatever they write, its author never, and all without an account are one.
    """
    reports = Ticket.objects.filter(kind__in=[Ticket.Kind.REPORT, Ticket.Kind.COPYRIGHT])
    tickets = reports.filter(document__in=document_ids).exclude(state=Ticket.State.CLOSED)
    problems = PageProblem.objects.filter(
        revision__document__in=document_ids,
        revision=F("revision__document__current_revision"),
        state__in=[PageProblem.State.OPEN, PageProblem.State.REDRAWING],
    )
    people = {
        *tickets.order_by().values_list("document", "reporter", "document__author"),
        *problems.order_by().values_list("revision__document", "reporter", "revision__document__author"),
    }
    return {"complaints_open": Counter(number for number, reporter, author in people if reporter != author)}
