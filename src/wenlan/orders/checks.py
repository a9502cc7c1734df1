"""What an operator is told at start about the currency."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError

from wenlan.documents.models import Document
from wenlan.ledger.models import Account


@register()
def currency_is_that_of_the_books(**_options: Any) -> list[CheckMessage]:
    """Every document and account is in the site's currency: nothing converts one into another.

    Unlike most checks it asks the database, as it guards against a change that cannot be seen elsewhere. That a
    database does not answer, or has no tables yet, is for others to tell.
    """
    documents = (
        Document.objects.exclude(currency=settings.CURRENCY).order_by().values_list("currency", flat=True)
    )
    accounts = (
        Account.objects.exclude(currency=settings.CURRENCY).order_by().values_list("currency", flat=True)
    )
    try:
        others = sorted(documents.union(accounts))
    except DatabaseError:
        return []
    if not others:
        return []
    return [
        Error(
            f"WENLAN_CURRENCY is {settings.CURRENCY}, but there are documents or accounts in {', '.join(others)}.",
            hint=f"Set WENLAN_CURRENCY to {others[0]} again: it is chosen once, before the first upload.",
            id="wenlan.orders.E001",
        )
    ]
