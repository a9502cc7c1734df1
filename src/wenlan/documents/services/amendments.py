"""Other words for a document that readers know already: asked for by its author, decided by a reviewer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict
from wenlan.core.text import clean_paragraphs
from wenlan.documents.errors import InvalidDetails
from wenlan.documents.models import Amendment, Category, Document
from wenlan.documents.services._common import announce_change, document_locked, document_locked_for

State = Amendment.State


def amendment_ask(*, document: Document, title: str, description: str, category: Category) -> None:
    """Send other words for `document` to review, in the place of those asked for before; cleaned ones, row locked.

    The same words again change nothing while they are in review.
    """
    words = {"title": title, "description": description, "category": category}
    if Amendment.objects.filter(document=document, state=State.IN_REVIEW, **words).exists():
        return
    Amendment.objects.update_or_create(
        document=document,
        defaults={
            **words,
            "state": State.IN_REVIEW,
            "return_reason": "",
            "submitted_at": timezone.now(),
        },
    )


@transaction.atomic
def amendment_discard(*, actor: User, document_id: int) -> None:
    """Leave a document as readers know it. Harmless when nothing was asked for.

    Raises NotAllowed for anybody but the author and the operators, Conflict when the document was deleted.
    """
    document = document_locked_for(actor, document_id)
    Amendment.objects.filter(document=document).delete()


@transaction.atomic
def amendment_accept(*, document_id: int, submitted_at: datetime) -> None:
    """Let a document say what its author asked for at `submitted_at`. Raises Conflict when that waits no longer."""
    document = document_locked(document_id)
    amendment = _waiting(document_id, submitted_at)
    _exchange(document, amendment)
    amendment.state = State.ACCEPTED
    amendment.save()


@transaction.atomic
def amendment_return(*, document_id: int, submitted_at: datetime, reason: str) -> None:
    """Give what was asked for at `submitted_at` back to its author, who is told why; readers notice nothing.

    Raises InvalidDetails without a reason, Conflict when that waits no longer.
    """
    reason = clean_paragraphs(reason)
    if not reason:
        raise InvalidDetails(_("Write why the change is returned."), field="reason")
    document_locked(document_id)
    amendment = _waiting(document_id, submitted_at)
    amendment.state, amendment.return_reason = State.RETURNED, reason
    amendment.save()


@transaction.atomic
def amendment_reopen(*, document_id: int) -> None:
    """Put back into review what was just accepted or returned; the document says again what it said before.

    Raises Conflict when its author has asked for something else, or changed their mind, since.
    """
    document = document_locked(document_id)
    amendment = (
        Amendment.objects.select_related("category")
        .filter(document=document, state__in=[State.ACCEPTED, State.RETURNED])
        .first()
    )
    if amendment is None:
        raise Conflict(_("This document has changed in the meantime. Look at it again."))
    if amendment.state == State.ACCEPTED:
        _exchange(document, amendment)
    amendment.state, amendment.return_reason = State.IN_REVIEW, ""
    amendment.save()


def _waiting(document_id: int, submitted_at: datetime) -> Amendment:
    amendment = (
        Amendment.objects.select_related("category")
        .filter(document=document_id, state=State.IN_REVIEW, submitted_at=submitted_at)
        .first()
    )
    if amendment is None:
        raise Conflict(_("The author has changed this in the meantime. Look at it again."))
    return amendment


def _exchange(document: Document, amendment: Amendment) -> None:
    """Swap the words of the two; the amendment is saved by the caller."""
    assert document.category is not None  # noqa: S101 - what readers know has one; tells the type checker
    old = document.title, document.description, document.category
    document.title, document.description, document.category = (
        amendment.title,
        amendment.description,
        amendment.category,
    )
    amendment.title, amendment.description, amendment.category = old
    document.save(update_fields=["title", "description", "category", "updated_at"])
    announce_change(document.pk)
