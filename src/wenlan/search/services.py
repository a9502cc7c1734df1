"""Keeping the search index true to the library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from wenlan.documents.models import Document, Revision, on_the_shelf
from wenlan.documents.selectors import documents_published
from wenlan.search.entries import Heading, entry_of
from wenlan.search.index import search_index
from wenlan.search.models import IndexState
from wenlan.search.ports import IndexedDocument, Rebuild, SearchIndex, SearchUnavailable
from wenlan.search.vocabulary import names_refresh, names_tidy

BATCH_DOCUMENTS = 200
"""Documents written in one commit."""
FORGOTTEN_AFTER = timedelta(seconds=30)
REPAIR_PAUSE_SECONDS = 30
#: Longer than a writer takes between looking for wanted documents for the last time and letting go of the lock:
#: whoever still holds it after this has yet to look, and will find what we came for.
_WRITING_TIMEOUT_SECONDS = 5.0
_REBUILD_TIMEOUT_SECONDS = 300.0


@transaction.atomic
def document_index_request(document_id: int) -> None:
    """Ask for one document to be written into the index, or out of it if readers may no longer find it.

    Called inside the transaction of the change; a worker is woken once that is committed.
    """
    from wenlan.search.tasks import document_index

    IndexState.objects.bulk_create([IndexState(document_id=document_id)], ignore_conflicts=True)
    IndexState.objects.filter(pk=document_id).update(
        wanted_version=F("wanted_version") + 1, requested_at=timezone.now()
    )
    transaction.on_commit(partial(document_index.enqueue, document_id))


def author_index_request(user_id: int) -> None:
    """Ask for every published document of an author to be written again."""
    _documents_index_request(Document.objects.filter(author=user_id))


def category_index_request(category_id: int) -> None:
    """Ask for every published document of a category to be written again."""
    _documents_index_request(Document.objects.filter(category=category_id))


def tag_index_request(tag_id: int) -> None:
    """Ask for every published document with a tag to be written again."""
    _documents_index_request(Document.objects.filter(tags=tag_id))


@transaction.atomic
def _documents_index_request(documents: QuerySet[Document]) -> None:
    """Like `document_index_request` for all published ones of `documents`, in three queries and with one bell."""
    from wenlan.search.tasks import index_wanted

    _published_want(documents)
    transaction.on_commit(index_wanted.enqueue)


def index_repair_request() -> bool:
    """Wake a worker that looks after a lost or damaged index, or after what waits.

    At most once in a while, however often it is called; true when it was done.
    """
    from wenlan.search.tasks import index_wanted

    is_due = cache.add("search:repair", value=True, timeout=REPAIR_PAUSE_SECONDS)
    if is_due:
        index_wanted.enqueue()
    return is_due


def wanted_index() -> int:
    """Write every wanted document into the index, or out of it; returns how many.

    A lost or damaged index is made anew first. If another process is writing it will do our part as well.
    Raises SearchUnavailable when the index cannot be written; what is wanted stays wanted.
    """
    index = search_index()
    done = 0
    try:
        with index.writing(timeout_seconds=_WRITING_TIMEOUT_SECONDS):
            if index.prepare():
                _published_want(Document.objects.all())
            while states := list(_wanted()[:BATCH_DOCUMENTS]):
                _write(index, states)
                done += len(states)
    except SearchUnavailable as error:
        if error.reason is not SearchUnavailable.Reason.BUSY:
            raise
    return done


def index_sweep() -> int:
    """Ring for documents whose bell was lost and for an index that is; returns how many documents wait."""
    forgotten = _wanted().filter(requested_at__lt=timezone.now() - FORGOTTEN_AFTER).count()
    if forgotten or not _is_sound():
        index_repair_request()
    return forgotten


def index_rebuild(progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Build the index anew from the library beside the live one, then swap; returns how many documents it has.

    `progress` is told how many of how many documents are written. The site finds and indexes meanwhile; what
    changes is written once more before the swap. Raises SearchUnavailable; then the live index is untouched.
    """
    index = search_index()
    written: dict[int, int] = {}
    with index.rebuilding() as fresh:
        total = documents_published().count()
        for numbers in _in_batches(documents_published().order_by("pk")):
            versions = _wanted_versions(numbers)
            fresh.replace(_entries(numbers))
            names_refresh(numbers)
            written.update({number: versions.get(number, 0) for number in numbers})
            progress(min(len(written), total), total)
        with index.writing(timeout_seconds=_REBUILD_TIMEOUT_SECONDS):
            _catch_up(fresh, written)
            fresh.take_over()
            _all_written(written)
    names_tidy()
    return index.count()


def _is_sound() -> bool:
    try:
        search_index().count()
    except SearchUnavailable:
        return False
    return True


def _wanted() -> QuerySet[IndexState]:
    return IndexState.objects.filter(wanted_version__gt=F("indexed_version")).order_by("requested_at")


def _published_want(documents: QuerySet[Document]) -> None:
    """Every published one of `documents` is to be written again, without waking anybody."""
    now = timezone.now()
    published = documents.filter(on_the_shelf()).order_by()
    IndexState.objects.filter(document_id__in=published.values("pk")).update(
        wanted_version=F("wanted_version") + 1, requested_at=now
    )
    unknown = published.exclude(pk__in=IndexState.objects.values("document_id")).values_list("pk", flat=True)
    IndexState.objects.bulk_create(
        (IndexState(document_id=number, wanted_version=1, requested_at=now) for number in unknown),
        batch_size=1000,
        ignore_conflicts=True,
    )


def _write(index: SearchIndex, states: list[IndexState]) -> None:
    """Bring the index to the versions that `states` saw, in one commit for what is written and one for the rest."""
    numbers = [state.document_id for state in states]
    published = set(documents_published().filter(pk__in=numbers).values_list("pk", flat=True))
    if published:
        index.replace(_entries(sorted(published)))
    if gone := [number for number in numbers if number not in published]:
        index.remove(gone)
    names_refresh(numbers)
    now = timezone.now()
    for state in states:
        state.indexed_version = state.wanted_version
        state.indexed_at = now
    IndexState.objects.bulk_update(states, ["indexed_version", "indexed_at"])
    _forget_deleted(gone)


def _forget_deleted(numbers: list[int]) -> None:
    known = Document.objects.filter(pk__in=numbers).values("pk")
    IndexState.objects.filter(pk__in=numbers, wanted_version=F("indexed_version")).exclude(
        pk__in=known
    ).delete()


def _entries(numbers: list[int]) -> Iterator[IndexedDocument]:
    """What the index shall hold of these documents; the text of one at a time is in memory."""
    documents = documents_published().prefetch_related(None).prefetch_related("tags").filter(pk__in=numbers)
    documents = documents.defer(None).defer("current_revision__report")
    for document in documents:
        revision = document.current_revision
        if revision is None or document.published_at is None:
            continue
        yield entry_of(
            document_id=document.pk,
            title=document.title,
            tags=[tag.name for tag in document.tags.all()],
            author=document.author.display_name,
            description=document.description,
            pages=revision.pages.order_by("number").values_list("text", flat=True).iterator(chunk_size=50),
            headings=_headings(revision),
            open_pages=document.preview_policy.visible_pages(revision.page_count or 0),
            category=document.category.slug if document.category else "",
            format=revision.format,
            language=document.language,
            price_minor=document.price_minor,
            page_count=revision.page_count or 0,
            published_at=int(document.published_at.timestamp()),
        )


def _headings(revision: Revision) -> list[Heading]:
    return [Heading(int(item["page"]), str(item["title"])) for item in revision.outline]


def _in_batches(documents: QuerySet[Document]) -> Iterator[list[int]]:
    """The numbers of the documents, ascending, so many at a time; each batch is a query of its own."""
    last = 0
    while numbers := list(documents.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH_DOCUMENTS]):
        yield numbers
        last = numbers[-1]


def _wanted_versions(numbers: list[int]) -> dict[int, int]:
    return dict(IndexState.objects.filter(pk__in=numbers).values_list("document_id", "wanted_version"))


def _catch_up(fresh: Rebuild, written: dict[int, int]) -> None:
    """Write into `fresh` what changed since its document was written, and note the version in `written`."""
    states = IndexState.objects.values_list("document_id", "wanted_version")
    changed = [(number, version) for number, version in states if written.get(number, 0) != version]
    for start in range(0, len(changed), BATCH_DOCUMENTS):
        batch = dict(changed[start : start + BATCH_DOCUMENTS])
        published = set(documents_published().filter(pk__in=batch).values_list("pk", flat=True))
        fresh.remove([number for number in batch if number not in published])
        fresh.replace(_entries(sorted(published)))
        written.update(batch)


def _all_written(written: dict[int, int]) -> None:
    """Remember the versions that the new index holds."""
    now = timezone.now()
    IndexState.objects.bulk_create(
        (
            IndexState(document_id=number, wanted_version=version, indexed_version=version, indexed_at=now)
            for number, version in written.items()
        ),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["document_id"],
        update_fields=["indexed_version", "indexed_at"],
    )
