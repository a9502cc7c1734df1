"""The states of a document, from draft to published and back.

Every change of state is one `UPDATE … WHERE state = …`, so that of two people who act at once one wins and the
other is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from django.db import transaction
from django.db.models import F, ProtectedError
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.core.handlers import handlers
from wenlan.core.text import clean_paragraphs
from wenlan.documents.errors import InvalidDetails
from wenlan.documents.models import Amendment, Document, Revision
from wenlan.documents.services._common import (
    announce_change,
    document_locked,
    document_locked_for,
    files_delete,
    revisions_locked,
)

State = Document.State
Decider = Literal["reviewer", "rule", "author"]


def _move(document_id: int, *, from_states: Sequence[str], **columns: Any) -> None:
    """Change the state of a document that is in one of `from_states`. Raises Conflict when it no longer is."""
    moved = Document.objects.filter(pk=document_id, state__in=from_states).update(
        updated_at=timezone.now(), **columns
    )
    if not moved:
        raise Conflict(_("This document has changed in the meantime. Look at it again."))


@transaction.atomic
def document_submit(*, actor: User, document_id: int, knows: bool = False, objection: str = "") -> None:
    """Send a draft or returned document to review.

    `knows` says that its author has read what was found about the text, `objection` why a person shall decide about
    what a rule refuses. Raises InvalidDetails without a category, Conflict in any other state or when its file could not
    be converted, NotAllowed for anybody but the author and the operators, and what the handlers of `submission_check`
    raise.
    """
    document = document_locked_for(actor, document_id)
    if document.category_id is None:
        raise InvalidDetails(_("Choose a category first."), field="category")
    revision = document.revisions.order_by("-number").first()
    if revision is None or revision.has_failed:
        raise Conflict(_("The file could not be converted. Its own page says what to do."))
    for check in handlers("submission_check"):
        check(document_id, knows=knows, objection=objection)
    _move(
        document_id,
        from_states=[State.DRAFT, State.RETURNED],
        state=State.IN_REVIEW,
        submitted_at=timezone.now(),
        return_reason="",
        title_is_guess=False,
    )


@transaction.atomic
def document_take_back(*, actor: User, document_id: int) -> None:
    """Take a document out of review, as the draft it was.

    Raises Conflict when it is not in review, NotAllowed for anybody but the author and the operators.
    """
    document_locked_for(actor, document_id)
    _move(document_id, from_states=[State.IN_REVIEW], state=State.DRAFT, submitted_at=None)


@transaction.atomic
def document_publish(*, document_id: int, by: Decider = "reviewer") -> None:
    """Put a document in review on the shelf, showing its newest converted revision.

    `by` says who decides: a person who has looked at it, or a rule of the site, which may do less. Raises Conflict when
    it is not in review, or its preview is not ready, and what the handlers of `publication_check` raise.
    """
    document = document_locked(document_id)
    revision = document.revisions.filter(state=Revision.State.READY).order_by("-number").first()
    if revision is None:
        raise Conflict(_("The preview is not ready yet."))
    for check in handlers("publication_check"):
        check(revision.pk, by=by)
    _move(
        document_id,
        from_states=[State.IN_REVIEW],
        state=State.PUBLISHED,
        published_at=Coalesce(F("published_at"), timezone.now()),
        current_revision=revision,
        return_reason="",
    )
    announce_change(document_id)


@transaction.atomic
def document_return(*, document_id: int, reason: str) -> None:
    """Give a document in review back to its author, who is told why.

    Raises InvalidDetails without a reason, Conflict when the document is not in review.
    """
    reason = clean_paragraphs(reason)
    if not reason:
        raise InvalidDetails(_("Write why the document is returned."), field="reason")
    _move(document_id, from_states=[State.IN_REVIEW], state=State.RETURNED, return_reason=reason)
    announce_change(document_id)


@transaction.atomic
def document_reopen(*, document_id: int) -> None:
    """Put a document back into review that was just published or returned, as if nobody had decided.

    Whoever bought it meanwhile keeps it. Raises Conflict in any other state, and when its author has asked for other
    words since.
    """
    document = document_locked(document_id)
    if Amendment.objects.filter(document=document).exists():
        raise Conflict(_("This document has changed in the meantime. Look at it again."))
    _move(
        document_id,
        from_states=[State.PUBLISHED, State.RETURNED],
        state=State.IN_REVIEW,
        published_at=None,
        return_reason="",
    )
    announce_change(document_id)


@transaction.atomic
def document_withdraw(*, actor: User, document_id: int, reason: str = "") -> None:
    """Take a published document off the shelf; whoever bought it keeps it. Its author reads the reason.

    Raises Conflict when it is not published, NotAllowed for anybody but the author and the operators.
    """
    document_locked_for(actor, document_id)
    _move(
        document_id,
        from_states=[State.PUBLISHED],
        state=State.WITHDRAWN,
        withdrawn_by=actor,
        withdrawal_reason=clean_paragraphs(reason),
    )
    announce_change(document_id)


@transaction.atomic
def document_restore(*, actor: User, document_id: int) -> None:
    """Put a withdrawn document back on the shelf.

    Raises Conflict when it is not withdrawn; NotAllowed for anybody but the author and the operators, and for
    an author when somebody else withdrew it; to an author what the handlers of `publication_check` raise.
    """
    document = document_locked_for(actor, document_id)
    if document.state == State.WITHDRAWN and document.withdrawn_by_id != actor.pk and not actor.is_staff:
        raise NotAllowed(_("This document was withdrawn by the site. Ask the help desk."))
    if not actor.is_staff and document.current_revision_id is not None:
        for check in handlers("publication_check"):
            check(document.current_revision_id, by="author")
    _move(
        document_id,
        from_states=[State.WITHDRAWN],
        state=State.PUBLISHED,
        withdrawn_by=None,
        withdrawal_reason="",
    )
    announce_change(document_id)


@transaction.atomic
def document_delete(*, actor: User, document_id: int) -> None:
    """Delete a document that is neither on the shelf nor in review and that nobody ever bought, with its files.

    The files go once the transaction is committed. Raises Conflict when it cannot be deleted, NotAllowed for
    anybody but the author and the operators.
    """
    files = list(revisions_locked(document_id).values_list("pk", "file"))
    document = document_locked_for(actor, document_id)
    if not document_is_deletable(document):
        raise Conflict(
            _("Only a document that is not published, not in review and was never sold can be deleted.")
        )
    for deleting in handlers("document_deleting"):
        deleting(document_id, was_public=document.published_at is not None)
    try:
        document.delete()
    except ProtectedError:
        raise Conflict(_("This document has buyers or records and cannot be deleted. Withdraw it.")) from None
    announce_change(document_id)
    transaction.on_commit(lambda: files_delete(files))


def document_is_deletable(document: Document) -> bool:
    """Whether its author may delete `document` outright."""
    states = {State.DRAFT, State.RETURNED, State.WITHDRAWN}
    return document.state in states and document.sale_count == 0
