"""Drawing a ready revision again, while readers keep the preview it has."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.conversion.engine import Event, PageReady, Result, Status
from wenlan.conversion.pause import worker_pause
from wenlan.conversion.services.claims import lease_end, redraws_waiting, revision_conversion_request
from wenlan.conversion.services.converting import (
    MACHINE_FAULTS,
    Conversion,
    found_columns,
    preview_folders_shown,
)
from wenlan.core.errors import Conflict
from wenlan.core.handlers import handlers
from wenlan.core.leases import Claim, ClaimLost
from wenlan.documents.files import folder_delete, preview_folder
from wenlan.documents.models import Page, Revision
from wenlan.documents.room import has_room

logger = logging.getLogger(__name__)

REDRAW_REST = timedelta(hours=1)
"""For so long after its end no other redrawing of the same revision begins, whoever asks for it."""


@transaction.atomic
def revision_redraw_request(*, revision_id: int) -> None:
    """Ask for another preview of a ready revision. Readers keep the one it has until the new one is complete.

    Raises Conflict when it has no preview, one is under way, or the last one was made within the last hour.
    """
    rested = Q(redrawn_at=None) | Q(redrawn_at__lte=timezone.now() - REDRAW_REST)
    asked = Revision.objects.filter(
        rested, pk=revision_id, state=Revision.State.READY, redraw_asked_at=None
    ).update(redraw_asked_at=timezone.now(), claimed_until=None, attempt_count=0)
    if not asked:
        raise Conflict(_("This document is being drawn again, or was within the last hour. Please wait."))
    revision_conversion_request(revision_id)


def revision_redraw_claim_next() -> Claim | None:
    """The right to draw a revision again, the one that waits longest; None when none waits, or the disk is full.

    One over which `CONVERSION_CRASH_LIMIT` workers died keeps the preview it has.
    """
    revision_id = redraws_waiting().values_list("pk", flat=True).first()
    if revision_id is None or not has_room():
        return None
    with transaction.atomic():
        claimed = (
            redraws_waiting()
            .order_by()
            .filter(pk=revision_id)
            .update(
                claim_token=F("claim_token") + 1,
                claimed_until=lease_end(),
                attempt_count=F("attempt_count") + 1,
            )
        )
        if not claimed:
            return None
        token, attempts = Revision.objects.values_list("claim_token", "attempt_count").get(pk=revision_id)
    claim = Claim(row_id=revision_id, token=token)
    if attempts > settings.CONVERSION_CRASH_LIMIT:
        logger.error("Revision %s keeps its preview: workers died while they drew another", revision_id)
        _give_up(claim)
        _forget_unseen_images(claim)
        return None
    return claim


def revision_redraw(*, claim: Claim) -> None:
    """Convert the claimed revision once more and put the new preview in the place of the old one, all at once.

    The old one stays when the engine fails, the claim is lost, or the process is told to stop; then nothing of this
    attempt remains. Once the new one is in its place it stays there, whatever fails afterwards. A machine that cannot
    convert gives the claim back.
    """
    revision = _held(claim).first()
    if revision is None:
        return
    redrawing = _Redrawing(claim=claim, revision=revision)
    try:
        _finish(redrawing, redrawing.run())
    except ClaimLost:
        redrawing.discard()
    except (KeyboardInterrupt, SystemExit):
        redrawing.discard()
        _release(claim)
        raise
    except DatabaseError:
        raise
    except Exception:
        # A fault of ours, not of the file: its preview stays, the log has the rest.
        logger.exception("Revision %s could not be drawn again", claim.row_id)
        redrawing.discard()
        _give_up(claim)


@dataclass
class _Redrawing(Conversion):
    """One attempt at another preview: its images are stored, its rows wait until all of them are there."""

    rows: list[Page] = field(default_factory=list)

    def discard(self) -> None:
        """Delete what this attempt and those before it stored, except the preview that readers are shown."""
        _forget_unseen_images(self.claim)

    def renew(self, claim: Claim) -> None:
        if not _held(claim).update(claimed_until=lease_end()):
            raise ClaimLost

    def _begin(self) -> None:
        self.renew(self.claim)

    def _store(self, event: Event) -> None:
        if isinstance(event, PageReady):
            self.rows.append(self.page_row(event.page))


def _held(claim: Claim) -> QuerySet[Revision]:
    """The claimed row as long as the claim is good; every write of a redrawing starts here."""
    return Revision.objects.filter(
        pk=claim.row_id,
        claim_token=claim.token,
        state=Revision.State.READY,
        redraw_asked_at__isnull=False,
    )


def _finish(redrawing: _Redrawing, result: Result) -> None:
    """Change to the new preview. Raises ClaimLost, then nothing is written."""
    claim = redrawing.claim
    if result.error in MACHINE_FAULTS:
        worker_pause.begin()
        redrawing.discard()
        _release(claim)
        return
    worker_pause.end()
    if result.status is not Status.OK or not result.pages or not has_room():
        logger.warning("Revision %s keeps its preview: %s %s", claim.row_id, result.error, result.detail)
        redrawing.discard()
        _give_up(claim)
        return
    with transaction.atomic():
        ended = {"claimed_until": None, "redraw_asked_at": None, "redrawn_at": timezone.now()}
        if not _held(claim).update(**ended, **found_columns(redrawing, result)):
            raise ClaimLost
        Page.objects.filter(revision=claim.row_id).delete()
        Page.objects.bulk_create(redrawing.rows, batch_size=100)
        for changed in handlers("document_changed"):
            changed(redrawing.revision.document_id)
        _tell(claim, succeeded=True)
    redrawing.discard()


@transaction.atomic
def _give_up(claim: Claim) -> None:
    """Keep the preview there is; another one may be asked for later."""
    if _held(claim).update(claimed_until=None, redraw_asked_at=None, redrawn_at=timezone.now()):
        _tell(claim, succeeded=False)


def _forget_unseen_images(claim: Claim) -> None:
    """Delete the images that this claim and those before it stored and nobody is shown.

    What goes wrong with that is logged and changes nothing: the next redrawing tries again.
    """
    folder = preview_folder(claim.row_id)
    try:
        attempts = [name for name in default_storage.listdir(folder)[0] if name.isdecimal()]
        unseen = {f"{folder}/{token}" for token in attempts if int(token) <= claim.token}
        for name in sorted(unseen - preview_folders_shown(claim.row_id)):
            folder_delete(storage=default_storage, name=name)
    except FileNotFoundError:
        return
    except Exception:
        logger.exception("Images that nobody is shown stay in %s", folder)


def _release(claim: Claim) -> None:
    """Let another worker try; it counts as no attempt."""
    _held(claim).update(claimed_until=None, attempt_count=F("attempt_count") - 1)


def _tell(claim: Claim, *, succeeded: bool) -> None:
    for settled in handlers("revision_redrawn"):
        settled(revision_id=claim.row_id, succeeded=succeeded)
