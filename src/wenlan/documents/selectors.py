"""Reading documents. Who may open what is decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Prefetch, Q, QuerySet, prefetch_related_objects

from wenlan.accounts.models import ReaderGroup, User
from wenlan.core.handlers import handlers
from wenlan.documents.models import Amendment, Category, Document, Favourite, Page, Revision, on_the_shelf


def documents_visible_to(user: User | AnonymousUser) -> QuerySet[Document]:
    """Every document `user` may open, author, category and revision loaded. The only place that decides this.

    Published ones are everybody's, unless they are for members or groups alone; an author sees all of their own; reviewers and operators see everything
    that left its author's desk; a buyer keeps what was bought, whatever became of it since.
    """
    documents = Document.objects.select_related("author", "category", "current_revision")
    if not user.is_authenticated:
        return documents.filter(on_the_shelf())
    if user.is_staff:
        return documents
    visible = on_the_shelf() | Q(author=user) | _for_groups_of(user)
    for opened_to in handlers("documents_opened_to"):
        visible |= opened_to(user)
    if user.is_reviewer:
        visible |= ~Q(state=Document.State.DRAFT)
    for kept_by in handlers("documents_kept_by"):
        visible |= kept_by(user)
    return documents.filter(visible)


def _for_groups_of(user: User) -> Q:
    """Published documents for groups that `user` is in; a subquery, which doubles no row."""
    theirs = ReaderGroup.objects.filter(members=user).order_by().values("documents")
    return Q(state=Document.State.PUBLISHED, audience=Document.Audience.GROUPS, pk__in=theirs)


def documents_published() -> QuerySet[Document]:
    """What lists, search and the sitemap may show, ready for `documents/_card.html`.

    What only the page of a document tells, its outline and report, stays in the database until asked for.
    """
    documents = documents_visible_to(AnonymousUser())
    return documents_with_covers(documents.defer("current_revision__outline", "current_revision__report"))


def documents_withdrawn() -> QuerySet[Document]:
    """Documents that everybody could open until they were withdrawn.

    They stay closed; all that is told to everybody is that they were here, and of those their author withdrew the title.
    """
    return Document.objects.filter(state=Document.State.WITHDRAWN, published_at__isnull=False)


def documents_with_covers(documents: QuerySet[Document]) -> QuerySet[Document]:
    """`documents` with the first page of each as `current_revision.cover_pages`, and with what their cards say.

    A fixed number of queries more, however many documents there are.
    """
    return documents.prefetch_related(_first_pages(), *_for_cards())


def covers_load(documents: Sequence[Document]) -> None:
    """The same for documents that were loaded with something else, revisions included."""
    prefetch_related_objects(documents, _first_pages(), *_for_cards())


def _for_cards() -> list[Prefetch[str]]:
    """What the rooms above load with each document that stands in a list."""
    return [prefetch for listed_with in handlers("documents_listed_with") for prefetch in listed_with()]


def _first_pages(lookup: str = "current_revision__pages") -> Prefetch[str]:
    pages = Page.objects.filter(number=1).only("revision_id", "number", "images").order_by()
    return Prefetch(lookup, queryset=pages, to_attr="cover_pages")


def documents_of_author(author: User) -> QuerySet[Document]:
    """Everything `author` uploaded, newest first, revisions and their first pages loaded."""
    return (
        Document.objects.filter(author=author)
        .select_related("category", "amendment")
        .prefetch_related(revisions_with_covers())
        .order_by("-created_at", "-id")
    )


def documents_named(documents: QuerySet[Document], words: str) -> QuerySet[Document]:
    """Those of `documents` with each of `words` in the title or in the name of a file."""
    for word in words.split()[:10]:
        files = Revision.objects.filter(original_name__icontains=word)
        documents = documents.filter(Q(title__icontains=word) | Q(pk__in=files.values("document_id")))
    return documents


def documents_editable_by(user: User) -> QuerySet[Document]:
    """The documents `user` may change: their own, or all for an operator; revisions and tags loaded."""
    documents = Document.objects.select_related("author", "category").prefetch_related(
        "tags", revisions_with_covers()
    )
    return documents if user.is_staff else documents.filter(author=user)


def amendment_of(document: Document) -> Amendment | None:
    """The other words that the author of `document` asked for, while they wait or after they were returned."""
    open_states = [Amendment.State.IN_REVIEW, Amendment.State.RETURNED]
    return Amendment.objects.filter(document=document, state__in=open_states).first()


def revisions_with_covers() -> Prefetch[str]:
    """Prefetches the revisions of documents, newest first, with the first page of each as `cover_pages`."""
    revisions = Revision.objects.order_by("-number").prefetch_related(_first_pages("pages"))
    return Prefetch("revisions", queryset=revisions)


def documents_in_state(documents: QuerySet[Document], state: str) -> QuerySet[Document]:
    """Those of `documents` in `state`, and those whose other words are in review or were returned."""
    return documents.filter(_in_state(state))


def _in_state(state: str) -> Q:
    return Q(state=state) | Q(amendment__state=state)


def document_counts_by_state(author: User) -> dict[str, int]:
    """How many documents of `author` `documents_in_state` finds for each state."""
    counted = {state: Count("pk", filter=_in_state(state)) for state in Document.State.values}
    return Document.objects.filter(author=author).order_by().aggregate(**counted)


def page_image_public(*, document_id: int, revision_id: int, number: int) -> Page | None:
    """The page, if everybody may see it: of the published revision, inside the preview."""
    page = (
        Page.objects.select_related("revision__document")
        .defer("text", "lines")
        .filter(
            on_the_shelf("revision__document__"),
            number=number,
            revision=revision_id,
            revision__document=document_id,
            revision__document__current_revision=revision_id,
        )
        .order_by("pk")
        .first()
    )
    if page is None:
        return None
    pages = page.revision.page_count or 0
    return page if number <= page.revision.document.preview_policy.visible_pages(pages) else None


def page_image_for(
    *, document_id: int, revision_id: int, number: int, user: User | AnonymousUser
) -> Page | None:
    """The page, if `user` may see that page of that revision of that document."""
    opened = _revision_for(document_id=document_id, revision_id=revision_id, user=user)
    if opened is None:
        return None
    document, revision = opened
    readable = pages_readable_by(document=document, revision=revision, user=user)
    return readable.filter(number=number).defer("text", "lines").first()


def slides_playable_by(
    *, document_id: int, revision_id: int, user: User | AnonymousUser
) -> tuple[Revision, int] | None:
    """The revision and how many of its slides, from the first, play for `user`; None when none do."""
    opened = _revision_for(document_id=document_id, revision_id=revision_id, user=user)
    if opened is None:
        return None
    document, revision = opened
    slides = slides_of(document=document, revision=revision, user=user)
    return (revision, slides) if slides else None


def slides_of(*, document: Document, revision: Revision, user: User | AnonymousUser) -> int:
    """How many slides of `revision`, from the first, play for `user`: as many as there are pages to read, or none."""
    if not revision.is_ready or not revision.slides_file:
        return 0
    return readable_page_count(document=document, revision=revision, user=user)


def _revision_for(
    *, document_id: int, revision_id: int, user: User | AnonymousUser
) -> tuple[Document, Revision] | None:
    """The document and that revision of it, if `user` may open both: another than the current is for who works on it."""
    document = documents_visible_to(user).filter(pk=document_id).first()
    if document is None:
        return None
    revision = document.current_revision
    if revision is None or revision.pk != revision_id:
        if not (user.is_authenticated and works_on(document=document, user=user)):
            return None
        revision = document.revisions.filter(pk=revision_id).first()
    return None if revision is None else (document, revision)


def works_on(*, document: Document, user: User) -> bool:
    """Whether `user` sees every revision of `document`: its author, reviewers and operators do."""
    return document.author_id == user.pk or user.is_reviewer or user.is_staff


def reader_has_whole(*, document: Document, user: User | AnonymousUser) -> bool:
    """Whether every page and the original of `document` are this reader's.

    They are for its author, for reviewers and operators, and for whoever the orders room vouches for.
    """
    if not user.is_authenticated:
        return False
    if works_on(document=document, user=user):
        return True
    return any(is_entitled(user, document) for is_entitled in handlers("reader_is_entitled"))


def readable_page_count(*, document: Document, revision: Revision, user: User | AnonymousUser) -> int:
    """How many pages of `revision`, from the first, this reader may see; 0 when there are none yet."""
    pages = revision.page_count or revision.pages_done
    if reader_has_whole(document=document, user=user):
        return pages
    return document.preview_policy.visible_pages(pages)


def readable_page_counts(*, documents: Iterable[Document], user: User | AnonymousUser) -> dict[int, int]:
    """`readable_page_count` of the current revision of each document, by document number; one query for all."""
    documents = list(documents)
    numbers = {document.pk for document in documents}
    whole: set[int] = set()
    if user.is_authenticated and (user.is_staff or user.is_reviewer):
        whole = numbers
    elif user.is_authenticated:
        kept = Q(author=user)
        for kept_by in handlers("documents_kept_by"):
            kept |= kept_by(user)
        whole = set(Document.objects.filter(kept, pk__in=numbers).values_list("pk", flat=True))
    counts: dict[int, int] = {}
    for document in documents:
        revision = document.current_revision
        pages = (revision.page_count or revision.pages_done) if revision else 0
        counts[document.pk] = pages if document.pk in whole else document.preview_policy.visible_pages(pages)
    return counts


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
    if works_on(document=document, user=user):
        return document.revisions.order_by("-number").first()
    return document.current_revision


def categories_with_documents() -> QuerySet[Category]:
    """Categories in shelf order."""
    return Category.objects.all()


def quality_signals(document_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """`favourites` of each document for the ranking: how many readers keep it in sight, its author aside."""
    kept = Favourite.objects.filter(document__in=document_ids).exclude(reader=F("document__author"))
    return {"favourites": dict(kept.order_by().values_list("document").annotate(Count("pk")))}
