"""Reading orders and entitlements."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.orders.models import Entitlement


def documents_bought_by(user: User) -> Q:
    """A condition over Document: those `user` keeps, whatever became of them since.

    A subquery and not a join: it never doubles a row, however it is combined.
    """
    return Q(pk__in=Entitlement.objects.filter(reader_id=user.pk).values("document_id"))


def reader_is_entitled(user: User | AnonymousUser, document: Document) -> bool:
    """Whether `user` bought `document`, or was given it."""
    if not user.is_authenticated:
        return False
    return Entitlement.objects.filter(reader_id=user.pk, document_id=document.pk).exists()
