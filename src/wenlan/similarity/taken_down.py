"""Texts that the house took off the shelf for good: they stay down under whatever name they come back."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils import timezone

from wenlan.core.handlers import handlers
from wenlan.documents.models import Document, Revision
from wenlan.similarity.models import Finding, Fingerprint
from wenlan.similarity.services import revision_comparison_request


@transaction.atomic
def document_texts_bar(*, document_id: int) -> None:
    """Let the texts of a document stay down: the rule for such texts holds for whatever comes later and has them.

    What is in review at this moment and has one of them is judged anew.
    """
    for revision_id in Revision.objects.filter(
        document=document_id, state=Revision.State.READY, fingerprint=None
    ).values_list("pk", flat=True):
        revision_comparison_request(revision_id)
    texts = Fingerprint.objects.filter(document_number=document_id)
    texts.update(stays_down_since=timezone.now())
    in_review = Finding.objects.filter(
        earlier__in=texts, fingerprint__revision__document__state=Document.State.IN_REVIEW
    )
    for revision_id in set(in_review.values_list("fingerprint__revision", flat=True)):
        for compared in handlers("text_compared"):
            transaction.on_commit(partial(compared, revision_id))


def document_texts_follow(document_id: int) -> None:
    """Let go of texts that stayed down when the house puts their document back on the shelf."""
    Fingerprint.objects.filter(
        document_number=document_id,
        stays_down_since__isnull=False,
        revision__document__state=Document.State.PUBLISHED,
    ).update(stays_down_since=None)
