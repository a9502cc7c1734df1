"""Keeping the search index true to the library."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from wenlan.search.models import IndexState


@transaction.atomic
def document_index_request(document_id: int) -> None:
    """Ask for one document to be written into the index, or out of it if readers may no longer find it.

    Called inside the transaction of the change; the worker is woken once that is committed.
    """
    from wenlan.search.tasks import document_index

    IndexState.objects.bulk_create([IndexState(document_id=document_id)], ignore_conflicts=True)
    IndexState.objects.filter(pk=document_id).update(
        wanted_version=F("wanted_version") + 1, requested_at=timezone.now()
    )
    transaction.on_commit(partial(document_index.enqueue, document_id))


def wanted_index() -> int:
    """Write every wanted document into the index."""
    return 0
