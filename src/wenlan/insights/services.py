"""Counting what is read."""

from __future__ import annotations

import datetime
import logging
import secrets

from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import DatabaseError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from wenlan.accounts.models import User
from wenlan.core.waiting import atomic_or_give_up
from wenlan.documents.models import Document
from wenlan.documents.services import view_count_add
from wenlan.insights.models import DocumentView, Reading, VisitorSalt

logger = logging.getLogger(__name__)


WRITE_WAIT_MILLISECONDS = 100
"""How long a page waits to count its view while somebody else writes."""
FORGET_LIMIT = 5000


def view_record(*, document: Document, user: User | AnonymousUser, visitor_key: str) -> bool:
    """Count that a visitor opened `document`; True if it was counted.

    A visitor counts once a day and document, an author's own visits and those of programs (an empty
    `visitor_key`, see `visitors.visitor_key`) never. A count that cannot be stored at once is forgotten: the page
    it belongs to is shown all the same, and the visitor counts when they open it again.
    """
    if not visitor_key or document.author_id == user.pk:
        return False
    day = timezone.localdate()
    try:
        visitor_hash = _visitor_hash(visitor_key=visitor_key, salt=_salt_of(day))
        return _view_store(DocumentView(document_id=document.pk, day=day, visitor_hash=visitor_hash))
    except OperationalError as error:
        logger.info("A view of document %s was not counted: %s", document.pk, error)
        return False
    except DatabaseError:
        logger.exception("A view of document %s could not be counted.", document.pk)
        return False


def visitor_hash_today(*, visitor_key: str) -> str:
    """What tells this visitor from others until the day is over, and nothing afterwards.

    Empty for visits that are not counted, and when the salt of the day cannot be had at once.
    """
    if not visitor_key:
        return ""
    try:
        return _visitor_hash(visitor_key=visitor_key, salt=_salt_of(timezone.localdate()))
    except OperationalError as error:
        logger.info("A visitor was not counted: %s", error)
        return ""


def _visitor_hash(*, visitor_key: str, salt: str) -> str:
    return salted_hmac("wenlan.insights.visitor", visitor_key, secret=salt, algorithm="sha256").hexdigest()[
        :32
    ]


def _salt_of(day: datetime.date) -> str:
    """The salt that all processes share on `day`; remembered for some minutes, for one day at a time."""
    remembered = caches["process"].get("insights:salt")
    if remembered and remembered[0] == day:
        return str(remembered[1])
    salt = VisitorSalt.objects.filter(day=day).values_list("salt", flat=True).first()
    if salt is None:
        with atomic_or_give_up(milliseconds=WRITE_WAIT_MILLISECONDS):
            VisitorSalt.objects.bulk_create(
                [VisitorSalt(day=day, salt=secrets.token_hex(32))], ignore_conflicts=True
            )
            salt = VisitorSalt.objects.values_list("salt", flat=True).get(day=day)
    caches["process"].set("insights:salt", (day, salt))
    return salt


def _view_store(view: DocumentView) -> bool:
    seen = DocumentView.objects.filter(
        document_id=view.document_id, day=view.day, visitor_hash=view.visitor_hash
    )
    if seen.exists():
        return False
    with atomic_or_give_up(milliseconds=WRITE_WAIT_MILLISECONDS):
        view.save(force_insert=True)  # a second one at the same moment meets the constraint
        view_count_add(document_id=view.document_id)
    return True


def visitors_sweep() -> int:
    """Throw away the salts of days that are over, and the rows of days before yesterday; how many rows."""
    today = timezone.localdate()
    spent_salts = VisitorSalt.objects.filter(day__lt=today)
    if spent_salts.exists():
        spent_salts.delete()
    old = DocumentView.objects.filter(day__lt=today - datetime.timedelta(days=1))
    old_ids = list(old.order_by("day").values_list("pk", flat=True)[:FORGET_LIMIT])
    if old_ids:
        DocumentView.objects.filter(pk__in=old_ids).delete()
    return len(old_ids)


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
