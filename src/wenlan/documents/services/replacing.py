"""Another file for a document that readers do not know yet."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict
from wenlan.core.handlers import handlers
from wenlan.documents.models import Document, Revision
from wenlan.documents.services._common import (
    announce_change,
    document_locked_for,
    files_delete,
    revisions_locked,
)
from wenlan.documents.services.upload import file_taken, title_from_file_name


def document_replace_file(*, actor: User, document_id: int, path: Path, name: str, move: bool) -> Document:
    """Put the file at `path` in the place of the one a document has and ask for its preview.

    What its author said of the document stays, only a title that nobody has confirmed is guessed anew; a returned
    document becomes a draft again. The file before goes, with its pages and a conversion that may be running, unless a
    reviewer has decided about it. `path`, `name` and `move` are those of `document_upload`; call it outside a
    transaction, too.

    Raises Conflict for a document that is in review or known to readers, NotAllowed for anybody but the author and the
    operators, and what `document_upload` raises; then the document stays as it was and no stored file is left behind.
    """
    with transaction.atomic():
        document = document_locked_for(actor, document_id)
        replacement_check(document)
    with file_taken(uploader=actor, path=path, name=name, move=move, document=document) as file:
        earlier = list(revisions_locked(document_id))
        document = document_locked_for(actor, document_id)
        replacement_check(document)
        if {revision.pk for revision in earlier} != set(document.revisions.values_list("pk", flat=True)):
            raise Conflict(_("This document has changed in the meantime. Look at it again."))
        document.current_revision = None
        if document.title_is_guess:
            document.title = title_from_file_name(file.name)
        if document.state == Document.State.RETURNED:
            document.state = Document.State.DRAFT
        document.save(update_fields=["current_revision", "title", "state", "updated_at"])
        gone = _retire(earlier)
        file.become_revision(
            document=document, number=1 + max((revision.number for revision in earlier), default=0)
        )
        announce_change(document_id)
        transaction.on_commit(lambda: files_delete(gone))
    return document


def replacement_check(document: Document) -> None:
    """Raise Conflict, which says why, when `document` keeps the file it has."""
    if document.state == Document.State.IN_REVIEW:
        raise Conflict(_("The document is in review. Take it back first, then change it."))
    if not file_is_replaceable(document):
        raise Conflict(
            _(
                "Readers know this document as it is, so its file stays. Upload the other file as a new document."
            )
        )


def file_is_replaceable(document: Document) -> bool:
    """Whether its author may give `document` another file: while they work on it and no reader keeps it."""
    return document.state in Document.UNFINISHED and not any(
        is_kept(document.pk) for is_kept in handlers("document_is_kept")
    )


def _retire(revisions: Iterable[Revision]) -> list[tuple[int, str]]:
    """Set aside what is on record of these revisions and delete the others; returns the files of those.

    A worker that is converting one of them finds its claim lost.
    """
    gone = []
    for revision in revisions:
        for replaced in handlers("revision_replaced"):
            replaced(revision.pk)
        if any(is_on_record(revision.pk) for is_on_record in handlers("revision_is_on_record")):
            Revision.objects.filter(pk=revision.pk).update(
                state=Revision.State.REPLACED, claimed_until=None, redraw_asked_at=None
            )
        else:
            gone.append((revision.pk, revision.file.name or ""))
            revision.delete()
    return gone
