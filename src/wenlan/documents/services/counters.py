"""Favourites, and the numbers shown beside a document."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from wenlan.accounts.models import User
from wenlan.documents.models import Document, Favourite


@transaction.atomic
def favourite_toggle(*, reader: User, document: Document) -> bool:
    """Keep `document` among the reader's favourites, or take it out; returns whether it is one now.

    The document's count follows what really changed, however many toggles arrive at once.
    """
    removed, _rows = Favourite.objects.filter(reader=reader, document=document).delete()
    if removed:
        Document.objects.filter(pk=document.pk, favourite_count__gt=0).update(
            favourite_count=F("favourite_count") - 1
        )
        return False
    _favourite, created = Favourite.objects.get_or_create(reader=reader, document=document)
    if created:
        Document.objects.filter(pk=document.pk).update(favourite_count=F("favourite_count") + 1)
    return True


def view_count_add(*, document_id: int) -> None:
    """Count one more view."""
    Document.objects.filter(pk=document_id).update(view_count=F("view_count") + 1)


def sale_count_add(*, document_id: int) -> None:
    """Count one more sale."""
    Document.objects.filter(pk=document_id).update(sale_count=F("sale_count") + 1)
