"""Whether titles promise what the texts hold: checked by machine, for author and reviewer to judge."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenlan.documents.formats import FORMAT_FAMILIES, format_shown
from wenlan.documents.models import Amendment, Page, Revision
from wenlan.similarity.engine.promises import TEXT_MAX_CHARACTERS, Content, Kind, Mismatch, mismatches
from wenlan.similarity.models import TitleCheck

SWEEP_PAUSE_SECONDS = 60
SWEEP_DOCUMENTS = 50

_SENTENCES: dict[Kind, str | Promise] = {
    Kind.SUBJECT: _("The title speaks of “%(promised)s”, the text does not."),
    Kind.YEAR: _("The title says %(promised)s, the text speaks of %(found)s."),
    Kind.ANSWERS: _("The title promises answers (“%(promised)s”), the text has none."),
    Kind.PARTS: _("The title promises “%(promised)s”, the numbers in the text end at %(found)s."),
    Kind.PAGES: _("The title says %(promised)s pages, the document has %(found)s."),
    Kind.FORMAT: _("The title says “%(promised)s”, the file is of another kind: %(found)s."),
    Kind.BREAKS_OFF: _("The text says that the rest is to be had elsewhere: “%(found)s”."),
    Kind.KEYWORDS: _("The title is a row of search words: %(promised)s."),
}


def document_titles_request(document_id: int) -> None:
    """Ask for the titles of a document to be held against its text. Called in the transaction of the change."""
    from wenlan.similarity.tasks import titles_check

    transaction.on_commit(partial(titles_check.enqueue, document_id))


def revision_titles_request(revision_id: int) -> None:
    """The same when the text of a revision is there."""
    document_titles_request(Revision.objects.values_list("document_id", flat=True).get(pk=revision_id))


def titles_check(*, document_id: int) -> int:
    """Hold the title of a document, and the one its author asks for, against its newest text; how many were checked.

    What was checked before is not checked again; checks of titles that nobody asks for any more go. Harmless when run
    twice, or after the document is gone.
    """
    newest = Revision.objects.select_related("document").filter(document=document_id).order_by("-pk")
    revision = newest.first()
    if revision is None or revision.state != Revision.State.READY:
        return 0
    titles = {revision.document.title, *_amended_titles(document_id)}
    checks = TitleCheck.objects.filter(revision__document=document_id)
    checks.exclude(revision=revision, title__in=titles).delete()
    waiting = titles.difference(checks.values_list("title", flat=True))
    if waiting:
        content = _content(revision)
        TitleCheck.objects.bulk_create(
            [
                TitleCheck(
                    revision=revision,
                    title=title,
                    mismatches=[
                        [found.kind.value, found.promised, found.found] for found in _found(title, content)
                    ],
                )
                for title in sorted(waiting)
            ],
            ignore_conflicts=True,
        )
    return len(waiting)


def titles_sweep() -> int:
    """Ring for documents whose title was never checked, or whose bell was lost; how many.

    Does so at most once in a while, however often it is called.
    """
    from wenlan.similarity.tasks import titles_check as task

    if not cache.add("similarity:titles", value=True, timeout=SWEEP_PAUSE_SECONDS):
        return 0
    checked = TitleCheck.objects.filter(revision=OuterRef("pk"), title=OuterRef("document__title"))
    newer = Revision.objects.filter(document=OuterRef("document"), pk__gt=OuterRef("pk"))
    unchecked = Revision.objects.filter(~Exists(checked), ~Exists(newer), state=Revision.State.READY)
    numbers = list(unchecked.order_by("pk").values_list("document_id", flat=True)[:SWEEP_DOCUMENTS])
    for number in numbers:
        task.enqueue(number)
    return len(numbers)


def title_mismatches(*, revision: Revision, title: str) -> list[str]:
    """What `title` promises that the text of `revision` does not hold, in the reader's language; empty before the check."""
    check = TitleCheck.objects.filter(revision=revision, title=title).first()
    return [_sentence(*row) for row in check.mismatches] if check else []


def _sentence(kind: str, promised: str, found: str) -> str:
    if kind == Kind.FORMAT.value:
        found = format_shown(found)
    return str(_SENTENCES[Kind(kind)]) % {"promised": promised, "found": found}


def _found(title: str, content: Content) -> Iterator[Mismatch]:
    ignored = set(settings.TITLE_CHECKS_IGNORED)
    return (found for found in mismatches(title, content) if found.kind.value not in ignored)


def _amended_titles(document_id: int) -> set[str]:
    waiting = Amendment.objects.filter(document=document_id, state=Amendment.State.IN_REVIEW)
    return set(waiting.exclude(title=F("document__title")).values_list("title", flat=True))


def _content(revision: Revision) -> Content:
    """The text of the revision, as much of it as is looked at."""
    texts: list[str] = []
    length = 0
    for text in (
        Page.objects.filter(revision=revision)
        .order_by("number")
        .values_list("text", flat=True)
        .iterator(chunk_size=50)
    ):
        texts.append(text)
        length += len(text)
        if length >= TEXT_MAX_CHARACTERS:
            break
    family = next((name for name, formats in FORMAT_FAMILIES.items() if revision.format in formats), "")
    return Content("\n".join(texts), revision.page_count or 0, family)
