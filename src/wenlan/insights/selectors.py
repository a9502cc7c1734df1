"""Reading what was read."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, QuerySet

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.documents.selectors import documents_visible_to
from wenlan.insights.models import Reading


def reading_history(user: User) -> QuerySet[Reading]:
    """What `user` read, latest first, each with its document ready for `documents/_card.html`.

    A document that `user` may no longer open is not listed.
    """
    return (
        Reading.objects.filter(user=user, document__in=documents_visible_to(user).values("pk"))
        .select_related("document__author", "document__category", "document__current_revision")
        .prefetch_related("document__tags")
    )


def last_page_read(*, user: User | AnonymousUser, document: Document) -> int:
    """The page `user` had come to in `document`; 1 for whoever never opened it."""
    if not user.is_authenticated:
        return 1
    page = Reading.objects.filter(user=user, document=document).values_list("last_page", flat=True).first()
    return page or 1


def quality_signals(document_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """`readers` of each document for the ranking: people with an account who opened it, its author aside.

    Views are not counted, as anybody can make any number of them.
    """
    readings = Reading.objects.filter(document__in=document_ids).exclude(user=F("document__author"))
    return {"readers": dict(readings.order_by().values_list("document").annotate(Count("pk")))}


def documents_opened_by(user: User, limit: int) -> list[int]:
    """The numbers of the documents that `user` opened last."""
    readings = Reading.objects.filter(user=user).order_by("-last_opened_at")
    return list(readings.values_list("document_id", flat=True)[:limit])


def documents_opened_with(documents: list[int], people_min: int, limit: int) -> tuple[str, dict[int, int]]:
    """What those who opened one of these opened as well, by how many of them; at least `people_min`."""
    theirs = Reading.objects.filter(user__in=Reading.objects.filter(document__in=documents).values("user"))
    rows = theirs.exclude(document__in=documents).order_by().values_list("document")
    counted = rows.annotate(people=Count("user", distinct=True)).filter(people__gte=people_min)
    return "opened_too", dict(counted.order_by("-people", "document")[:limit])
