"""Share links: making them, counting who follows them, and whose a purchase is."""

from __future__ import annotations

import datetime
import logging

from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed
from wenlan.core.waiting import atomic_or_give_up
from wenlan.documents.models import Document
from wenlan.orders.models import KnownDevice, ShareDay, ShareLink, ShareVisit
from wenlan.orders.trails import Attribution

logger = logging.getLogger(__name__)

WRITE_WAIT_MILLISECONDS = 100
"""How long a click waits to be counted while somebody else writes."""
DEVICES_KEPT = datetime.timedelta(days=90)
"""A device on which nobody was signed in for so long is forgotten."""
FORGET_LIMIT = 5000


def share_link_for(*, sharer: User, document: Document) -> ShareLink:
    """The link of `sharer` to a document on the shelf, made when they ask for it first.

    Raises NotAllowed for a document that is not published, unless the link is there already.
    """
    known = ShareLink.objects.filter(sharer=sharer, document=document).first()
    if known is not None:
        return known
    if not document.is_published:
        raise NotAllowed(_("This document is not offered any more."))
    return ShareLink.objects.get_or_create(sharer=sharer, document=document)[0]


def share_click(*, link: ShareLink, visitor_hash: str) -> bool:
    """Count that a visitor followed `link`; True if it was counted.

    A visitor counts once a day and link, and programs never: they have no `visitor_hash`. A count that cannot be
    stored at once is forgotten, as the reader is on the way to the document.
    """
    if not visitor_hash:
        return False
    visit = ShareVisit(link_id=link.pk, day=timezone.localdate(), visitor_hash=visitor_hash)
    try:
        return _visit_store(visit)
    except OperationalError as error:
        logger.info("A click on %s was not counted: %s", link, error)
    except DatabaseError:
        logger.exception("A click on %s could not be counted.", link)
    return False


def _visit_store(visit: ShareVisit) -> bool:
    seen = ShareVisit.objects.filter(link_id=visit.link_id, day=visit.day, visitor_hash=visit.visitor_hash)
    if seen.exists():
        return False
    try:
        with atomic_or_give_up(milliseconds=WRITE_WAIT_MILLISECONDS):
            visit.save(force_insert=True)
            ShareDay.objects.bulk_create(
                [ShareDay(link_id=visit.link_id, day=visit.day)], ignore_conflicts=True
            )
            ShareDay.objects.filter(link_id=visit.link_id, day=visit.day).update(clicks=F("clicks") + 1)
            ShareLink.objects.filter(pk=visit.link_id).update(click_count=F("click_count") + 1)
    except IntegrityError:
        return False  # the same visitor, at the same moment, in another window
    return True


def sharer_of(*, attribution: Attribution | None, document: Document, buyer: User) -> User | None:
    """Who brought `buyer` to `document`; None when nobody did, or nobody but the buyer.

    That is who owns the link, unless they buy themselves, may not sign in any more, or were signed in lately at the
    device the buyer sits at: that is one person with two accounts.
    """
    if attribution is None:
        return None
    link = (
        ShareLink.objects.filter(pk=attribution.link_id, document=document, sharer__is_active=True)
        .exclude(sharer=buyer)
        .select_related("sharer")
        .first()
    )
    if link is None or device_is_of(user=link.sharer, device_hash=attribution.device_hash):
        return None
    return link.sharer


def device_is_of(*, user: User, device_hash: str) -> bool:
    """Whether `user` was signed in at that device lately."""
    since = timezone.localdate() - DEVICES_KEPT
    return KnownDevice.objects.filter(user=user, device_hash=device_hash, last_seen_on__gte=since).exists()


def device_note(*, user: User, device_hash: str) -> None:
    """Remember that `user` is signed in at that device. A second call on the same day writes nothing."""
    today = timezone.localdate()
    known = KnownDevice.objects.filter(user=user, device_hash=device_hash)
    if known.filter(last_seen_on=today).exists():
        return
    with transaction.atomic():
        if not known.update(last_seen_on=today):
            KnownDevice.objects.bulk_create(
                [KnownDevice(user=user, device_hash=device_hash, last_seen_on=today)], ignore_conflicts=True
            )


def share_sweep() -> int:
    """Forget who followed links before yesterday, and devices that nobody used for long; how many rows."""
    today = timezone.localdate()
    visits = ShareVisit.objects.filter(day__lt=today - datetime.timedelta(days=1)).order_by("day")
    visit_ids = list(visits.values_list("pk", flat=True)[:FORGET_LIMIT])
    if visit_ids:
        ShareVisit.objects.filter(pk__in=visit_ids).delete()
    devices = KnownDevice.objects.filter(last_seen_on__lt=today - DEVICES_KEPT).order_by("last_seen_on")
    device_ids = list(devices.values_list("pk", flat=True)[:FORGET_LIMIT])
    if device_ids:
        KnownDevice.objects.filter(pk__in=device_ids).delete()
    return len(visit_ids) + len(device_ids)
