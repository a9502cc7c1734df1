"""Counting what is read."""

from __future__ import annotations

import datetime
import logging

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.documents.services import view_count_add
from wenlan.insights.models import DocumentView, Reading

logger = logging.getLogger(__name__)


def _visitor_hash(*, visitor_key: str, day: datetime.date) -> str:
    salt = f"wenlan.insights.visitor {day.isoformat()}"
    return salted_hmac(salt, visitor_key, algorithm="sha256").hexdigest()[:32]


def view_record(*, document: Document, user: User | AnonymousUser, visitor_key: str) -> bool:
    """Count that a visitor opened `document`; True if it was counted.

    A visitor counts once a day and document, an author's own visits and those of programs (an empty
    `visitor_key`, see `visitors.visitor_key`) never. A count that cannot be stored is logged and forgotten:
    the page it belongs to is shown all the same.
    """
    if not visitor_key or document.author_id == user.pk:
        return False
    day = timezone.localdate()
    view = DocumentView(
        document_id=document.pk, day=day, visitor_hash=_visitor_hash(visitor_key=visitor_key, day=day)
    )
    try:
        return _view_store(view)
    except DatabaseError:
        logger.exception("A view of document %s could not be counted.", document.pk)
        return False


def _view_store(view: DocumentView) -> bool:
    seen = DocumentView.objects.filter(
        document_id=view.document_id, day=view.day, visitor_hash=view.visitor_hash
    )
    if seen.exists():
        return False
    with transaction.atomic():
        view.save(force_insert=True)  # a second one at the same moment meets the constraint
        view_count_add(document_id=view.document_id)
    return True


def reading_record(*, user: User | AnonymousUser, document: Document, page_number: int) -> Reading | None:
    """Remember that `user` has come to page `page_number` of `document`; None for a stranger.

    Opening a document again within half an hour is the same sitting.
    """
    if not user.is_authenticated:
        return None
    now = timezone.now()
    page = max(1, min(page_number, _page_count(document)))
    with transaction.atomic():
        reading, created = Reading.objects.get_or_create(
            user=user, document=document, defaults={"last_page": page, "last_opened_at": now}
        )
        if not created:
            is_new_sitting = now - reading.last_opened_at > datetime.timedelta(minutes=30)
            Reading.objects.filter(pk=reading.pk).update(
                last_page=page, last_opened_at=now, opened_count=F("opened_count") + int(is_new_sitting)
            )
            reading.refresh_from_db()
    return reading


def _page_count(document: Document) -> int:
    revision = document.current_revision
    return (revision.page_count or revision.pages_done or 1) if revision else 1


@transaction.atomic
def history_clear(*, user: User) -> int:
    """Forget everything `user` has read; the number of documents forgotten."""
    return Reading.objects.filter(user=user).delete()[0]
