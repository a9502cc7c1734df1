"""Reading what was read."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

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
