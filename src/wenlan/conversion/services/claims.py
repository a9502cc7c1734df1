"""Who converts a revision: claims with a lease, and ringing again for what was forgotten."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from wenlan.accounts.models import User
from wenlan.conversion.jobs import orphaned_jobs_remove
from wenlan.conversion.messages import failure_message
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.core.leases import Claim, ClaimLost
from wenlan.documents.models import Document, Revision
from wenlan.documents.room import has_room
from wenlan.documents.services import document_return

logger = logging.getLogger(__name__)

State = Revision.State

CLAIM_ATTEMPTS = 5
"""So often a worker looks for the next revision when others were faster; the sweep rings again for what is left."""
PATIENCE = timedelta(seconds=30)
"""Who has waited so long for a turn is next, however few files others have."""
REMEMBERED = timedelta(hours=1)
"""For so long it is known when somebody had a turn; whoever had none in that time is equally late."""
SWEEP_LIMIT = 500
"""Revisions one sweep looks at, the oldest first. What lies beyond is rung for once these are claimed, and a worker
that is rung for converts whichever revision has its turn, not the one that rang."""


def revision_conversion_request(revision_id: int) -> None:
    """Ring for a worker once the current transaction is committed."""
    from wenlan.conversion.tasks import revision_convert  # the task calls these services

    transaction.on_commit(lambda: revision_convert.enqueue(revision_id))


def revision_claim_next() -> Claim | None:
    """The right to convert the revision whose turn it is; None when none waits, or the disk has no room for pages.

    An author with few files does not wait behind one with many: it is the turn of whoever has the fewest conversions
    under way, among those of whoever has the fewest files waiting, and there of the oldest file. So that those with
    many get on, too, whoever has had no turn for `PATIENCE` comes before all that, the one who has waited longest first.
    """
    for _attempt in range(CLAIM_ATTEMPTS):
        revision_id = _next_in_turn()
        if revision_id is None:
            return None
        claim = revision_claim(revision_id=revision_id)
        if claim is not None:
            return claim
    return None


def revision_claim(*, revision_id: int) -> Claim | None:
    """The right to convert a revision that waits or whose worker died; None when there is nothing to do.

    None, too, while the disk has no room for pages: the sweep rings again when it has.

    A revision over which `CONVERSION_CRASH_LIMIT` workers died is put into quarantine instead.
    """
    if not has_room() or _quarantine(revision_id):
        return None
    with transaction.atomic():
        claimed = (
            _free()
            .filter(pk=revision_id)
            .update(
                state=State.CONVERTING,
                claim_token=F("claim_token") + 1,
                claimed_at=timezone.now(),
                claimed_until=lease_end(),
                attempt_count=F("attempt_count") + 1,
                stage="",
                pages_done=0,
                page_count=None,
                error_code="",
                error_detail="",
            )
        )
        if not claimed:
            return None
        token = Revision.objects.values_list("claim_token", flat=True).get(pk=revision_id)
    return Claim(row_id=revision_id, token=token)


def claim_renew(claim: Claim) -> None:
    """Keep the claim for another lease. Raises ClaimLost when somebody else owns the row or it is gone."""
    if not held(claim).update(claimed_until=lease_end()):
        raise ClaimLost


def claim_release(claim: Claim) -> None:
    """Give the revision back unharmed, for a worker that is told to stop; it counts as no attempt."""
    held(claim).update(
        state=State.PENDING, claimed_until=None, stage="", attempt_count=F("attempt_count") - 1
    )


def held(claim: Claim) -> QuerySet[Revision]:
    """The claimed row as long as the claim is good; every write of a conversion starts here."""
    return Revision.objects.filter(pk=claim.row_id, claim_token=claim.token, state=State.CONVERTING)


@transaction.atomic
def revision_retry(*, actor: User, revision_id: int) -> None:
    """Convert a failed revision once more.

    Raises NotAllowed for anybody but the document's author and the operators, and for an author whose file is
    in quarantine; Conflict when the revision has not failed.
    """
    revision = Revision.objects.select_related("document").get(pk=revision_id)
    if revision.document.author_id != actor.pk and not actor.is_staff:
        raise NotAllowed(_("Only the author can change this document."))
    if revision.state == State.QUARANTINED and not actor.is_staff:
        raise NotAllowed(_("This file is in quarantine. Ask the help desk."))
    waiting = Revision.objects.filter(pk=revision_id, state__in=[State.FAILED, State.QUARANTINED]).update(
        state=State.PENDING,
        attempt_count=0,
        stage="",
        pages_done=0,
        page_count=None,
        error_code="",
        error_detail="",
    )
    if not waiting:
        raise Conflict(_("This conversion has not failed."))
    revision_conversion_request(revision_id)


def revisions_sweep() -> None:
    """Ring for revisions that wait without a task, or whose worker died; remove what dead workers left on disk."""
    waiting = list(_free().order_by("pk").values_list("pk", flat=True)[:SWEEP_LIMIT])
    waiting += redraws_waiting().values_list("pk", flat=True)[:SWEEP_LIMIT]
    if waiting and not has_room():
        logger.error("The disk is nearly full: %d revisions wait for room", len(waiting))
    elif waiting:
        for revision_id in sorted(set(waiting) - _revisions_in_queue()):
            revision_conversion_request(revision_id)
    orphaned_jobs_remove()


def failure_return(document: Document, code: str) -> None:
    """Give a document in review back to its author when its file cannot be shown."""
    if document.state == Document.State.IN_REVIEW:
        # A reviewer who returned it in this very moment has told the author already.
        with override(document.author.language), suppress(Conflict):
            document_return(document_id=document.pk, reason=failure_message(code))


def _free() -> QuerySet[Revision]:
    """Revisions that wait for a worker: new ones, and those whose lease ran out."""
    expired = Q(state=State.CONVERTING, claimed_until__lt=timezone.now())
    return Revision.objects.filter(Q(state=State.PENDING) | expired)


def redraws_waiting() -> QuerySet[Revision]:
    """Ready revisions that wait for a worker to draw them again, the longest waiting first."""
    is_free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    asked = Revision.objects.filter(is_free, state=State.READY, redraw_asked_at__isnull=False)
    return asked.order_by("redraw_asked_at", "pk")


def _next_in_turn() -> int | None:
    """The revision whose turn it is. Two queries, over what waits and what was begun of late."""
    now = timezone.now()
    is_under_way = Q(state=State.CONVERTING, claimed_until__gte=now)
    begun = (
        Revision.objects.filter(claimed_at__gte=now - REMEMBERED)
        .values_list("document__author")
        .annotate(last=Max("claimed_at"), under_way=Count("pk", filter=is_under_way))
        .order_by()
    )
    turns = {author: (last, under_way) for author, last, under_way in begun}
    waiting = (
        _free()
        .values_list("document__author")
        .annotate(files=Count("pk"), oldest=Min("pk"), since=Min("created_at"))
        .order_by()
    )
    order = []
    for author, files, oldest, since in waiting:
        last, under_way = turns.get(author, (now - REMEMBERED, 0))
        since = max(since, last)
        is_late = not under_way and now - since >= PATIENCE
        order.append(((0, since, oldest) if is_late else (1, under_way, files, oldest), oldest))
    return min(order)[1] if order else None


def lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.CLAIM_SECONDS)


@transaction.atomic
def _quarantine(revision_id: int) -> bool:
    """Set a revision aside when too many workers died over it; returns whether it was."""
    quarantined = (
        _free()
        .filter(pk=revision_id, attempt_count__gte=settings.CONVERSION_CRASH_LIMIT)
        .update(
            state=State.QUARANTINED,
            claim_token=F("claim_token") + 1,
            claimed_until=None,
            stage="",
            error_code="quarantined",
        )
    )
    if quarantined:
        document = Document.objects.select_related("author").get(revisions=revision_id)
        failure_return(document, "quarantined")
    return bool(quarantined)


def _revisions_in_queue() -> set[int]:
    """Revisions for which a task is waiting already."""
    from wenlan.conversion.tasks import revision_convert  # the task calls these services

    tasks = DBTaskResult.objects.ready().filter(task_path=revision_convert.module_path)
    return {int(arguments["args"][0]) for arguments in tasks.values_list("args_kwargs", flat=True)}
