"""Keywords and summaries: made by machine of what everybody may read, and changed by authors as they like."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.core.text import clean_line
from wenlan.documents.errors import InvalidDetails
from wenlan.documents.models import Document, Page, Revision
from wenlan.similarity.engine.digesting import digest_of
from wenlan.similarity.models import Digest

KEYWORDS_MAX = 10
KEYWORD_MAX_CHARACTERS = 30
SUMMARY_MAX_CHARACTERS = 800
SWEEP_PAUSE_SECONDS = 60
SWEEP_DOCUMENTS = 50


def document_digest_request(document_id: int) -> None:
    """Ask for the digest of a document to follow its text and its preview. Called in the transaction of the change."""
    from wenlan.similarity.tasks import digest_make

    transaction.on_commit(partial(digest_make.enqueue, document_id))


def revision_digest_request(revision_id: int) -> None:
    """The same when the text of a revision is there."""
    document_digest_request(Revision.objects.values_list("document_id", flat=True).get(pk=revision_id))


def digest_make(*, document_id: int) -> bool:
    """Make the digest of the newest text of a document, of its open pages; true when there was one to make.

    One that is of the very pages stays. What the author wrote instead stays in any case, also for another file.
    Harmless when run twice, or after the document is gone.
    """
    revision = (
        Revision.objects.select_related("document").filter(document=document_id).order_by("-pk").first()
    )
    if revision is None or revision.state != Revision.State.READY:
        return False
    open_pages = open_page_count(revision.document, revision)
    if Digest.objects.filter(
        revision=revision, open_pages=open_pages, made_at__gte=revision.converted_at
    ).exists():
        return False
    pages = Page.objects.filter(revision=revision, number__lte=open_pages).order_by("number")
    made = digest_of(
        pages.values_list("text", flat=True).iterator(chunk_size=50), title=revision.document.title
    )
    columns = {
        "open_pages": open_pages,
        "keywords": list(made.keywords),
        "sentences": list(made.sentences),
        "made_at": timezone.now(),
    }
    before = Digest.objects.filter(revision__document=document_id).order_by("-revision").first()
    own = {"own_keywords": before.own_keywords, "own_sentences": before.own_sentences} if before else {}
    Digest.objects.update_or_create(revision=revision, defaults=columns, create_defaults={**columns, **own})
    return True


def digests_sweep() -> int:
    """Ring for documents without a digest, or whose bell was lost; how many.

    Does so at most once in a while, however often it is called.
    """
    from wenlan.similarity.tasks import digest_make as task

    if not cache.add("similarity:digests", value=True, timeout=SWEEP_PAUSE_SECONDS):
        return 0
    newer = Revision.objects.filter(document=OuterRef("document"), pk__gt=OuterRef("pk"))
    without = Revision.objects.filter(~Exists(newer), digest__isnull=True, state=Revision.State.READY)
    numbers = list(without.order_by("pk").values_list("document_id", flat=True)[:SWEEP_DOCUMENTS])
    for number in numbers:
        task.enqueue(number)
    return len(numbers)


@transaction.atomic
def digest_edit(
    *, actor: User, document_id: int, keywords: Iterable[str], sentences: Iterable[str]
) -> Digest:
    """Show other keywords and another summary than the machine's; none at all where the author wants none.

    Of a document that readers know, only the machine's words and those shown already can stay or go: what is new
    belongs into description and tags, which a reviewer reads. Operators may write anything. Raises NotAllowed for
    anybody but the author and the operators, InvalidDetails for too much, Conflict when there is no digest.
    """
    digest = _digest_locked_for(actor, document_id)
    wanted_keywords = [word for word in dict.fromkeys(map(clean_line, keywords)) if word]
    wanted_sentences = [line for line in dict.fromkeys(map(clean_line, sentences)) if line]
    if len(wanted_keywords) > KEYWORDS_MAX or any(
        len(word) > KEYWORD_MAX_CHARACTERS for word in wanted_keywords
    ):
        raise InvalidDetails(
            _("At most %(number)d keywords of %(characters)d characters each.")
            % {"number": KEYWORDS_MAX, "characters": KEYWORD_MAX_CHARACTERS},
            field="keywords",
        )
    if sum(map(len, wanted_sentences)) > SUMMARY_MAX_CHARACTERS:
        raise InvalidDetails(
            _("A summary can have at most %(maximum)d characters.") % {"maximum": SUMMARY_MAX_CHARACTERS},
            field="summary",
        )
    is_free = actor.is_staff or not digest.revision.document.is_known_to_readers
    known = {*digest.keywords, *digest.keywords_shown, *digest.sentences, *digest.sentences_shown}
    if not is_free and not known.issuperset({*wanted_keywords, *wanted_sentences}):
        raise InvalidDetails(
            _(
                "Readers know this document already, so here you can only leave something out. Write what is new "
                "into the description or the tags."
            ),
            field="summary",
        )
    digest.own_keywords = None if wanted_keywords == digest.keywords else wanted_keywords
    digest.own_sentences = None if wanted_sentences == digest.sentences else wanted_sentences
    digest.save(update_fields=["own_keywords", "own_sentences"])
    return digest


@transaction.atomic
def digest_reset(*, actor: User, document_id: int) -> Digest:
    """Show the machine's words again. Raises NotAllowed and Conflict like `digest_edit`."""
    digest = _digest_locked_for(actor, document_id)
    digest.own_keywords = digest.own_sentences = None
    digest.save(update_fields=["own_keywords", "own_sentences"])
    return digest


def digest_of_revision(revision: Revision) -> Digest | None:
    """The digest as its author sees it; None before it is made, and where the text gave none and nobody wrote one."""
    digest = Digest.objects.filter(revision=revision).first()
    return digest if digest and (digest.is_edited or digest.keywords or digest.sentences) else None


def digest_for_readers(document: Document, revision: Revision) -> Digest | None:
    """The digest that everybody may read: none that was made of pages which are hidden by now."""
    digest = digest_of_revision(revision)
    if digest is None or digest.open_pages > open_page_count(document, revision):
        return None
    return digest if digest.keywords_shown or digest.sentences_shown else None


def open_page_count(document: Document, revision: Revision) -> int:
    """How many pages from the first everybody may read."""
    return document.preview_policy.visible_pages(revision.page_count or 0)


def _digest_locked_for(actor: User, document_id: int) -> Digest:
    digest = (
        Digest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("revision__document")
        .filter(revision__document=document_id)
        .order_by("-revision")
        .first()
    )
    if digest is None:
        raise Conflict(_("There is no summary yet. Try again in a moment."))
    if digest.revision.document.author_id != actor.pk and not actor.is_staff:
        raise NotAllowed(_("Only the author can change this document."))
    return digest
