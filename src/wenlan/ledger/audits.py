"""The books are proven every night, and operators see what came of it."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from wenlan.ledger.models import Audit
from wenlan.ledger.selectors import verify

logger = logging.getLogger(__name__)

NIGHT_HOUR = 3
"""From this hour on, where the site is."""
LOST_AFTER = timedelta(hours=6)
"""An audit without an end was lost with its worker, and begins anew."""
DISCREPANCIES_KEPT = 200


def audits_sweep() -> int:
    """Ring for tonight's audit when it is time and nobody has; whether we did."""
    from wenlan.ledger.tasks import books_audit

    now = timezone.now()
    here = timezone.localtime(now)
    if here.hour < NIGHT_HOUR:
        return 0
    with transaction.atomic():
        audit, is_new = Audit.objects.get_or_create(day=here.date(), defaults={"started_at": now})
        lost = Audit.objects.filter(pk=audit.pk, finished_at=None, started_at__lt=now - LOST_AFTER)
        if not is_new and not lost.update(started_at=now):
            return 0
        transaction.on_commit(partial(books_audit.enqueue, audit.pk))
    return 1


def audit_run(*, audit_id: int) -> None:
    """Verify the ledger and note what was found, once; an operator is told in the log, too, when it is something."""
    audit = Audit.objects.filter(pk=audit_id, finished_at=None).first()
    if audit is None:
        return
    result = verify()
    audit.account_count = result.account_count
    audit.transfer_count = result.transfer_count
    audit.entry_count = result.entry_count
    audit.discrepancy_count = len(result.discrepancies)
    audit.discrepancies = "\n".join(map(str, result.discrepancies[:DISCREPANCIES_KEPT]))
    audit.finished_at = timezone.now()
    audit.save()
    if not result.is_clean:
        logger.error(
            "The books do not balance: %d discrepancies, the first is %s. `wenlan ledger verify` lists them all.",
            len(result.discrepancies),
            result.discrepancies[0],
        )
