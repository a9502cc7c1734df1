"""Reading top-ups."""

from __future__ import annotations

from django.db.models import QuerySet

from wenlan.accounts.models import User
from wenlan.payments.models import TopUp


def top_ups_of(user: User) -> QuerySet[TopUp]:
    """The top-ups of `user`, newest first."""
    return TopUp.objects.filter(user=user)
