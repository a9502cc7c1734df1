"""What a membership takes off the price of documents that are not taken with it."""

from __future__ import annotations

from datetime import datetime

from wenlan.accounts.models import User
from wenlan.core.money import share_minor
from wenlan.documents.models import Document
from wenlan.orders.models import MemberOffer, Membership


def member_discount_minor(document: Document, reader: User | None, *, price_minor: int, now: datetime) -> int:
    """What `reader` pays less than `price_minor` at `now`, rounded down.

    Only for documents that their author opened to members: it is the author's income that gets smaller.
    """
    if reader is None or not price_minor:
        return 0
    running = Membership.objects.filter(reader=reader, starts_at__lte=now, ends_at__gt=now)
    basis_points = (
        running.filter(discount_basis_points__gt=0)
        .order_by("ends_at")
        .values_list("discount_basis_points", flat=True)
        .first()
    )
    if basis_points is None or not MemberOffer.objects.filter(document=document).exists():
        return 0
    return share_minor(price_minor, basis_points)
