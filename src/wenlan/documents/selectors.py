"""Reading documents. Who may open what is decided here and nowhere else."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from wenlan.accounts.models import User
from wenlan.core.handlers import handlers
from wenlan.documents.models import Category, Document, Page, Revision


def documents_visible_to(user: User | AnonymousUser) -> QuerySet[Document]:
    """Every document `user` may open, author, category and revision loaded. The only place that decides this.

    Published ones are everybody's; an author sees all of their own; reviewers and operators see everything
    that left its author's desk; a buyer keeps what was bought, whatever became of it since.
    """
    documents = Document.objects.select_related("author", "category", "current_revision")
    if not user.is_authenticated:
        return documents.filter(state=Document.State.PUBLISHED)
    if user.is_staff:
        return documents
    visible = Q(state=Document.State.PUBLISHED) | Q(author=user)
    if user.is_reviewer:
        visible |= ~Q(state=Document.State.DRAFT)
    for kept_by in handlers("documents_kept_by"):
        visible |= kept_by(user)
    return documents.filter(visible)


def documents_published() -> QuerySet[Document]:
    """What lists, search and the sitemap may show, ready for `documents/_card.html`."""
    return documents_visible_to(AnonymousUser()).prefetch_related("tags")


def documents_of_author(author: User) -> QuerySet[Document]:
    """Everything `author` uploaded, newest first, revisions loaded."""
    return (
        documents_visible_to(author)
        .filter(author=author)
        .prefetch_related("revisions", "tags")
        .order_by("-created_at", "-id")
    )


def reader_has_whole(*, document: Document, user: User | AnonymousUser) -> bool:
    """Whether every page and the original of `document` are this reader's.

    They are for its author, for reviewers and operators, and for whoever the orders room vouches for.
    """
    if not user.is_authenticated:
        return False
    if document.author_id == user.pk or user.is_staff or user.is_reviewer:
        return True
    return any(is_entitled(user, document) for is_entitled in handlers("reader_is_entitled"))


def readable_page_count(*, document: Document, revision: Revision, user: User | AnonymousUser) -> int:
    """How many pages of `revision`, from the first, this reader may see; 0 when there are none yet."""
    pages = revision.page_count or revision.pages_done
    if reader_has_whole(document=document, user=user):
        return pages
    return document.preview_policy.visible_pages(pages)


def pages_readable_by(
    *, document: Document, revision: Revision, user: User | AnonymousUser
) -> QuerySet[Page]:
    """The pages of `revision` this reader may see, in order. Text beyond them never leaves the database."""
    limit = readable_page_count(document=document, revision=revision, user=user)
    return revision.pages.filter(number__lte=limit).order_by("number")


def revision_shown_to(*, document: Document, user: User | AnonymousUser) -> Revision | None:
    """The revision whose pages this reader is shown: the published one, or the newest for who works on it."""
    if document.is_published or not user.is_authenticated:
        return document.current_revision
    if document.author_id == user.pk or user.is_reviewer or user.is_staff:
        return document.revisions.order_by("-number").first()
    return document.current_revision


def categories_with_documents() -> QuerySet[Category]:
    """Categories in shelf order."""
    return Category.objects.all()
